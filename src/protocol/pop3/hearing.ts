/** A line, cut into keyword and arguments as the session's server cuts it. */
import type { Octets } from '../../base/octets.ts';
import type { Eol } from '../note.ts';
import type { Pop3Command } from './commands.ts';
import { pop3Command } from './commands.ts';
import type { HeardCommand, Pop3ServerState } from './session.ts';
import { habitsOf } from './session.ts';

/** The line of a unit without its ending, and how it ended. */
export function lineOf(unit: Octets, overlong: boolean): { readonly line: string; readonly eol: Eol } {
  if (overlong || !unit.endsWith('\n')) return { line: unit, eol: 'none' };
  const eol = unit.endsWith('\r\n') ? 'crlf' : 'lf';
  return { line: unit.slice(0, eol === 'crlf' ? -2 : -1), eol };
}

const SPACE = / /;
const WHITE = /[ \t\v\f\r]/;
const WHITE_IN_FRONT = /^[ \t\v\f\r]+/;

/** A line as a command; without one where the session's server has none of that name. */
export function understood(
  session: Pop3ServerState,
  line: string,
  eol: Eol,
  more: boolean,
): readonly [HeardCommand, Pop3Command | undefined] {
  const { blanks, without } = habitsOf(session);
  const blank = blanks === 'any' ? WHITE : SPACE;
  // They are written in C: what stands behind a NUL is not there.
  const nul = line.indexOf('\0');
  const whole = nul < 0 ? line : line.slice(0, nul);
  const said = blanks === 'any' ? whole.replace(WHITE_IN_FRONT, '') : whole;
  const end = said.search(blank);
  const keyword = end < 0 ? said : said.slice(0, end);
  const rest = end < 0 ? '' : said.slice(end + 1);
  const known = pop3Command(keyword);
  const command = known !== undefined && without.includes(known.verb) ? undefined : known;
  const words = rest.split(blank).filter((word) => word !== '');
  const heard: HeardCommand = {
    verb: command?.verb ?? 'UNKNOWN',
    keyword,
    line,
    eol,
    rest,
    argument: argumentOf(command, rest, words),
    words,
    stateBefore: session.state,
    more,
  };
  return [heard, command];
}

/** Of AUTH the mechanism alone: what stands behind it proves who somebody is. */
function argumentOf(command: Pop3Command | undefined, rest: string, words: readonly string[]): string {
  if (command?.verb === 'AUTH') return words[0] ?? '';
  return command?.restOfLine ? rest : words.join(' ');
}

/** A line while an AUTH is under way: no command of its own. */
export const responseLine = (session: Pop3ServerState, line: string, eol: Eol): HeardCommand => ({
  verb: 'AUTH',
  keyword: '',
  line,
  eol,
  rest: '',
  argument: session.exchange?.mechanism ?? '',
  words: [],
  stateBefore: session.state,
  more: false,
});
