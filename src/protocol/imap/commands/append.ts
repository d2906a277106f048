/** APPEND (RFC 3501 §6.3.11), of several messages at once too (RFC 3502). */
import type { Octets } from '../../../base/octets.ts';
import { NO_OCTETS } from '../../../base/octets.ts';
import { isOverQuota, mailboxNamed } from '../../../mail/account.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, literalSize, readArguments } from '../arguments.ts';
import { parseDateTime } from '../dates.ts';
import { readFlags } from '../flags.ts';
import { invalidName, noSuchMailbox, readName } from '../names.ts';
import { heardCommand } from '../reading.ts';
import { completed, timed } from '../replies.ts';
import { setText } from '../sequence-set.ts';
import type { HeardCommand, ImapServerState, Outcome, Verdict } from '../session.ts';
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
    const appended = partsOf(session, heard);
    if ('refusal' in appended) return reply(appended.refusal);
    const { name, messages } = appended;
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

/** A literal is announced and awaits its invitation: what is wrong so far is said before it is sent. */
export function beforeLiteral(session: ImapServerState, text: Octets): Verdict | null {
  const { heard, end } = heardCommand(session, text);
  const read = readArguments(text.slice(0, text.lastIndexOf('{')).replace(/~$/, '') as Octets, end);
  // The first literal may be the name.
  if (read.kind === 'wrong' || read.items.length === 0) return null;
  const fresh = without(session);
  const parts = partsOf(fresh, { ...heard, args: read.items });
  if ('refusal' in parts) return reply(parts.refusal);
  const size = literalSize(text)?.octets ?? 0;
  return ask({ kind: 'account' }, { name: parts.name, size, invites: true } satisfies Plan);
}

/** The command that announced the literal is over. */
const without = (session: ImapServerState): ImapServerState =>
  sessionWith(session, { reading: NO_OCTETS, literal: null });

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

function partsOf(
  session: ImapServerState,
  heard: HeardCommand,
): { readonly name: string; readonly messages: Messages } | { readonly refusal: Outcome } {
  const { args } = heard;
  const text = astringOf(args[0]);
  if (text === null) return { refusal: bad(session, heard, 'Invalid arguments') };
  const name = readName(session, text);
  const why = invalidName(name);
  if (why !== null) return { refusal: no(session, timed(why)) };
  const messages: Messages[number][] = [];
  let flags: readonly string[] = [];
  let internalDate: number | null = null;
  let listed = false;
  for (const argument of args.slice(1)) {
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
      if (messages.length >= MESSAGES_LIMIT) return { refusal: bad(session, heard, 'Too many messages') };
      messages.push({ content: asStored(argument.text, argument.literal === 8), flags, internalDate });
      [flags, internalDate] = [[], null];
    }
  }
  return { name, messages };
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
