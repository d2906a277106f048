/**
 * The MIME structure of a letter (RFC 2045, RFC 2046), with the place of every part in it. What the standards leave
 * open or a letter does wrong is read as Dovecot reads it: which line is a boundary, what a missing or broken
 * Content-Type means, how deep and how far is looked.
 */
import type { Draft } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import type { ContentFields } from './content-fields.ts';
import { noContentFields, takeContentField } from './content-fields.ts';
import { fieldAt, lineEndAt } from './header-fields.ts';
import type { Parameter } from './parameters.ts';

/** One part, the letter itself included. */
export interface Part extends Omit<ContentFields, 'contentType'> {
  /** What its body is to a reader: parts, one whole message, text, or octets of any other kind. */
  readonly kind: 'multipart' | 'message' | 'text' | 'other';
  /**
   * As written, or `text/plain` when nothing is said; always `message/rfc822` for that kind. Both are empty when the
   * field is malformed. What would hold parts but is not looked into is `application/octet-stream`.
   */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
  /** Offsets in the letter: of the header, its empty line included, and of the body behind it. */
  readonly headerAt: number;
  readonly bodyAt: number;
  readonly end: number;
  /** Line ends in the body. */
  readonly lines: number;
  /** Of a multipart its parts, of a message the one enclosed. */
  readonly parts: readonly Part[];
}

/** Parts of a letter, itself included, after which no line is a boundary any more. */
const MAX_PARTS = 10_000;
/** Parts around a part. What would hold deeper ones is not looked into. */
const MAX_DEPTH = 99;
/** A longer boundary is cut (RFC 2046 §5.1.1 allows 70). */
const MAX_BOUNDARY = 80;

/** A part while it is read. `end` is -1 until it is known. */
type OpenPart = Omit<Draft<Part>, 'parts'> & { readonly parts: OpenPart[]; digest: boolean };

interface Boundary {
  readonly text: string;
  /** How many parts are around the one it divides. */
  readonly depth: number;
}

/** A line that is a boundary. */
interface Delimiter {
  /** Its place among the open boundaries. */
  readonly index: number;
  readonly lineAt: number;
  /** Where the body before it ends: the line end before it is its own (RFC 2046 §5.1.1). */
  readonly bodyEnd: number;
}

interface Reading {
  readonly content: Octets;
  /** Parts not ended yet, the outermost first. */
  readonly open: OpenPart[];
  readonly boundaries: Boundary[];
  count: number;
  /** Line ends before `countedTo`, which only moves forward. */
  lines: number;
  countedTo: number;
}

/** Never fails, and looks at each octet a bounded number of times. */
export function structureOf(content: Octets): Part {
  const reading: Reading = { content, open: [], boundaries: [], count: 0, lines: 0, countedTo: 0 };
  const root = openPart(reading, 0);
  let delimiter = readPart(reading, 0);
  while (delimiter !== null) delimiter = behindDelimiter(reading, delimiter);
  closeParts(reading, 0, content.length);
  return root;
}

/**
 * The part with that section number (RFC 3501 §6.4.5), the letter itself for none; null when there is no such part.
 * What is no multipart has itself as part 1, and 0 means 1 in a multipart, as with Dovecot.
 */
export function partAt(root: Part, path: readonly number[]): Part | null {
  let part: Part | undefined = root;
  for (const [i, number] of path.entries()) {
    const last = i === path.length - 1;
    if (part.kind === 'multipart') part = part.parts[Math.max(number, 1) - 1];
    else if (number !== 1 || (part.kind !== 'message' && !last)) return null;
    if (part?.kind === 'message' && !last) part = part.parts[0];
    if (part === undefined) return null;
  }
  return part;
}

/** What the Content-Type says; null when it says nothing. */
export const charsetOf = ({ parameters }: Part): string | null =>
  parameters.find(([name]) => name.toLowerCase() === 'charset')?.[1] ?? null;

function openPart(reading: Reading, at: number): OpenPart {
  const part: OpenPart = {
    kind: 'text',
    type: 'text',
    subtype: 'plain',
    parameters: [],
    encoding: null,
    id: null,
    description: null,
    md5: null,
    location: null,
    disposition: null,
    languages: [],
    headerAt: at,
    bodyAt: at,
    end: -1,
    lines: 0,
    parts: [],
    digest: false,
  };
  reading.open.at(-1)?.parts.push(part);
  reading.open.push(part);
  reading.count++;
  return part;
}

/** Ends all parts with so many or more around them. */
function closeParts(reading: Reading, depth: number, end: number): void {
  while (reading.open.length > depth) {
    const part = reading.open.pop()!;
    if (part.end < 0) part.end = end;
    part.lines += linesBefore(reading, part.end);
  }
}

function linesBefore(reading: Reading, at: number): number {
  const { content } = reading;
  for (
    let lf = content.indexOf('\n', reading.countedTo);
    lf >= 0 && lf < at;
    lf = content.indexOf('\n', lf + 1)
  ) {
    reading.lines++;
    reading.countedTo = lf + 1;
  }
  return reading.lines;
}

/** Reads the header of the innermost part and of the messages right in it: to the next boundary. */
function readPart(reading: Reading, from: number): Delimiter | null {
  let at = from;
  for (;;) {
    const part = reading.open.at(-1)!;
    const delimiter = readHeader(reading, part, at);
    part.lines = -linesBefore(reading, part.bodyAt);
    if (part.kind !== 'message') return delimiter ?? nextDelimiter(reading, part.bodyAt);
    at = delimiter?.lineAt ?? part.bodyAt;
    const message = openPart(reading, part.bodyAt);
    // A boundary ended the header: no octet of the body was before it.
    if (delimiter !== null) message.end = part.end;
  }
}

/** Reads a header. What it returns, if anything, is a boundary of a part around that ends it. */
function readHeader(reading: Reading, part: OpenPart, from: number): Delimiter | null {
  const { content } = reading;
  const fields = noContentFields();
  let mime = reading.open.at(-2)?.kind === 'multipart';
  let at = from;
  let delimiter = delimiterAt(reading, at, at);
  let place = delimiter === null ? fieldAt(content, at) : null;
  while (place !== null) {
    if (takeContentField(fields, content, place)) mime = true;
    at = place.end;
    delimiter = delimiterAt(reading, at, from);
    place = delimiter === null ? fieldAt(content, at) : null;
  }
  takeFields(reading, part, mime ? fields : noContentFields());
  if (delimiter === null) {
    const blank = lineEndAt(content, at);
    part.bodyAt = at + blank;
    delimiter = blank > 0 ? delimiterAt(reading, part.bodyAt, from) : null;
    // One's own first boundary belongs to the body.
    if (delimiter === null || reading.boundaries[delimiter.index]!.depth === reading.open.length - 1)
      return null;
  }
  part.bodyAt = delimiter.lineAt === from ? part.headerAt : delimiter.bodyEnd;
  part.end = part.bodyAt;
  // The line end that is cut off here belongs to the part around, even when that ends as well.
  return { ...delimiter, bodyEnd: delimiter.lineAt };
}

/** Says what the part is. */
function takeFields(reading: Reading, part: OpenPart, fields: ContentFields): void {
  const { contentType, ...others } = fields;
  Object.assign(part, others);
  if (contentType === null) {
    if (reading.open.at(-2)?.digest) setMessage(reading, part);
    return;
  }
  part.type = contentType.type;
  part.subtype = contentType.subtype;
  part.parameters = contentType.parameters;
  const type = part.type.toLowerCase();
  if (type !== 'text') part.kind = 'other';
  if (type === 'multipart') setMultipart(reading, part);
  else if (type === 'message' && part.subtype.toLowerCase() === 'rfc822') setMessage(reading, part);
}

const isDeepest = (reading: Reading): boolean => reading.open.length > MAX_DEPTH;

/** Parts are in it, or should be, and it is not looked into. */
function setOpaque(part: OpenPart): void {
  part.kind = 'other';
  part.type = 'application';
  part.subtype = 'octet-stream';
}

function setMessage(reading: Reading, part: OpenPart): void {
  if (isDeepest(reading) || reading.count >= MAX_PARTS) {
    setOpaque(part);
    return;
  }
  part.kind = 'message';
  part.type = 'message';
  part.subtype = 'rfc822';
}

function setMultipart(reading: Reading, part: OpenPart): void {
  const boundary = part.parameters.find(([name]) => name.toLowerCase() === 'boundary')?.[1];
  if (part.subtype === '' || (boundary !== undefined && isDeepest(reading))) {
    setOpaque(part);
    return;
  }
  part.kind = 'multipart';
  part.digest = part.subtype.toLowerCase() === 'digest';
  if (boundary !== undefined)
    reading.boundaries.push({ text: boundary.slice(0, MAX_BOUNDARY), depth: reading.open.length - 1 });
}

/** The line at `lineAt` if it is a boundary. `from` is where its header or body begins. */
function delimiterAt(reading: Reading, lineAt: number, from: number): Delimiter | null {
  const { content, boundaries } = reading;
  if (boundaries.length === 0 || reading.count >= MAX_PARTS || !content.startsWith('--', lineAt)) return null;
  const at = lineAt + 2;
  const lf = content.indexOf('\n', at);
  const end = lf < 0 ? content.length : content[lf - 1] === '\r' && lf > at ? lf - 1 : lf;
  const index = boundaryOf(
    boundaries,
    content,
    at,
    end,
    lf >= 0 && end - at > 2 && content.endsWith('--', end),
  );
  if (index < 0) return null;
  const eol = lineAt === from ? 0 : content[lineAt - 2] === '\r' ? 2 : 1;
  return { index, lineAt, bodyEnd: lineAt - eol };
}

/**
 * Which boundary a line begins with, the innermost first, or -1. The longest counts, unless one is the whole line but
 * for the dashes that close it.
 */
function boundaryOf(
  boundaries: readonly Boundary[],
  content: Octets,
  at: number,
  end: number,
  dashes: boolean,
): number {
  let best = -1;
  let length = -1;
  for (let i = boundaries.length - 1; i >= 0; i--) {
    const { text } = boundaries[i]!;
    if (text.length <= length || text.length > end - at || !content.startsWith(text, at)) continue;
    best = i;
    length = text.length;
    if (length === end - at || (dashes && length === end - at - 2)) break;
  }
  return best;
}

/** The first boundary in a body, of whatever part. */
function nextDelimiter(reading: Reading, from: number): Delimiter | null {
  const { content, boundaries } = reading;
  if (boundaries.length === 0) return null;
  let delimiter = delimiterAt(reading, from, from);
  for (let lf = from - 1; delimiter === null; ) {
    lf = content.indexOf('\n--', lf + 1);
    if (lf < 0 || reading.count >= MAX_PARTS) return null;
    delimiter = delimiterAt(reading, lf + 1, from);
  }
  return delimiter;
}

/** Ends the parts that a boundary ends; then the next one, behind the part it begins or behind what it closes. */
function behindDelimiter(reading: Reading, { index, lineAt, bodyEnd }: Delimiter): Delimiter | null {
  const { content, boundaries } = reading;
  const { text, depth } = boundaries[index]!;
  closeParts(reading, depth + 1, bodyEnd);
  const closes = content.startsWith('--', lineAt + 2 + text.length);
  boundaries.length = closes ? index : index + 1;
  const lf = content.indexOf('\n', lineAt);
  if (lf < 0) return null;
  if (closes) return nextDelimiter(reading, lf + 1);
  openPart(reading, lf + 1);
  return readPart(reading, lf + 1);
}
