/** Checks on a finished log: nothing that was accepted has vanished, and every command had one final reply. */
import type { Fact } from '../agents/facts.ts';
import type { MdaConfig } from '../agents/mda/types.ts';
import { localTarget } from '../agents/local-names.ts';
import type { StoreState } from '../agents/message-store.ts';
import { uniqueId } from '../mail/mailbox.ts';
import type { MtaState } from '../agents/mta/types.ts';
import { topologyOf } from '../sim/network.ts';
import type { History, HostId } from '../sim/types.ts';

type Recorded<K extends Fact['kind']> = Extract<Fact, { kind: K }> & { readonly host: HostId };

/** One letter in one host's keeping, with what became of each recipient there. */
interface Account {
  readonly host: HostId;
  readonly accepted: Recorded<'accepted'>;
  readonly settled: Set<string>;
}

/** What is wrong with the letters of a log; empty when every one of them can be accounted for. */
export function lostLetters(history: History): readonly string[] {
  const facts = history.log.flatMap(({ host, what }) =>
    what.kind === 'fact' ? [{ ...(what.fact as Fact), host }] : [],
  );
  const problems: string[] = [];
  const accounts = new Map<string, Account>();
  const stored = storedLetters(history, facts);
  for (const fact of facts) {
    if (fact.kind === 'accepted') {
      const key = `${fact.host}/${fact.queueId}`;
      if (accounts.has(key)) problems.push(`${key}: the name was given twice`);
      accounts.set(key, { host: fact.host, accepted: fact, settled: new Set() });
    }
  }
  const settle = (host: HostId, queueId: string, recipients: readonly string[]): void => {
    const account = accounts.get(`${host}/${queueId}`);
    if (!account) problems.push(`${host}/${queueId}: settled, but never accepted`);
    for (const recipient of recipients) account?.settled.add(recipient);
  };
  for (const fact of facts) {
    switch (fact.kind) {
      case 'delivered':
        settle(fact.host, fact.queueId, [fact.recipient]);
        if (!stored.has(`${fact.host}/${fact.mailbox}/${fact.uid}`))
          problems.push(`${fact.host}/${fact.queueId}: delivered to ${fact.mailbox}, but not there`);
        break;
      case 'relayed': {
        settle(fact.host, fact.queueId, fact.recipients);
        const there = topologyOf(history.scenario).byAddress.get(fact.address) ?? '';
        if (!wasAccepted(accounts, there, fact.reply))
          problems.push(
            `${fact.host}/${fact.queueId}: relayed to ${there}, which has no such letter: ${fact.reply}`,
          );
        break;
      }
      case 'bounced': {
        settle(fact.host, fact.queueId, fact.recipients);
        const about = accounts.get(`${fact.host}/${fact.queueId}`)?.accepted;
        const dsn = accounts.get(`${fact.host}/${fact.notification}`)?.accepted;
        const silent = fact.notification === null && about?.envelope.reversePath === '';
        if (!silent && dsn?.about !== fact.queueId)
          problems.push(`${fact.host}/${fact.queueId}: bounced, and the sender was not told`);
        break;
      }
      case 'submitted':
        if (fact.ok && ![...accounts.values()].some(({ accepted }) => fact.reply.includes(accepted.queueId)))
          problems.push(`${fact.host}: submitted "${fact.subject}", but nobody has it: ${fact.reply}`);
        break;
      default:
    }
  }
  for (const account of accounts.values()) problems.push(...openRecipients(history, account));
  return problems;
}

/** Letters in the mailboxes, and those that were there until somebody removed them. */
function storedLetters(
  history: History,
  facts: readonly (Fact & { readonly host: HostId })[],
): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const fact of facts)
    if (fact.kind === 'expunged') stored.add(`${fact.host}/${fact.mailbox}/${fact.uid}`);
  for (const { id } of history.scenario.hosts) {
    const store = history.world.states.get(`${id}/store`) as StoreState | undefined;
    for (const { id: mailbox, mailboxes } of store?.accounts ?? [])
      for (const { messages, uidValidity } of mailboxes)
        for (const { uid } of messages) stored.add(`${id}/${mailbox}/${uniqueId(uid, uidValidity)}`);
  }
  return stored;
}

const wasAccepted = (accounts: ReadonlyMap<string, Account>, host: HostId, reply: string): boolean =>
  [...accounts.values()].some((account) => account.host === host && reply.includes(account.accepted.queueId));

/** Recipients that are neither settled nor in the queue. */
function openRecipients(history: History, { host, accepted, settled }: Account): readonly string[] {
  const { queueId, envelope } = accepted;
  const mta = history.world.states.get(`${host}/mta`) as MtaState | undefined;
  const waiting = new Set(
    mta?.queue.find(({ id }) => id === queueId)?.recipients.map(({ address }) => address),
  );
  const mda = topologyOf(history.scenario).programs.get(`${host}/mda`)?.spec.config as MdaConfig | undefined;
  const isAccounted = (recipient: string): boolean => {
    if (settled.has(recipient) || waiting.has(recipient)) return true;
    const local = mda ? localTarget(mda, recipient) : null;
    return (
      local?.kind === 'alias' && local.targets.every((target) => settled.has(target) || waiting.has(target))
    );
  };
  return envelope.forwardPaths
    .filter((recipient) => !isAccounted(recipient))
    .map((recipient) => `${host}/${queueId}: what became of ${recipient}?`);
}

/** Letters still in a queue. */
export function waitingLetters(history: History): readonly string[] {
  return history.scenario.hosts.flatMap(({ id }) => {
    const mta = history.world.states.get(`${id}/mta`) as MtaState | undefined;
    return (mta?.queue ?? []).map(
      ({ id: queueId, recipients, why }) =>
        `${id}/${queueId} waits for ${recipients.map(({ address }) => address).join(', ')}: ${why}`,
    );
  });
}
