/** APPEND (RFC 3501 §6.3.11), of several messages at once too (RFC 3502). */
import type { Octets } from '../../../base/octets.ts';
import { mailboxNamed } from '../../../mail/account.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, readArguments } from '../arguments.ts';
import { parseDateTime } from '../dates.ts';
import { readFlags } from '../flags.ts';
import { noSuchMailbox, readName } from '../names.ts';
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
  /** The command is not whole: its literal is to be asked for, if the mailbox is there. */
  readonly invites: boolean;
}

export const append = imapCommand<Plan>({
  verb: 'APPEND',
  moves: AFTER_LOGIN,
  syntax: 'APPEND mailbox [(\\Seen)] ["date"] {n}',
  clause: 'RFC 3501 §6.3.11',
  handle(session, heard) {
    const appended = partsOf(session, heard);
    if ('wrong' in appended) return reply(bad(session, heard, appended.wrong));
    const { name, messages } = appended;
    if (messages.length === 0) return reply(bad(session, heard, 'Missing message'));
    if (messages.some(({ content }) => content === ''))
      return reply(no(session, timed("Can't save a zero byte message.")));
    return ask({ kind: 'append', name, messages }, { name, invites: false } satisfies Plan);
  },
  answered: (session, _heard, plan, answer) =>
    plan.invites ? invitation(session, plan, answer) : appended(session, plan, answer),
});

function appended(session: ImapServerState, { name }: Plan, { result }: ImapAnswer): Outcome {
  if (result.kind === 'refused') return no(session, timed(intoRefusal(result.why, name)));
  if (result.kind !== 'appended') return ok(session, completed('Append'));
  return ok(session, `[APPENDUID ${result.uidValidity} ${setText(result.uids)}] ${completed('Append')}`);
}

/** A literal is announced and awaits its invitation: what is wrong so far is said before it is sent. */
export function beforeLiteral(session: ImapServerState, text: Octets): Verdict | null {
  const { heard, end } = heardCommand(session, text);
  const read = readArguments(text.slice(0, text.lastIndexOf('{')).replace(/~$/, '') as Octets, end);
  if (read.kind === 'wrong') return null;
  const parts = partsOf(session, { ...heard, args: read.items });
  const fresh = sessionWith(session, { reading: '' as Octets, literal: null });
  if ('wrong' in parts) return reply(bad(fresh, heard, parts.wrong));
  return ask({ kind: 'account' }, { name: parts.name, invites: true } satisfies Plan);
}

function invitation(session: ImapServerState, { name }: Plan, { result }: ImapAnswer): Outcome | Verdict {
  if (result.kind === 'account' && mailboxNamed(result.account, name))
    return { kind: 'invite', session, text: 'OK', request: null };
  const fresh = sessionWith(session, { reading: '' as Octets, literal: null });
  return no(fresh, timed(`[TRYCREATE] ${noSuchMailbox(name)}`));
}

type Messages = Extract<ImapRequest, { kind: 'append' }>['messages'];

function partsOf(
  session: ImapServerState,
  { args }: HeardCommand,
): { readonly name: string; readonly messages: Messages } | { readonly wrong: string } {
  const text = astringOf(args[0]);
  if (text === null) return { wrong: 'Invalid arguments.' };
  const read = readName(session, text);
  if ('wrong' in read) return read;
  const messages: Messages[number][] = [];
  let flags: readonly string[] = [];
  let internalDate: number | null = null;
  for (const argument of args.slice(1)) {
    const wrong = partWrong(argument);
    if (wrong !== null) return { wrong };
    if (argument.kind === 'list') flags = readFlags([argument]) as readonly string[];
    else if (argument.kind === 'string' && !argument.literal) internalDate = parseDateTime(argument.text);
    else if (argument.kind === 'string') {
      if (messages.length >= MESSAGES_LIMIT) return { wrong: 'Too many messages' };
      messages.push({ content: asStored(argument.text), flags, internalDate });
      [flags, internalDate] = [[], null];
    }
  }
  return { name: read.name, messages };
}

function partWrong(argument: Argument): string | null {
  if (argument.kind === 'atom') return 'Invalid arguments.';
  if (argument.kind === 'list') {
    const found = readFlags([argument]);
    return typeof found === 'string' ? found : null;
  }
  return argument.literal || parseDateTime(argument.text) !== null ? null : 'Invalid internal date';
}

/** Line ends are CRLF in a mailbox; Dovecot puts 0x80 where a NUL was. */
function asStored(content: Octets): Octets {
  const clean = content.includes('\0') ? content.replaceAll('\0', '\x80') : content;
  return (/(?<!\r)\n/.test(clean) ? clean.replace(/\r?\n/g, '\r\n') : clean) as Octets;
}
