/** Notes of mail data: written by the servers that hear it, read line by line by whoever shows or checks it. */
import type { Octets } from '../base/octets.ts';
import { CRLF } from '../base/octets.ts';
import type { BodyNote, Eol, ProtocolName } from './note.ts';

/** Octets of a line that its note shows, and lines of one note. */
const SHOWN = 200;
const LINES_NOTED = 64;

/** The note of these whole lines; the last may lack its ending. */
export function bodyNote(protocol: ProtocolName, heard: Octets): BodyNote {
  let lines = 0;
  let long = false;
  // The end of what is shown: most letters are, as they came, in the very string that came.
  let shown = heard.length;
  for (let at = 0; at < heard.length; lines++) {
    if (lines === LINES_NOTED) shown = at;
    const lf = heard.indexOf('\n', at);
    const next = lf < 0 ? heard.length : lf + 1;
    long ||= next - at > SHOWN;
    at = next;
  }
  const text = shown === heard.length ? heard : heard.slice(0, shown);
  return { kind: 'body', protocol, text: long ? shortened(text) : text, lines };
}

const shortened = (text: string): string =>
  linesIn(text).reduce((all, line) => `${all}${line.text.slice(0, SHOWN)}${ENDINGS[line.eol]}`, '');

const ENDINGS: Readonly<Record<Eol, string>> = { crlf: CRLF, lf: '\n', none: '' };

/** One note for the lines of two, heard one right after the other. */
export function joined(first: BodyNote, then: BodyNote): BodyNote {
  const lines = first.lines + then.lines;
  // A line that was cut off for its length lacks its ending.
  const text = first.text === '' || first.text.endsWith('\n') ? first.text : first.text + CRLF;
  const kept = first.lines < LINES_NOTED ? text + then.text : text;
  return { kind: 'body', protocol: first.protocol, text: kept, lines };
}

/** The lines that a note shows. */
export const bodyLines = ({ text }: BodyNote): readonly BodyLine[] => linesIn(text);

export interface BodyLine {
  readonly text: string;
  readonly eol: Eol;
}

function linesIn(text: string): readonly BodyLine[] {
  const lines: BodyLine[] = [];
  for (let at = 0; at < text.length; ) {
    const lf = text.indexOf('\n', at);
    const eol = lf < 0 ? 'none' : lf > at && text[lf - 1] === '\r' ? 'crlf' : 'lf';
    const end = lf < 0 ? text.length : eol === 'crlf' ? lf - 1 : lf;
    lines.push({ text: text.slice(at, end), eol });
    at = lf < 0 ? text.length : lf + 1;
  }
  return lines;
}
