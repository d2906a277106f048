/** Sections of a letter, `BODY[…]` (RFC 3501 §6.4.5, RFC 9051 §6.4.5). */
import type { Octets } from '../../base/octets.ts';
import { CRLF, NO_OCTETS } from '../../base/octets.ts';
import { fieldAt, fieldName, headerEnd, lineEndAt } from '../../mail/header-fields.ts';
import type { Part } from '../../mail/structure.ts';
import { partAt, structureOf } from '../../mail/structure.ts';
import { encodingAt, isEncodingField, readTransfer } from '../../mail/transfer.ts';
import { isAtom, withoutNuls } from './strings.ts';

export interface Section {
  /** Part numbers; none for the letter itself. */
  readonly path: readonly number[];
  /** `all` of the letter, but of a part only its body. */
  readonly what: 'all' | 'header' | 'fields' | 'fields-not' | 'text' | 'mime';
  /** Field names of `fields` and `fields-not`, in any case. */
  readonly names: readonly string[];
  /** Which of the names came as a string and no atom: they are echoed in quotes. */
  readonly quoted?: readonly boolean[];
}

/**
 * The octets of a section; NUL is replaced. A part that is not there, or has no header or text of its own since it is
 * no message, is empty: Dovecot says so, and not NIL. The structure, if the caller has it, spares reading it; it is
 * read only for a part.
 */
export function sectionOctets(content: Octets, section: Section, root?: Part): Octets {
  const { path, what } = section;
  if (path.length === 0) return withoutNuls(ofMessage(content, section, 0, null));
  const part = partAt(root ?? structureOf(content), path);
  if (part === null) return NO_OCTETS;
  if (what === 'mime') return withoutNuls(content.slice(part.headerAt, part.bodyAt) as Octets);
  if (what === 'all') return withoutNuls(content.slice(part.bodyAt, part.end) as Octets);
  const message = part.kind === 'message' ? part.parts[0]! : null;
  return message === null ? NO_OCTETS : withoutNuls(ofMessage(content, section, message.headerAt, message));
}

/** A section of the letter, or of a message in it. */
function ofMessage(content: Octets, section: Section, at: number, message: Part | null): Octets {
  const { what } = section;
  if (what === 'fields' || what === 'fields-not') return fieldsOf(content, section, at, message === null);
  if (what === 'all') return content;
  const bodyAt = message === null ? headerEnd(content, 0) : message.bodyAt;
  const end = message === null ? content.length : message.end;
  return content.slice(what === 'text' ? bodyAt : at, what === 'text' ? end : bodyAt) as Octets;
}

/** The fields asked for as they stand, and the empty line behind them. */
function fieldsOf(content: Octets, { what, names }: Section, from: number, isLetter: boolean): Octets {
  const wanted = new Set(names.map(lower));
  let out = '';
  let at = from;
  for (let place = fieldAt(content, at); place !== null; place = fieldAt(content, at)) {
    at = place.end;
    if (wanted.has(fieldName(content, place)) === (what === 'fields'))
      out += content.slice(place.at, place.end);
  }
  const blank = content.slice(at, at + lineEndAt(content, at));
  // A letter that is all header is given its empty line, but only for these.
  if (blank === '' && isLetter && what === 'fields')
    return `${out}${out === '' || out.endsWith('\n') ? '' : CRLF}${CRLF}` as Octets;
  return (out + blank) as Octets;
}

const lower = (name: string): string => name.toLowerCase();

/** The section as a response echoes it: `BODY[HEADER.FIELDS (FROM TO)]`, without the partial's `<0>`. */
export function sectionText(section: Section, item: 'BODY' | 'BINARY' | 'BINARY.SIZE' = 'BODY'): string {
  const words = [...section.path.map(String)];
  const name = WHAT[section.what];
  if (name !== '') words.push(name);
  const fields =
    section.what === 'fields' || section.what === 'fields-not' ? ` (${echoedNames(section)})` : '';
  return `${item}[${words.join('.')}${fields}]`;
}

const WHAT: Readonly<Record<Section['what'], string>> = {
  all: '',
  header: 'HEADER',
  fields: 'HEADER.FIELDS',
  'fields-not': 'HEADER.FIELDS.NOT',
  text: 'TEXT',
  mime: 'MIME',
};

/** Upper case, as an atom where it was one. */
function echoedNames({ names, quoted }: Section): string {
  const words = names.map((name, i) => {
    const upper = name.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    const inQuotes = quoted?.[i] ?? !isAtom(upper);
    return inQuotes ? `"${upper.replace(/[\r\n\x80-\xff]/g, '').replace(/["\\]/g, '\\$&')}"` : upper;
  });
  return words.join(' ');
}

/**
 * A section in the clear (RFC 3516): of the letter itself all of it with every part decoded and said to be `binary`,
 * of a part the decoded body. `literal8`: it must travel as one (`~{n}`). What is encoded in an unknown way, or not as
 * it says, is not there at all: `NO [UNKNOWN-CTE]` and, with Dovecot, `NO [PARSE]`.
 */
type BinarySection =
  | { readonly kind: 'octets'; readonly octets: Octets; readonly literal8: boolean }
  | { readonly kind: 'unknown-cte' }
  | { readonly kind: 'invalid' };

export function binaryOctets(content: Octets, path: readonly number[], root?: Part): BinarySection {
  const whole = root ?? structureOf(content);
  const part = partAt(whole, path);
  if (part === null) return { kind: 'octets', octets: NO_OCTETS, literal8: false };
  const from = path.length === 0 ? part.headerAt : part.bodyAt;
  const clear: Clear = { content, pieces: [], from, decoded: false, failure: null };
  addClear(clear, part, path.length === 0);
  if (clear.failure !== null) return { kind: clear.failure };
  const octets = (clear.decoded ? clear.pieces.join('') : content.slice(from, part.end)) as Octets;
  // A NUL in the header makes one of the body, too, with Dovecot.
  const literal8 = clear.decoded || content.slice(part.headerAt, part.end).includes('\0');
  return { kind: 'octets', octets, literal8 };
}

/** A section while it is decoded. */
interface Clear {
  readonly content: Octets;
  readonly pieces: string[];
  /** Everything before it is in the pieces. */
  from: number;
  decoded: boolean;
  failure: 'unknown-cte' | 'invalid' | null;
}

function addClear(clear: Clear, part: Part, withHeader: boolean): void {
  const { content } = clear;
  const encoding = encodingAt(content, part.headerAt, part.bodyAt);
  if (encoding === 'unknown') clear.failure = 'unknown-cte';
  if (clear.failure !== null) return;
  if (withHeader && encoding !== 'identity') {
    copyTo(clear, part.headerAt);
    clear.pieces.push(binaryHeader(content, part));
    clear.from = part.bodyAt;
  }
  for (const inner of part.parts) addClear(clear, inner, true);
  if (part.parts.length > 0 || encoding === 'identity') copyTo(clear, part.end);
  else if (part.end > part.bodyAt && clear.failure === null) {
    const { octets, valid } = readTransfer(content.slice(part.bodyAt, part.end) as Octets, encoding);
    if (!valid) clear.failure = 'invalid';
    clear.pieces.push(octets);
    clear.decoded = true;
    clear.from = part.end;
  }
}

function copyTo(clear: Clear, end: number): void {
  clear.pieces.push(clear.content.slice(clear.from, end));
  clear.from = end;
}

function binaryHeader(content: Octets, { headerAt, bodyAt }: Part): string {
  let out = '';
  let at = headerAt;
  for (let place = fieldAt(content, at, bodyAt); place !== null; place = fieldAt(content, at, bodyAt)) {
    at = place.end;
    if (!isEncodingField(content, place)) out += content.slice(place.at, place.end);
  }
  return at < bodyAt ? `${out}Content-Transfer-Encoding: binary\r\n${content.slice(at, bodyAt)}` : out;
}
