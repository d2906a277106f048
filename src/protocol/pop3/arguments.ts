/** Arguments that are numbers, each server reading them in its own way. */
import type { Pop3ErrWords } from './replies.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState } from './session.ts';
import { dialectOf, err, filled, habitsOf, oneLine, replyWith } from './session.ts';
import type { MaildropEntry } from './types.ts';

export type Found =
  | {
      readonly kind: 'message';
      readonly index: number;
      readonly entry: MaildropEntry;
      /** What stands behind the number. */
      readonly rest: string;
    }
  | { readonly kind: 'none'; readonly reply: Pop3Reply };

type ReadNumber =
  | { readonly kind: 'number'; readonly value: number; readonly rest: string }
  | { readonly kind: 'fault'; readonly words: keyof Pop3ErrWords; readonly argument: string };

/** Words for what can be wrong with a number: it is none, is too large, or more stands behind it. */
interface Faults {
  readonly none: keyof Pop3ErrWords;
  readonly huge: keyof Pop3ErrWords;
  readonly noise: keyof Pop3ErrWords;
}

const MESSAGE_FAULTS: Faults = { none: 'notNumber', huge: 'hugeNumber', noise: 'noise' };
const LINES_FAULTS: Faults = { none: 'notLines', huge: 'hugeLines', noise: 'linesNoise' };

const LARGEST_31 = 2147483647;
const LARGEST_32 = '4294967295';
const LARGEST_64 = '18446744073709551615';

/** The message a command speaks of: there, and not marked as deleted (RFC 1939 §5). `more`: another argument follows. */
export function messageOf(session: Pop3ServerState, heard: HeardCommand, more = false): Found {
  const { numbers, countsArguments } = habitsOf(session);
  const text = argumentsOf(heard, countsArguments);
  const read = numberIn(text, numbers, MESSAGE_FAULTS, LARGEST_32, more);
  if (read.kind === 'fault') return { kind: 'none', reply: fault(session, heard, read) };
  const number = read.value;
  const entry = session.entries[number - 1];
  if (entry === undefined) return { kind: 'none', reply: refusal(session, heard, 'noSuchMessage', number) };
  const found: Found = { kind: 'message', index: number - 1, entry, rest: read.rest };
  const free = !session.marked[found.index] || (heard.verb === 'DELE' && habitsOf(session).marksTwice);
  return free ? found : { kind: 'none', reply: refusal(session, heard, 'deleted', number) };
}

/** TOP's number of lines, in what stands behind the message; a reply where it is none. */
export function linesOf(session: Pop3ServerState, heard: HeardCommand, rest: string): number | Pop3Reply {
  const text = rest.replace(/^ +/, '');
  const read = numberIn(text, habitsOf(session).numbers, LINES_FAULTS, LARGEST_64, false);
  return read.kind === 'number' ? read.value : fault(session, heard, read);
}

/** Counted arguments are words; else it is what stands behind the keyword, without the spaces in front. */
const argumentsOf = ({ words, rest }: HeardCommand, counted: boolean): string =>
  counted ? words.join(' ') : rest.replace(/^ +/, '');

function numberIn(
  text: string,
  numbers: 'digits' | 'prefix' | 'measured',
  faults: Faults,
  largest: string,
  more: boolean,
): ReadNumber {
  const digits = /^[0-9]*/.exec(text)![0];
  const rest = text.slice(digits.length);
  switch (numbers) {
    case 'prefix': {
      const { 0: whole, 1: sign = '', 2: prefix = '' } = /^([-+]?)([0-9]*)[^ ]*/.exec(text)!;
      const value = Math.min(Number(prefix), LARGEST_31);
      return { kind: 'number', value: sign === '-' ? -value : value, rest: text.slice(whole.length) };
    }
    case 'digits':
      return digits === '' || (rest !== '' && !rest.startsWith(' '))
        ? { kind: 'fault', words: faults.none, argument: text.split(' ', 1)[0]! }
        : { kind: 'number', value: Number(digits), rest };
    case 'measured':
      if (digits === '') return { kind: 'fault', words: faults.none, argument: text };
      // A number that the machine can hold has been read away when it turns out to be too large.
      if (exceeds(digits, LARGEST_64)) return { kind: 'fault', words: faults.huge, argument: text };
      if (exceeds(digits, largest)) return { kind: 'fault', words: faults.huge, argument: rest };
      return (more ? rest.startsWith(' ') : rest === '')
        ? { kind: 'number', value: Number(digits), rest }
        : { kind: 'fault', words: faults.noise, argument: rest };
  }
}

function exceeds(digits: string, limit: string): boolean {
  const figures = digits.replace(/^0+/, '');
  return figures.length > limit.length || (figures.length === limit.length && figures > limit);
}

function fault(
  session: Pop3ServerState,
  heard: HeardCommand,
  { words, argument }: Extract<ReadNumber, { kind: 'fault' }>,
): Pop3Reply {
  return replyWith(worded(session, heard, words, { argument }), { counts: 'bad' });
}

/** A number that is one and leads nowhere; only who measures numbers takes it for a bad command. */
function refusal(
  session: Pop3ServerState,
  heard: HeardCommand,
  words: 'noSuchMessage' | 'deleted',
  number: number,
): Pop3Reply {
  const { uidl } = dialectOf(session);
  const none = heard.verb === 'UIDL' && number === 0 && uidl.notNumber !== undefined;
  const reply = worded(session, heard, none ? 'notNumber' : words, { number });
  return habitsOf(session).numbers === 'measured' ? replyWith(reply, { counts: 'bad' }) : reply;
}

function worded(
  session: Pop3ServerState,
  { verb }: HeardCommand,
  words: keyof Pop3ErrWords,
  values: Readonly<Record<string, string | number>>,
): Pop3Reply {
  const own = verb === 'UIDL' ? dialectOf(session).uidl[words] : undefined;
  return own === undefined ? err(session, words, values) : oneLine('-ERR', filled(session, own, values));
}
