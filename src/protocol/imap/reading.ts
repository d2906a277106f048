/** From lines and literals to whole commands (RFC 3501 §2.2.1, §4.3). */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Eol } from '../note.ts';
import { literalSize } from './arguments.ts';
import { errorIn, errorInTag, timed, WORDS } from './replies.ts';
import type { HeardCommand, ImapServerState, Outcome } from './session.ts';
import { outcome, sessionWith } from './session.ts';

/** Octets of a command with its literals, and of each of these, but for APPEND, whose literals are messages. */
export const COMMAND_LIMIT = 262_144;
const LITERAL_LIMIT = 65_536;

export const NO_COMMAND: HeardCommand = {
  tag: '*',
  verb: 'UNKNOWN',
  uid: false,
  args: [],
  line: '',
  eol: 'none',
  stateBefore: 'not-authenticated',
};

export type HeardLine =
  /** A literal follows; `invites`: the client waits to be asked for it. */
  | { readonly kind: 'more'; readonly session: ImapServerState; readonly invites: boolean }
  | { readonly kind: 'refused'; readonly heard: HeardCommand; readonly outcome: Outcome }
  | { readonly kind: 'command'; readonly text: Octets };

/** A line of a command, its first or one behind a literal. */
export function hearLine(session: ImapServerState, unit: Octets, overlong: boolean): HeardLine {
  const so = `${session.reading}${unit}` as Octets;
  if (overlong) return tooLong(session, so);
  if (session.user === '' && /\r(?!\n)/.test(unit)) return refused(session, so, 'CR sent without LF');
  const line = withoutLineEnd(unit);
  const literal = unit.endsWith('\r\n') ? literalSize(line) : null;
  if (literal === null) return { kind: 'command', text: withoutLineEnd(so) as Octets };
  const { heard } = heardCommand(session, withoutLineEnd(so) as Octets);
  const isMessage = heard.verb === 'APPEND' && session.user !== '';
  const limit = isMessage ? session.config.messageLimit : LITERAL_LIMIT;
  if (literal.octets > limit || so.length + literal.octets > limit + COMMAND_LIMIT) {
    // What follows a literal nobody waited to be asked for could not be told from commands.
    const ends = !isMessage || !literal.waits || literal.octets === Number.POSITIVE_INFINITY;
    const told = refused(session, so, 'Message is too large');
    if (!ends)
      return {
        ...told,
        outcome: outcome(told.outcome.session, 'NO', timed('[TOOBIG] Message is too large')),
      };
    return { ...told, outcome: { ...told.outcome, text: '', bye: WORDS.literalTooLarge } };
  }
  const next = sessionWith(session, { reading: so, literal: literal.octets === 0 ? null : literal.octets });
  return { kind: 'more', session: next, invites: literal.waits };
}

function refused(session: ImapServerState, so: Octets, why: string): Extract<HeardLine, { kind: 'refused' }> {
  const { heard } = heardCommand(session, so);
  const fresh = sessionWith(session, { reading: NO_OCTETS, literal: null });
  const early = why === 'CR sent without LF' ? why : WORDS.preLogin;
  const text = session.user === '' ? early : errorIn(heard.verb, why);
  return { kind: 'refused', heard, outcome: outcome(fresh, 'BAD', text, { bad: true }) };
}

/** Before login, whoever sends such a line is no mail program. */
function tooLong(session: ImapServerState, so: Octets): Extract<HeardLine, { kind: 'refused' }> {
  const told = refused(session, so, 'Too long argument');
  if (session.user === '') return { ...told, outcome: { ...told.outcome, text: '', bye: WORDS.inputFull } };
  if (so.includes(' ')) return told;
  const inTag = outcome(told.outcome.session, 'BAD', errorInTag('Too long argument'), { bad: true });
  return { ...told, heard: { ...told.heard, tag: '*' }, outcome: inTag };
}

export const hearLiteral = (session: ImapServerState, unit: Octets): ImapServerState =>
  sessionWith(session, { reading: `${session.reading}${unit}` as Octets, literal: null });

function withoutLineEnd(text: string): string {
  if (text.endsWith('\r\n')) return text.slice(0, -2);
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

const eolOf = (text: string): Eol => (text.endsWith('\r') ? 'crlf' : 'none');

/** RFC 3501 §9 `tag`: no blanks, quotes, parentheses, wildcards, backslash, `{`, `+` or control characters. */
const isTag = (word: string): boolean => /^[!#$&',-[\]-z|}~^_`]+$/.test(word);

const isCommandName = (word: string): boolean => /^[!#$&',-[\]-z|}~^_`]+$/.test(word);

/** Tag and name of a command; `end` is where its arguments begin. `why`: what is wrong with them, or empty. */
export function heardCommand(
  session: ImapServerState,
  text: Octets,
): { readonly heard: HeardCommand; readonly end: number; readonly why: string } {
  const [tag, afterTag] = wordAt(text, 0);
  const firstLine = text.slice(0, lineLength(text));
  const base: HeardCommand = {
    ...NO_COMMAND,
    line: firstLine,
    eol: eolOf(`${firstLine}\r`),
    stateBefore: session.state,
  };
  if (!isTag(tag)) return { heard: base, end: afterTag, why: 'Invalid tag' };
  let [name, end] = wordAt(text, afterTag);
  const uid = name.toUpperCase() === 'UID';
  if (uid) [name, end] = wordAt(text, end);
  if (!isCommandName(name)) return { heard: { ...base, tag, verb: '' }, end, why: 'Invalid command name' };
  return { heard: { ...base, tag, verb: name.toUpperCase(), uid }, end, why: '' };
}

const lineLength = (text: string): number => {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text.length : end;
};

/** The word at a place, and where the next one begins. */
function wordAt(text: string, from: number): readonly [string, number] {
  let end = from;
  while (end < text.length && text[end] !== ' ' && text[end] !== '\r' && text[end] !== '\n') end++;
  return [text.slice(from, end), text[end] === ' ' ? end + 1 : end];
}
