/** A fact in plain words. */
import type { Fact } from '../agents/facts.ts';
import type { HostId } from '../sim/types.ts';
import { type Description, ROW_LIMIT, row } from './description.ts';
import { harmless, shown } from './wire.ts';

const list = (names: readonly string[]): string => names.map((name) => shown(name, ROW_LIMIT)).join(', ');

export function describeFact(fact: Fact, host: HostId): Description {
  switch (fact.kind) {
    case 'accepted': {
      const { queueId, envelope, origin } = fact;
      const values = {
        host,
        queueId,
        from: shown(envelope.reversePath, ROW_LIMIT),
        to: list(envelope.forwardPaths),
      };
      return row('letter', 'smtp', `accepted.${origin}`, values);
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
    case 'expunged':
      return row('mailbox', 'pop3', 'expunged', { host, mailbox: fact.mailbox, uid: fact.uid });
    case 'login':
      return row('mailbox', 'pop3', fact.ok ? 'login' : 'loginRefused', { host, mailbox: fact.mailbox });
    case 'fetched':
      return row('mailbox', 'pop3', 'fetched', { host, account: fact.account, uid: fact.uid });
    case 'submitted': {
      const { account, to, subject, ok, reply } = fact;
      const values = { host, account, to: list(to), subject: harmless(subject, ROW_LIMIT) };
      return row('letter', 'smtp', ok ? 'submitted' : 'submitFailed', values, shown(reply, ROW_LIMIT));
    }
    case 'fetch-failed':
      return row(
        'mailbox',
        'pop3',
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
