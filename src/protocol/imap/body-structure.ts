/** BODY and BODYSTRUCTURE (RFC 3501 §7.4.2, RFC 9051 §7.5.2). */
import type { Octets } from '../../base/octets.ts';
import type { Parameter } from '../../mail/parameters.ts';
import type { Part } from '../../mail/structure.ts';
import { envelopeText } from './envelope.ts';
import { imapString, NIL, nstringInOneLine } from './strings.ts';

/** What stands in a multipart without parts, since the grammar wants one. */
const NO_PART = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0';
/** MD5, disposition, language, location. */
const NOTHING_MORE = ' NIL NIL NIL NIL';

/** `extended`: BODYSTRUCTURE, with the data RFC 3501 calls extension data; else BODY. */
export const bodyStructureText = (content: Octets, root: Part, extended: boolean): Octets =>
  `(${partText(content, root, extended)})` as Octets;

function partText(content: Octets, part: Part, extended: boolean): string {
  if (part.kind === 'multipart') return multipartText(content, part, extended);
  const { type, subtype, encoding, id, description, md5 } = part;
  const words = [
    word(type),
    word(subtype),
    parametersText(part.parameters, part.kind === 'text'),
    nstringInOneLine(id),
    nstringInOneLine(description),
    word(encoding ?? '7bit'),
    String(part.end - part.bodyAt),
  ];
  const [message] = part.parts;
  if (part.kind === 'text') words.push(String(part.lines));
  else if (message !== undefined) {
    words.push(envelopeText(content, message.headerAt, message.bodyAt));
    words.push(bodyStructureText(content, message, extended), String(part.lines));
  }
  if (extended) words.push(nstringInOneLine(md5), commonText(part));
  return words.join(' ');
}

function multipartText(content: Octets, part: Part, extended: boolean): string {
  const parts = part.parts.map((each) => bodyStructureText(content, each, extended)).join('');
  const all = parts === '' ? `${NO_PART}${extended ? NOTHING_MORE : ''})` : parts;
  const text = `${all} ${word(part.subtype)}`;
  return extended ? `${text} ${parametersText(part.parameters, false)} ${commonText(part)}` : text;
}

/** The extension data that parts of all kinds have. */
function commonText({ disposition, languages, location }: Part): string {
  const shown =
    disposition === null ? NIL : `(${word(disposition[0])} ${parametersText(disposition[1], false)})`;
  const tags = languages.length === 0 ? NIL : `(${languages.map(word).join(' ')})`;
  return `${shown} ${tags} ${nstringInOneLine(location)}`;
}

/** `withCharset`: adds the charset that text has when nothing is said (RFC 2045 §5.2). */
function parametersText(parameters: readonly Parameter[], withCharset: boolean): string {
  const words = parameters.map(([name, value]) => `${word(name)} ${imapString(value)}`);
  if (withCharset && !parameters.some(([name]) => name.toLowerCase() === 'charset'))
    words.push('"charset" "us-ascii"');
  return words.length === 0 ? NIL : `(${words.join(' ')})`;
}

const word = (text: string): Octets => imapString(text as Octets);
