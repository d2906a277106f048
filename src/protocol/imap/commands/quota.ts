/** GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208): one quota root for all of a user's mailboxes. */
import type { Octets } from '../../../base/octets.ts';
import { mailboxNamed, octetsIn } from '../../../mail/account.ts';
import type { Account } from '../../../mail/account.ts';
import { astringOf } from '../arguments.ts';
import { nameText, noSuchMailbox, readName } from '../names.ts';
import { completed, timed } from '../replies.ts';
import type { Data } from '../session.ts';
import { AFTER_LOGIN, ask, bad, imapCommand, no, ok, reply, untagged } from '../session.ts';

const ROOT = 'User quota';
/** RFC 9208 §5.1: STORAGE counts in units of 1,024 octets. */
const UNIT = 1024;

function quotaLines(account: Account): readonly Data[] {
  if (account.quota === 0) return [];
  const used = Math.ceil(octetsIn(account) / UNIT);
  return [untagged(`QUOTA "${ROOT}" (STORAGE ${used} ${Math.floor(account.quota / UNIT)})`)];
}

export const getQuotaRoot = imapCommand<string>({
  verb: 'GETQUOTAROOT',
  moves: AFTER_LOGIN,
  syntax: 'GETQUOTAROOT mailbox',
  clause: 'RFC 9208 §4.3',
  handle(session, heard) {
    const text = astringOf(heard.args[0]);
    if (text === null) return reply(bad(session, heard, 'Missing arguments'));
    return ask({ kind: 'account' }, readName(session, text));
  },
  answered(session, _heard, name, { result }) {
    if (result.kind !== 'account' || !mailboxNamed(result.account, name))
      return no(session, timed(noSuchMailbox(name)));
    const root = result.account.quota === 0 ? '' : ` "${ROOT}"`;
    const line = untagged(`QUOTAROOT ${nameText(session, name)}${root}`);
    return ok(session, completed('Getquotaroot'), line, ...quotaLines(result.account));
  },
});

export const getQuota = imapCommand<Octets>({
  verb: 'GETQUOTA',
  moves: AFTER_LOGIN,
  syntax: 'GETQUOTA root',
  clause: 'RFC 9208 §4.2',
  handle(session, heard) {
    const root = astringOf(heard.args[0]);
    return root === null ? reply(bad(session, heard, 'Missing arguments')) : ask({ kind: 'account' }, root);
  },
  answered(session, _heard, root, { result }) {
    const lines = result.kind === 'account' && root === ROOT ? quotaLines(result.account) : [];
    if (lines.length === 0) return no(session, timed('Quota root not found'));
    return ok(session, completed('Getquota'), ...lines);
  },
});

export const setQuota = imapCommand({
  verb: 'SETQUOTA',
  moves: AFTER_LOGIN,
  syntax: 'SETQUOTA root (STORAGE limit)',
  clause: 'RFC 9208 §4.1',
  handle: (session) => reply(no(session, timed('Quota can be changed only by admin'))),
});
