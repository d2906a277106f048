/** How an IMAP server's responses go out: notes say what each segment means (RFC 3501 §7). */
import type { Octets } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { ReplyNote } from '../note.ts';
import { astringOf } from './arguments.ts';
import { NO_COMMAND } from './reading.ts';
import type { Data, HeardCommand, ImapServerState, ImapStateName, Outcome } from './session.ts';
import type { ImapQuestion } from './types.ts';

type Send = Extract<Effect<ImapQuestion>, { kind: 'send' }>;

const CODE = /^\[([^\]]*)\] ?/;

/** Untagged responses that a note keeps, and characters of each: enough for SELECT's EXISTS. */
const DATA_KEPT = 8;
const DATA_LIMIT = 200;

/** Which argument of a command is a mailbox (RFC 3501 §6.3, §6.4.7). */
const MAILBOX_ARGUMENT: Readonly<Record<string, number>> = {
  SELECT: 0,
  EXAMINE: 0,
  CREATE: 0,
  DELETE: 0,
  RENAME: 0,
  SUBSCRIBE: 0,
  UNSUBSCRIBE: 0,
  STATUS: 0,
  APPEND: 0,
  GETQUOTAROOT: 0,
  COPY: 1,
  MOVE: 1,
};

const mailboxIn = ({ verb, args }: HeardCommand): string =>
  Object.hasOwn(MAILBOX_ARGUMENT, verb) ? (astringOf(args[MAILBOX_ARGUMENT[verb]!]) ?? '') : '';

function note(heard: HeardCommand, code: string, text: string, state: string, clause: string): ReplyNote {
  const responseCode = CODE.exec(text);
  return {
    kind: 'reply',
    protocol: 'imap',
    tag: heard.tag,
    verb: heard.verb,
    line: heard.line,
    eol: heard.eol,
    argument: mailboxIn(heard),
    code,
    enhanced: responseCode?.[1] ?? '',
    text: responseCode === null ? text : text.slice(responseCode[0].length),
    lines: 1,
    stateBefore: heard.stateBefore,
    state,
    clause,
  };
}

/** The data, messages in segments of their own, and the tagged response behind it. */
export function responsesOf(
  heard: HeardCommand,
  { status, text }: Outcome,
  data: readonly Data[],
  session: ImapServerState,
  clause: string,
): readonly Send[] {
  const [sends, rest] = lettersOf(data);
  const last = `${heard.tag} ${status} ${text}\r\n`;
  const said = note(heard, status, text, session.state, clause);
  const octets = rest.join('') + last;
  const kept = rest.length === 0 ? {} : { data: firstLines(rest) };
  return [
    ...sends,
    { kind: 'send', octets: octets as Octets, note: { ...said, ...kept, lines: rest.length + 1 } },
  ];
}

/** The first line of each of the first responses. */
const firstLines = (rest: readonly Octets[]): readonly string[] =>
  rest.slice(0, DATA_KEPT).map((octets) => octets.slice(0, Math.min(octets.indexOf('\r\n'), DATA_LIMIT)));

/** Untagged data alone, as IDLE brings it. */
export function dataOf(
  heard: HeardCommand,
  data: readonly Data[],
  session: ImapServerState,
  clause: string,
): readonly Send[] {
  if (data.length === 0) return [];
  const [sends, rest] = lettersOf(data);
  if (rest.length === 0) return sends;
  const said = note({ ...heard, tag: '*' }, '*', rest[0]!.slice(2, -2), session.state, clause);
  const kept = rest.length === 1 ? {} : { data: firstLines(rest.slice(1)) };
  return [
    ...sends,
    { kind: 'send', octets: rest.join('') as Octets, note: { ...said, ...kept, lines: rest.length } },
  ];
}

/** Segments up to the last that carries a message, and the data behind it. */
function lettersOf(data: readonly Data[]): readonly [readonly Send[], readonly Octets[]] {
  const sends: Send[] = [];
  let rest: Octets[] = [];
  for (const { octets, letter } of data) {
    rest.push(octets);
    if (letter === undefined) continue;
    sends.push({
      kind: 'send',
      octets: rest.join('') as Octets,
      note: {
        kind: 'content',
        protocol: 'imap',
        octets: letter.octets,
        letter: letter.id,
        text: octets.slice(0, octets.indexOf('\r\n')),
      },
    });
    rest = [];
  }
  return [sends, rest];
}

export const continuation = (session: ImapServerState, heard: HeardCommand, text: string): Send => ({
  kind: 'send',
  octets: `+ ${text}\r\n` as Octets,
  note: note(heard, '+', text, session.state, 'RFC 3501 §7.5'),
});

/** What the server says before it closes; the session is over with it, unless `to` has something to follow. */
export const byeOf = ({ state }: ImapServerState, text: string, to: ImapStateName = 'logout'): Send => ({
  kind: 'send',
  octets: `* BYE ${text}\r\n` as Octets,
  note: note({ ...NO_COMMAND, verb: 'SERVER', stateBefore: state }, 'BYE', text, to, 'RFC 3501 §7.1.5'),
});
