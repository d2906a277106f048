/** GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 2087, with RFC 9208's words): one quota root for all of a user's mailboxes. */
import type { Octets } from '../../../base/octets.ts';
import { octetsIn } from '../../../mail/account.ts';
import type { Account } from '../../../mail/account.ts';
import { astringOf } from '../arguments.ts';
import { keptName, nameText } from '../names.ts';
import { completed, timed } from '../replies.ts';
import type { Data, HeardCommand, ImapServerState, Outcome } from '../session.ts';
import { astring } from '../strings.ts';
import { isUtf7 } from '../utf7.ts';
import { AFTER_LOGIN, ask, bad, hasEnabled, imapCommand, no, ok, reply, untagged } from '../session.ts';

const ROOT = 'User quota';
/** RFC 9208 §5.1: STORAGE counts in units of 1,024 octets. */
const UNIT = 1024;

function quotaLines(account: Account): readonly Data[] {
  if (account.quota === 0) return [];
  const used = Math.ceil(octetsIn(account) / UNIT);
  return [untagged(`QUOTA "${ROOT}" (STORAGE ${used} ${Math.floor(account.quota / UNIT)})`)];
}

/** The one string that an argument must be, or what is wrong. */
const textOf = (session: ImapServerState, heard: HeardCommand): Octets | Outcome =>
  astringOf(heard.args[0]) ??
  bad(session, heard, heard.args.length === 0 ? 'Missing arguments' : 'Invalid arguments');

/** A mailbox need not be there to have a quota; its name goes back as it came. */
export const getQuotaRoot = imapCommand<Octets>({
  verb: 'GETQUOTAROOT',
  moves: AFTER_LOGIN,
  syntax: 'GETQUOTAROOT mailbox',
  clause: 'RFC 9208 §4.3',
  handle(session, heard) {
    const text = textOf(session, heard);
    if (typeof text !== 'string') return reply(text);
    const name = keptName(session, text);
    if (!isUtf7(name)) return reply(no(session, timed('Mailbox name is not valid mUTF-7')));
    return ask(
      { kind: 'account' },
      hasEnabled(session, 'IMAP4rev2') ? nameText(session, name) : astring(text),
    );
  },
  answered(session, _heard, shown, { result }) {
    if (result.kind !== 'account') return ok(session, completed('Getquotaroot'));
    const root = result.account.quota === 0 ? '' : ` "${ROOT}"`;
    const line = untagged(`QUOTAROOT ${shown}${root}`);
    return ok(session, completed('Getquotaroot'), line, ...quotaLines(result.account));
  },
});

export const getQuota = imapCommand<Octets>({
  verb: 'GETQUOTA',
  moves: AFTER_LOGIN,
  syntax: 'GETQUOTA root',
  clause: 'RFC 9208 §4.2',
  handle(session, heard) {
    const root = textOf(session, heard);
    return typeof root === 'string' ? ask({ kind: 'account' }, root) : reply(root);
  },
  answered(session, _heard, root, { result }) {
    const lines = result.kind === 'account' && root === ROOT ? quotaLines(result.account) : [];
    if (lines.length === 0) return no(session, timed("Quota root doesn't exist"));
    return ok(session, completed('Getquota'), ...lines);
  },
});

export const setQuota = imapCommand({
  verb: 'SETQUOTA',
  moves: AFTER_LOGIN,
  syntax: 'SETQUOTA root (STORAGE limit)',
  clause: 'RFC 9208 §4.1',
  handle: (session, heard) =>
    reply(
      heard.args.length < 2
        ? bad(session, heard, 'Missing arguments')
        : no(session, timed('Quota can be changed only by admin')),
    ),
});
