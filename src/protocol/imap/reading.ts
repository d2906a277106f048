/** From lines and literals to whole commands (RFC 3501 §2.2.1, §4.3). */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Eol } from '../note.ts';
import { literalSize } from './arguments.ts';
import { errorIn, errorInTag, timed, WORDS } from './replies.ts';
import type { HeardCommand, ImapServerState, Outcome, Reading } from './session.ts';
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
  const { reading } = session;
  if (overlong) return tooLong(session, joined(reading, unit));
  if (session.user === '' && /\r(?!\n)/.test(unit))
    return refused(session, joined(reading, unit), 'CR sent without LF');
  const line = withoutLineEnd(unit);
  const literal = unit.endsWith('\r\n') ? literalSize(line) : null;
  if (literal === null) return { kind: 'command', text: joined(reading, line) };
  const begun = reading ?? begin(session, line);
  const isMessage = begun.heard.verb === 'APPEND' && session.user !== '';
  const limit = isMessage ? session.config.messageLimit : LITERAL_LIMIT;
  const so = begun.checked.length + begun.text.length + unit.length;
  if (literal.octets > limit || so + literal.octets > limit + COMMAND_LIMIT) {
    // What follows a literal nobody waited to be asked for could not be told from commands.
    const ends = !isMessage || !literal.waits || literal.octets === Number.POSITIVE_INFINITY;
    const told = refused(session, joined(reading, unit), 'Message is too large');
    if (!ends)
      return {
        ...told,
        outcome: outcome(told.outcome.session, 'NO', timed('[TOOBIG] Message is too large')),
      };
    return {
      ...told,
      outcome: { ...told.outcome, ending: { kind: 'bye', words: WORDS.literalTooLarge, place: 'instead' } },
    };
  }
  const next = sessionWith(session, {
    reading: readingWith(begun, unit),
    literal: literal.octets === 0 ? null : literal.octets,
  });
  return { kind: 'more', session: next, invites: literal.waits };
}

/** What the first line of a command says, before any of its octets are kept. */
const begin = (session: ImapServerState, line: Octets): Reading => ({
  ...heardCommand(session, line),
  checked: NO_OCTETS,
  text: NO_OCTETS,
  appends: null,
});

/** Octets are only put behind each other here: to look at them would cost as many steps as there are, each time. */
const readingWith = (reading: Reading, unit: Octets): Reading => ({
  ...reading,
  text: `${reading.text}${unit}` as Octets,
});

/** The command with a line behind what of it came before. */
const joined = (reading: Reading | null, line: Octets): Octets =>
  reading === null ? line : (`${reading.checked}${reading.text}${line}` as Octets);

function refused(session: ImapServerState, so: Octets, why: string): Extract<HeardLine, { kind: 'refused' }> {
  const { heard } = heardCommand(session, so);
  const fresh = sessionWith(session, { reading: null, literal: null });
  const early = why === 'CR sent without LF' ? why : WORDS.preLogin;
  const text = session.user === '' ? early : errorIn(heard.verb, why);
  return { kind: 'refused', heard, outcome: outcome(fresh, 'BAD', text, { bad: true }) };
}

/** Before login, whoever sends such a line is no mail program. */
function tooLong(session: ImapServerState, so: Octets): Extract<HeardLine, { kind: 'refused' }> {
  const told = refused(session, so, 'Too long argument');
  const ending = { kind: 'bye', words: WORDS.inputFull, place: 'instead' } as const;
  if (session.user === '') return { ...told, outcome: { ...told.outcome, ending } };
  if (so.includes(' ')) return told;
  const inTag = outcome(told.outcome.session, 'BAD', errorInTag('Too long argument'), { bad: true });
  return { ...told, heard: { ...told.heard, tag: '*' }, outcome: inTag };
}

export const hearLiteral = (session: ImapServerState, unit: Octets): ImapServerState =>
  sessionWith(session, { reading: readingWith(session.reading!, unit), literal: null });

function withoutLineEnd(unit: Octets): Octets {
  const ending = unit.endsWith('\r\n') ? 2 : unit.endsWith('\n') ? 1 : 0;
  return unit.slice(0, unit.length - ending) as Octets;
}

const eolOf = (text: string): Eol => (text.endsWith('\r') ? 'crlf' : 'none');

/**
 * RFC 3501 §9 `tag`, and what may be a command's name: no blanks, quotes, parentheses, wildcards, backslash, `{`, `+` or
 * control characters.
 */
const isWord = (word: string): boolean => /^[!#$&',-[\]-z|}~^_`]+$/.test(word);

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
  if (!isWord(tag)) return { heard: base, end: afterTag, why: 'Invalid tag' };
  let [name, end] = wordAt(text, afterTag);
  const uid = name.toUpperCase() === 'UID';
  if (uid) [name, end] = wordAt(text, end);
  if (!isWord(name)) return { heard: { ...base, tag, verb: '' }, end, why: 'Invalid command name' };
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
