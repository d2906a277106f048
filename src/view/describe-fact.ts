/** A fact in plain words. */
import type { Fact } from '../agents/facts.ts';
import { decodeUtf7 } from '../protocol/imap/utf7.ts';
import type { HostId } from '../sim/types.ts';
import { type Description, ROW_LIMIT, row } from './description.ts';
import { harmless, type Protocol, shown } from './wire.ts';

const list = (names: readonly string[]): string => names.map((name) => shown(name, ROW_LIMIT)).join(', ');

/** `by`: the protocol of the connection behind it, where it matters and is known. */
export function describeFact(fact: Fact, host: HostId, by: Protocol = 'smtp'): Description {
  switch (fact.kind) {
    case 'accepted': {
      const { queueId, envelope, origin } = fact;
      const values = {
        host,
        queueId,
        from: shown(envelope.reversePath, ROW_LIMIT),
        to: list(envelope.forwardPaths),
      };
      return row('letter', by, `accepted.${origin}`, values);
    }
    case 'relayed': {
      const { queueId, recipients, to, address, reply } = fact;
      return row(
        'letter',
        fact.by ?? 'smtp',
        'relayed',
        { host, queueId, recipients: list(recipients), to, address },
        reply,
      );
    }
    case 'delivered': {
      const { queueId, recipient, mailbox } = fact;
      return row('letter', 'other', 'delivered', {
        host,
        queueId,
        recipient: shown(recipient, ROW_LIMIT),
        mailbox,
      });
    }
    case 'deferred': {
      const { queueId, recipients, why, retryAt } = fact;
      return row(
        'letter',
        'smtp',
        'deferred',
        { host, queueId, recipients: list(recipients), retryAt },
        shown(why, ROW_LIMIT),
      );
    }
    case 'bounced': {
      const { queueId, recipients, why, notification } = fact;
      const values = { host, queueId, recipients: list(recipients), notification: notification ?? '' };
      return row(
        'letter',
        'smtp',
        notification === null ? 'bouncedSilently' : 'bounced',
        values,
        shown(why, ROW_LIMIT),
      );
    }
    case 'removed':
      return row('letter', 'other', 'removed', { host, queueId: fact.queueId });
    case 'routed': {
      const { queueId, domain, by, exchangers } = fact;
      const names = list(exchangers.map(({ name }) => name));
      return row('letter', by === 'mx' ? 'dns' : 'other', 'routed', {
        host,
        queueId,
        domain,
        by,
        exchangers: names,
      });
    }
    case 'login': {
      const key = fact.ok ? 'login' : 'loginRefused';
      return row('mailbox', fact.protocol, key, { host, mailbox: shown(fact.mailbox, ROW_LIMIT) });
    }
    case 'expunged':
    case 'selected':
    case 'flagged':
    case 'filed':
    case 'folder':
      return describeMailboxFact(fact, host);
    case 'fetched':
      return row('mailbox', fact.by ?? 'pop3', 'fetched', { host, account: fact.account, uid: fact.uid });
    case 'vanished':
      return row('mailbox', 'imap', 'vanished', { host, account: fact.account });
    case 'submitted': {
      const { account, to, subject, ok, reply } = fact;
      const values = { host, account, to: list(to), subject: harmless(subject, ROW_LIMIT) };
      return row('letter', 'smtp', ok ? 'submitted' : 'submitFailed', values, shown(reply, ROW_LIMIT));
    }
    case 'fetch-failed':
      return row(
        'mailbox',
        fact.by ?? 'pop3',
        'fetchFailed',
        { host, account: fact.account },
        shown(fact.why, ROW_LIMIT),
      );
    case 'shell':
      return row(
        'action',
        'other',
        fact.ok ? 'shell' : 'shellUnknown',
        { host },
        harmless(fact.command, ROW_LIMIT),
      );
    case 'logged':
      return row('syslog', 'other', 'logged', { host }, shown(fact.text, ROW_LIMIT));
    default:
      return row('inner', 'other', 'unknown');
  }
}

type MailboxFact = Extract<Fact, { kind: 'expunged' | 'selected' | 'flagged' | 'filed' | 'folder' }>;

/** What became of a mailbox and its folders. POP3 knows one folder and does not name it. */
function describeMailboxFact(fact: MailboxFact, host: HostId): Description {
  const { mailbox } = fact;
  switch (fact.kind) {
    case 'expunged': {
      const { uid, folder } = fact;
      if (folder === undefined) return row('mailbox', 'pop3', 'expunged', { host, mailbox, uid });
      return row('mailbox', 'imap', 'expungedFrom', { host, mailbox, uid, folder: folderName(folder) });
    }
    case 'selected': {
      const values = { host, mailbox, folder: folderName(fact.folder) };
      return row('mailbox', 'imap', fact.readOnly ? 'examined' : 'selected', values);
    }
    case 'flagged': {
      const flags = shown(fact.flags.join(' '), ROW_LIMIT);
      const values = { host, mailbox, folder: folderName(fact.folder), uids: fact.uids, flags };
      return row('mailbox', 'imap', `flagged.${fact.change}`, values);
    }
    case 'filed': {
      const values = { host, mailbox, folder: folderName(fact.folder), count: fact.uids.length };
      if (fact.from === null) return row('mailbox', 'imap', 'appended', values);
      return row('mailbox', 'imap', 'copied', { ...values, from: folderName(fact.from.folder) });
    }
    case 'folder': {
      const values = { host, mailbox, folder: folderName(fact.folder), from: folderName(fact.from ?? '') };
      return row('mailbox', 'imap', `folder.${fact.what}`, values);
    }
  }
}

/** A folder's name as its user wrote it: on the wire it is modified UTF-7 (RFC 3501 §5.1.3). */
const folderName = (wire: string): string => harmless(decodeUtf7(wire) ?? wire, ROW_LIMIT);
