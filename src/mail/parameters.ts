/** Content-Type and Content-Disposition with their parameters (RFC 2045 §5.1, RFC 2183 §2, RFC 2231 §3). */
import type { Octets } from '../base/octets.ts';
import type { Rest, TokenReader } from './tokens.ts';
import { peek, readAtom, readQuoted, readToken, skipBlanks, tokenReader } from './tokens.ts';

/** Name and value as written, quotes gone. */
export type Parameter = readonly [name: string, value: Octets];

export interface TypeField {
  /** As written; both empty when the field is malformed. A type without `/` has an empty subtype. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
}

/** The value of a Content-Type field, which may be folded. */
export function parseTypeField(value: Octets): TypeField {
  const reader = tokenReader(value);
  const [type, subtype, rest] = readType(reader);
  return { type, subtype, parameters: rest === 'wrong' ? [] : readParameters(reader) };
}

const NO_TYPE = ['', '', 'wrong'] as const;

function readType(reader: TokenReader): readonly [string, string, Rest] {
  if (skipBlanks(reader) !== 'more') return NO_TYPE;
  const typeRest = readToken(reader);
  const type = reader.out;
  if (typeRest !== 'more' || type === '') return [type, '', 'wrong'];
  if (peek(reader) !== '/') return NO_TYPE;
  reader.at++;
  if (skipBlanks(reader) !== 'more') return NO_TYPE;
  reader.out = '';
  const rest = readToken(reader);
  // Anything but a parameter behind it makes all of it invalid.
  if (rest === 'wrong' || reader.out === '' || (rest === 'more' && peek(reader) !== ';')) return NO_TYPE;
  return [type, reader.out, rest];
}

/** A disposition and its parameters; null when a comment behind it is never closed. */
export function parseDispositionField(value: Octets): readonly [string, readonly Parameter[]] | null {
  const reader = tokenReader(value);
  skipBlanks(reader);
  if (readToken(reader) === 'wrong') return null;
  return [reader.out, readParameters(reader)];
}

/** A field whose value is one token, or null when it is anything else. */
export function parseTokenField(value: Octets): string | null {
  const reader = tokenReader(value);
  skipBlanks(reader);
  return readToken(reader) === 'end' && reader.out !== '' ? reader.out : null;
}

/** A piece of a value that RFC 2231 §3 cut or §4 encoded. */
interface Section {
  readonly name: string;
  readonly number: number;
  readonly encoded: boolean;
  readonly value: Octets;
}

/**
 * `; name=value` as often as it comes. What is malformed is passed over. Pieces of RFC 2231 are put together and
 * stand behind all others, under `name*` when any of them is encoded.
 */
function readParameters(reader: TokenReader): readonly Parameter[] {
  const whole: Parameter[] = [];
  const sections: Section[] = [];
  let number = 0;
  while (reader.at < reader.text.length) {
    const parameter = readParameter(reader);
    if (parameter === null) {
      reader.at++;
      continue;
    }
    const [name, value] = parameter;
    const star = /^([^*]*)\*(\d*)(\*?)(.?)/.exec(name);
    // `name*` says no number: Dovecot then goes by the last one it read.
    if (star !== null && name.length > star[1]!.length + 1) number = sectionNumber(star[2]!);
    if (star === null || star[4] !== '') whole.push(parameter);
    else sections.push({ name: star[1]!, number, encoded: star[3] !== '' || star[2] === '', value });
  }
  return sections.length === 0 ? whole : [...whole, ...joinedSections(sections)];
}

/** In 32 bits, as Dovecot counts. */
function sectionNumber(digits: string): number {
  let number = 0;
  for (let i = 0; i < digits.length; i++)
    number = (Math.imul(number, 10) + digits.charCodeAt(i) - 0x30) >>> 0;
  return number;
}

function readParameter(reader: TokenReader): Parameter | null {
  if (peek(reader) !== ';') return null;
  reader.at++;
  reader.out = '';
  if (skipBlanks(reader) !== 'more' || readToken(reader) !== 'more' || peek(reader) !== '=') return null;
  const name = reader.out;
  reader.at++;
  reader.out = '';
  return readValue(reader) === 'wrong' ? null : [name, reader.out as Octets];
}

function readValue(reader: TokenReader): Rest {
  const rest = skipBlanks(reader);
  if (rest !== 'more') return rest;
  if (peek(reader) === '"') return readQuoted(reader);
  if (peek(reader) !== '=') return readToken(reader);
  // An encoded word without quotes (`name==?utf-8?q?x?=`), as careless programs write it.
  const { text, at } = reader;
  while (reader.at < text.length && !'; \t\r\n'.includes(text[reader.at]!)) reader.at++;
  reader.out += text.slice(at, reader.at);
  return 'more';
}

/** Sections in the order of names and numbers, each run from 0 without a gap as one value. */
function joinedSections(sections: readonly Section[]): readonly Parameter[] {
  const sorted = sections.toSorted(
    (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) || a.number - b.number,
  );
  const joined: Parameter[] = [];
  for (let from = 0; from < sorted.length; ) {
    const name = sorted[from]!.name.toLowerCase();
    let to = from;
    let gap = false;
    for (; to < sorted.length && sorted[to]!.name.toLowerCase() === name; to++)
      if (sorted[to]!.number !== to - from) gap = true;
    const run = sorted.slice(from, to);
    if (gap)
      for (const { name, number, encoded, value } of run)
        joined.push([`${name}*${number}${encoded ? '*' : ''}`, value]);
    else joined.push(oneParameter(run));
    from = to;
  }
  return joined;
}

/** In a value with an encoded section every other is made to look encoded, and the first to have a charset. */
function oneParameter(run: readonly Section[]): Parameter {
  const encoded = run.some((section) => section.encoded);
  const [first] = run;
  if (!encoded) return [first!.name, run.map(({ value }) => value).join('') as Octets];
  const start = first!.encoded ? '' : "''";
  const values = run.map((section) =>
    section.encoded ? section.value : section.value.replaceAll('%', '%25'),
  );
  return [`${first!.name}*`, (start + values.join('')) as Octets];
}

/** The tags of a Content-Language field (RFC 3282 §2). */
export function parseLanguages(value: Octets): readonly string[] {
  const reader = tokenReader(value);
  const tags: string[] = [];
  skipBlanks(reader);
  for (;;) {
    reader.out = '';
    if (readAtom(reader) === 'wrong') return tags;
    tags.push(reader.out);
    if (peek(reader) !== ',') return tags;
    reader.at++;
    skipBlanks(reader);
  }
}
