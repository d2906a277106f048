/** The mail queue: letters by their ids, and the letters this host writes itself into it. */
import type { Octets } from '../../base/octets.ts';
import { sameAddress, splitAddress } from '../../mail/address.ts';
import { messageIdText } from '../../mail/queue-id.ts';
import type { Secured } from '../../protocol/machine.ts';
import type { RcptParameters } from '../../protocol/smtp/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { Fact, QueueId } from '../facts.ts';
import { entryOf, withEntry } from '../entries.ts';
import { isOwnLiteral } from '../networks.ts';
import { laneQueueId } from '../smtp-log.ts';
import type { QueueEntry, Recipient } from './entry.ts';
import { queueEntryWith, recipientId, recipientOf, recipientWith } from './entry.ts';
import { logLine } from './log-lines.ts';
import type { MtaState } from './types.ts';
import { mtaWith } from './types.ts';

export const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

/** The mail domain this host writes in the addresses and ids it makes up. */
export const ownDomain = (state: MtaState): string => state.config.domains[0] ?? state.hostname;

/** Letters for addresses without domain are for this host, too. */
export const isLocal = (state: MtaState, domain: string): boolean =>
  domain === '' || state.config.domains.includes(domain) || isOwnLiteral(domain, state.service.addresses);

export const nextQueueId = (state: MtaState, at: StepContext): QueueId =>
  laneQueueId(state.config.dialect, 0, state.nextNumber, at);

export const ownMessageId = ({ config, hostname }: MtaState, queueId: QueueId, at: StepContext): string =>
  messageIdText(config.dialect, queueId, at.now, at.clock, hostname);

/** Each recipient once; as servers deliver, the case of the local part makes no other recipient. */
export function unique(addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const byKey = new Map<string, string>();
  for (const address of addresses) {
    const key = address.toLowerCase();
    if (!byKey.has(key)) byKey.set(key, address);
  }
  return [...byKey.values()];
}

export interface Brought {
  readonly helo: string;
  /** RFC 3848. */
  readonly protocol: string;
  readonly login: string;
  readonly mechanism: string;
  readonly tls: Secured | null;
  /** The id was in the letter: it was not added here. */
  readonly hasMessageId: boolean;
}

/** Where a letter comes from: a client, or this host's own news about another letter. */
export interface Source {
  readonly trace: Octets;
  readonly origin: 'smtp' | 'dsn';
  readonly about: QueueId | null;
  readonly messageId: string;
  /** How a client brought it; null: it was written here. */
  readonly brought: Brought | null;
  /** The number was given to it when it began to come in. */
  readonly numbered: boolean;
}

export function enqueue(
  state: MtaState,
  entry: QueueEntry,
  { trace, origin, about, messageId, brought, numbered }: Source,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { id: queueId, envelope, content, blankLine } = entry;
  record(effects, { kind: 'accepted', queueId, envelope, content, trace, origin, about, blankLine });
  logLine(state, effects, { kind: 'accepted', entry, messageId, brought, about }, at);
  return mtaWith(state, {
    nextNumber: state.nextNumber + (numbered ? 0 : 1),
    queue: [...state.queue, entry],
  });
}

export const setEntry = (state: MtaState, entry: QueueEntry): MtaState =>
  mtaWith(state, { queue: withEntry(state.queue, entry) });

/** These recipients changed, behind the others: the queue is listed in the order of their fates. */
export function changeRecipients(
  state: MtaState,
  queueId: QueueId,
  ids: readonly string[],
  change: (recipient: Recipient) => Partial<Recipient>,
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  const others = entry.recipients.filter(({ id }) => !ids.includes(id));
  const changed = ids.flatMap((id) => {
    const recipient = entryOf(entry.recipients, id);
    return recipient ? [recipientWith(recipient, change(recipient))] : [];
  });
  return setEntry(state, queueEntryWith(entry, { recipients: [...others, ...changed] }));
}

/** An alias stands for these: the entry is now responsible for each of them. */
export function replaceRecipient(
  state: MtaState,
  queueId: QueueId,
  alias: string,
  targets: readonly string[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  const replaced = entryOf(entry?.recipients ?? [], alias);
  if (!entry || !replaced) return state;
  const known = entry.recipients.filter((recipient) => recipient !== replaced);
  const { original } = replaced;
  const dsn = membersDsn(replaced.dsn);
  const added = unique(targets)
    .map((address) => {
      const id = isLocal(state, splitAddress(address).domain)
        ? recipientId(address, original, state.config.dialect)
        : address;
      return recipientWith(recipientOf(address, original, dsn), { id, expanded: true });
    })
    .filter((target) => !known.some(({ id }) => sameAddress(id, target.id)));
  return setEntry(state, queueEntryWith(entry, { recipients: [...known, ...added] }));
}

/** The report that the alias was expanded is the last success the sender hears of (RFC 3461 §5.2.7.3). */
function membersDsn({ notify, orcpt }: RcptParameters): RcptParameters {
  if (!notify.includes('SUCCESS')) return { notify, orcpt };
  const left = notify.filter((kind) => kind !== 'SUCCESS');
  return { notify: left.length === 0 ? ['NEVER'] : left, orcpt };
}
