/** APPEND (RFC 3501 §6.3.11), of several messages at once too (RFC 3502). */
import type { Octets } from '../../../base/octets.ts';
import { isOverQuota, mailboxNamed } from '../../../mail/account.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, readArguments } from '../arguments.ts';
import { parseDateTime } from '../dates.ts';
import { readFlags } from '../flags.ts';
import { invalidName, noSuchMailbox, readName } from '../names.ts';
import { completed, timed } from '../replies.ts';
import { setText } from '../sequence-set.ts';
import type { Appends, HeardCommand, ImapServerState, Outcome, Reading, Verdict } from '../session.ts';
import { AFTER_LOGIN, ask, bad, imapCommand, no, ok, reply, sessionWith } from '../session.ts';
import type { ImapAnswer, ImapRequest } from '../types.ts';
import { intoRefusal } from './copy.ts';

/** Messages one APPEND may bring. */
const MESSAGES_LIMIT = 1000;

interface Plan {
  readonly name: string;
  /** Octets of the literal announced. */
  readonly size: number;
  /** The command is not whole: its literal is to be asked for, if the mailbox is there. */
  readonly invites: boolean;
}

export const append = imapCommand<Plan>({
  verb: 'APPEND',
  tells: true,
  moves: AFTER_LOGIN,
  syntax: 'APPEND mailbox [(\\Seen)] ["date"] {n}',
  clause: 'RFC 3501 §6.3.11',
  reads: 'messages',
  handle(session, heard) {
    const last = heard.args.at(-1);
    if (last?.kind !== 'string' || last.literal === false)
      return reply(bad(session, heard, WITHOUT_MESSAGE[heard.args.length] ?? 'Invalid arguments'));
    const name = nameIn(session, heard, heard.args[0]);
    if (typeof name !== 'string') return reply(name.refusal);
    const appended = messagesIn(session, heard, heard.args.slice(1));
    if ('refusal' in appended) return reply(appended.refusal);
    const { messages } = appended;
    if (messages.length === 0) return reply(bad(session, heard, 'Missing message size'));
    if (messages.some(({ content }) => content === ''))
      return reply(no(session, timed("Can't save a zero byte message")));
    return ask({ kind: 'append', name, messages }, { name, size: 0, invites: false } satisfies Plan);
  },
  answered: (session, _heard, plan, answer) =>
    plan.invites ? invitation(session, plan, answer) : appended(session, plan, answer),
});

const WITHOUT_MESSAGE = ['Missing arguments', 'Missing message size'];

function appended(session: ImapServerState, { name }: Plan, { result }: ImapAnswer): Outcome {
  if (result.kind === 'refused') return no(session, timed(intoRefusal(result.why, name)));
  if (result.kind !== 'appended') return ok(session, completed('Append'));
  return ok(session, `[APPENDUID ${result.uidValidity} ${setText(result.uids)}] ${completed('Append')}`);
}

/**
 * A literal is announced and awaits its invitation: what is wrong so far is said before it is sent. What was looked at
 * for one literal is not looked at again for the next.
 */
export function beforeLiteral(
  session: ImapServerState,
  reading: Reading,
): readonly [ImapServerState, Verdict | null] {
  const { heard, text, appends } = reading;
  if (appends?.kind === 'wrong') return [session, null];
  const brace = text.lastIndexOf('{');
  const at = text[brace - 1] === '~' ? brace - 1 : brace;
  const read = readArguments(text.slice(0, at) as Octets, appends === null ? reading.end : 0, 'messages');
  if (read.kind === 'wrong') return [withAppends(session, reading, { kind: 'wrong' }, 0), null];
  // The first literal may be the name.
  if (appends === null && read.items.length === 0) return [session, null];
  const fresh = without(session);
  const name = appends?.name ?? nameIn(fresh, heard, read.items[0]);
  if (typeof name !== 'string') return [session, reply(name.refusal)];
  const behindName = appends === null ? read.items.slice(1) : read.items;
  const parts = messagesIn(fresh, heard, behindName, appends?.count);
  if ('refusal' in parts) return [session, reply(parts.refusal)];
  const count = (appends?.count ?? 0) + parts.messages.length;
  const next = withAppends(session, reading, { kind: 'messages', name, count }, at);
  const plan: Plan = { name, size: session.literal ?? 0, invites: true };
  return [next, ask({ kind: 'account' }, plan)];
}

/** Of the octets those before `at` have been looked at. */
const withAppends = (
  session: ImapServerState,
  reading: Reading,
  appends: Appends,
  at: number,
): ImapServerState =>
  sessionWith(session, {
    reading: {
      ...reading,
      checked: `${reading.checked}${reading.text.slice(0, at)}` as Octets,
      text: reading.text.slice(at) as Octets,
      appends,
    },
  });

/** The command that announced the literal is over. */
const without = (session: ImapServerState): ImapServerState =>
  sessionWith(session, { reading: null, literal: null });

function invitation(
  session: ImapServerState,
  { name, size }: Plan,
  { result }: ImapAnswer,
): Outcome | Verdict {
  const isThere = result.kind === 'account' && mailboxNamed(result.account, name) !== undefined;
  const isFull = result.kind === 'account' && isOverQuota(result.account, size);
  if (isThere && isFull) return no(without(session), timed(intoRefusal('over-quota', name)));
  if (isThere && size > 0) return { kind: 'invite', session, text: 'OK', request: null };
  const fresh = without(session);
  if (isThere) return no(fresh, timed("Can't save a zero byte message"));
  return no(fresh, timed(`[TRYCREATE] ${noSuchMailbox(name)}`));
}

type Messages = Extract<ImapRequest, { kind: 'append' }>['messages'];

interface Refused {
  readonly refusal: Outcome;
}

function nameIn(
  session: ImapServerState,
  heard: HeardCommand,
  argument: Argument | undefined,
): string | Refused {
  const text = astringOf(argument);
  if (text === null) return { refusal: bad(session, heard, 'Invalid arguments') };
  const name = readName(session, text);
  const why = invalidName(name);
  return why === null ? name : { refusal: no(session, timed(why)) };
}

/** What stands behind the name, or behind so many messages. */
function messagesIn(
  session: ImapServerState,
  heard: HeardCommand,
  args: readonly Argument[],
  before = 0,
): { readonly messages: Messages } | Refused {
  const messages: Messages[number][] = [];
  let flags: readonly string[] = [];
  let internalDate: number | null = null;
  let listed = false;
  for (const argument of args) {
    const wrong = partWrong(argument) ?? (argument.kind === 'list' && listed ? 'Invalid arguments' : null);
    if (wrong !== null) return { refusal: bad(session, heard, wrong) };
    listed = argument.kind === 'list' || (listed && argument.kind === 'string' && argument.literal === false);
    if (argument.kind === 'list') {
      const read = readFlags([argument]);
      if (read.kind === 'wrong')
        return { refusal: read.bad ? bad(session, heard, read.why) : no(session, timed(read.why)) };
      flags = read.flags;
    } else if (argument.kind === 'string' && !argument.literal) internalDate = parseDateTime(argument.text);
    else if (argument.kind === 'string') {
      if (before + messages.length >= MESSAGES_LIMIT)
        return { refusal: bad(session, heard, 'Too many messages') };
      messages.push({ content: asStored(argument.text, argument.literal === 8), flags, internalDate });
      [flags, internalDate] = [[], null];
    }
  }
  return { messages };
}

function partWrong(argument: Argument): string | null {
  if (argument.kind === 'atom') return 'Invalid arguments';
  if (argument.kind === 'list') return null;
  return argument.literal || parseDateTime(argument.text) !== null ? null : 'Invalid internal date';
}

/** Line ends are CRLF in a mailbox; Dovecot puts 0x80 where a NUL was, unless it came in a literal8. */
function asStored(content: Octets, binary: boolean): Octets {
  const clean = !binary && content.includes('\0') ? content.replaceAll('\0', '\x80') : content;
  return (/(?<!\r)\n/.test(clean) ? clean.replace(/\r?\n/g, '\r\n') : clean) as Octets;
}
