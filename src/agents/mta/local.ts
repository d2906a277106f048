/** Letters for this host's own users: handed to the MDA, which answers for each recipient. */
import { splitAddress } from '../../mail/address.ts';
import { fieldValues, splitMessage } from '../../mail/message.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { entryOf } from '../entries.ts';
import type { DeliverAnswer, DeliverRequest } from '../mda/types.ts';
import type { QueueEntry, Recipient, Trouble } from './entry.ts';
import type { Via } from './log-lines.ts';
import { deferred, failed, succeeded } from './runs.ts';
import type { MtaState } from './types.ts';
import { wordsOf } from './words.ts';

const localVia = (at: StepContext): Via => ({
  agent: 'local',
  relay: 'local',
  startedAt: at.now,
  readyAt: at.now,
});

/** Asks the MDA to deliver. A letter that was here before, says its Delivered-To, goes in circles. */
export function deliverLocally(
  state: MtaState,
  entry: QueueEntry,
  recipient: Recipient,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { id, address } = recipient;
  if (wasDelivered(state, entry, address)) {
    const fate = {
      id,
      trouble: wordsOf(state.config.dialect).forwardingLoop(address),
      via: localVia(at),
    };
    return failed(state, entry.id, [fate], at, effects);
  }
  const request: DeliverRequest = {
    kind: 'deliver',
    queueId: entry.id,
    envelope: entry.envelope,
    content: entry.content,
    id,
    recipient: address,
    original: recipient.original,
    expanded: recipient.expanded,
    blankLine: entry.blankLine,
  };
  effects.push({ kind: 'tell', program: 'mda', message: request });
  return state;
}

/** Postfix's local(8) leaves its mark in the letter. */
function wasDelivered({ config }: MtaState, { content }: QueueEntry, address: string): boolean {
  if (!config.dialect.startsWith('postfix') || !/^delivered-to:/im.test(content)) return false;
  const { fields } = splitMessage(content);
  return fieldValues(fields, 'Delivered-To').some((value) => value.toLowerCase() === address.toLowerCase());
}

/** The MDA's word on one recipient; an alias is the caller's business. */
export function deliveredLocally(
  state: MtaState,
  { queueId, id, result, mailbox }: DeliverAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const recipient = entryOf(entryOf(state.queue, queueId)?.recipients ?? [], id);
  if (!recipient) return state;
  const { address } = recipient;
  const fate = (trouble: Trouble) => [{ id, trouble, via: localVia(at) }];
  const words = wordsOf(state.config.dialect);
  switch (result) {
    case 'mailbox-full':
    case 'disk-full':
    case 'locked': {
      const trouble = words.noRoom(result, mailbox);
      const outcome = trouble.status.startsWith('5') ? failed : deferred;
      return outcome(state, queueId, fate(trouble), at, effects);
    }
    case 'user-unknown':
      return failed(
        state,
        queueId,
        fate(words.unknownUser(address, splitAddress(address).localPart)),
        at,
        effects,
      );
    default:
      return succeeded(state, queueId, fate(DELIVERED), 'delivered', at, effects);
  }
}

const DELIVERED: Trouble = { why: 'delivered to mailbox', status: '2.0.0', reply: null, remoteMta: null };
