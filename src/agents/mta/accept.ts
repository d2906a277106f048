/** A letter comes in: it gets its trace field and a place in the queue. */
import type { Octets } from '../../base/octets.ts';
import { mailDate } from '../../base/time.ts';
import { splitAddress } from '../../mail/address.ts';
import type { MissingFields } from '../../mail/message.ts';
import { addMissingFields, fieldValue, fieldValues, splitMessage } from '../../mail/message.ts';
import { receivedField } from '../../mail/received.ts';
import type { RcptParameters, ReceivedMessage } from '../../protocol/smtp/types.ts';
import { NO_RCPT_PARAMETERS } from '../../protocol/smtp/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import type { SessionLog } from '../smtp-log.ts';
import type { Client } from '../smtp-service.ts';
import { cleanedUp } from './cleanup.ts';
import type { QueueEntry } from './entry.ts';
import { recipientId, recipientOf, recipientWith } from './entry.ts';
import { logLine } from './log-lines.ts';
import { enqueue, nextQueueId, ownDomain, ownMessageId, unique } from './queue.ts';
import type { MtaState } from './types.ts';
import { wordsOf } from './words.ts';

const NOTHING_MISSING: MissingFields = {};

/**
 * Takes a letter from the wire, adds the trace field, and keeps it. `complete` also adds the fields a letter should not
 * lack: an MSA does (RFC 6409 §8), Sendmail does, Postfix before 2.6 did; since then it leaves strangers' letters alone.
 * `named`: the id it was given when its first recipient was accepted.
 */
export function enqueueReceived(
  state: MtaState,
  received: ReceivedMessage,
  client: Client,
  complete: boolean,
  named: SessionLog['letter'],
  at: StepContext,
  effects: ProgramEffect[],
): readonly [MtaState, QueueId] {
  const { dialect } = state.config;
  const queueId = named?.queueId ?? nextQueueId(state, at);
  const { content, split } = cleanedUp(dialect, received.content);
  const { blankLine, fields } = split;
  const reversePath = withDomain(state, received.reversePath);
  const date = mailDate(at.clock, at.now);
  const trace = receivedField(dialect, {
    helo: received.helo,
    clientName: client.name,
    clientAddress: client.address,
    by: state.hostname,
    protocol: received.protocol,
    queueId,
    reversePath: received.reversePath,
    recipient: received.forwardPaths.length === 1 ? received.forwardPaths[0]! : null,
    date,
    zone: at.clock.zone ?? '',
    ...(received.tls === null ? {} : { tls: received.tls }),
  });
  const given = fieldValue(fields, 'Message-ID');
  const messageId = given ?? (complete ? ownMessageId(state, queueId, at) : '<>');
  const missing = {
    from: reversePath === '' ? `MAILER-DAEMON@${ownDomain(state)}` : reversePath,
    date,
    messageId,
  };
  const letter = addMissingFields(content, complete ? missing : NOTHING_MISSING, split);
  const entry: QueueEntry = {
    id: queueId,
    envelope: { reversePath, forwardPaths: received.forwardPaths.map((path) => withDomain(state, path)) },
    parameters: received.parameters,
    content: (trace + letter) as Octets,
    blankLine,
    hops: fieldValues(fields, 'Received').length + 1,
    client,
    arrivedAt: named?.since ?? at.now,
    acceptedAt: at.now,
    activeAt: at.now,
    recipients: unique(received.forwardPaths).map((forwardPath) => {
      const address = withDomain(state, forwardPath);
      const recipient = recipientOf(address, forwardPath, dsnOf(received, forwardPath));
      return address === forwardPath
        ? recipient
        : recipientWith(recipient, { id: recipientId(address, forwardPath, dialect) });
    }),
    successes: [],
    warned: false,
    attempts: 0,
    nextTryAt: null,
    why: '',
  };
  const { helo, protocol, login, mechanism, tls } = received;
  const brought = { helo, protocol, login, mechanism, tls, hasMessageId: given !== null };
  const source = {
    trace,
    origin: 'smtp',
    about: null,
    messageId,
    brought,
    numbered: named !== null,
  } as const;
  return [enqueue(state, entry, source, at, effects), queueId];
}

/** Postfix's `append_at_myorigin`: an address without domain is one of this host's, if it has any. */
function withDomain({ config }: MtaState, address: string): string {
  // Nearly every address is seen at once to have one; an `@` may also be within the quotes of a local part.
  if (address === '' || (address.includes('@') && !address.endsWith('"'))) return address;
  const own = config.domains[0];
  if (own === undefined || !config.dialect.startsWith('postfix')) return address;
  return splitAddress(address).domain === '' ? `${address}@${own}` : address;
}

/**
 * Postfix takes no letter that has come through so many hosts (RFC 5321 §6.3), and so need not send it back; the others
 * take it and do.
 */
export function refusesHops(
  state: MtaState,
  { content }: ReceivedMessage,
  named: SessionLog['letter'],
  at: StepContext,
  effects: ProgramEffect[],
): boolean {
  const { dialect } = state.config;
  if (!dialect.startsWith('postfix')) return false;
  // Its own trace field counts.
  const { hopLimit } = wordsOf(dialect);
  // A header that is too short for so many fields, as nearly all are, need not be read for this.
  const end = content.indexOf('\r\n\r\n');
  if (end >= 0 && end < hopLimit * 'Received:'.length) return false;
  if (fieldValues(splitMessage(content).fields, 'Received').length + 1 < hopLimit) return false;
  logLine(state, effects, { kind: 'too-many-hops', queueId: named?.queueId ?? 'NOQUEUE' }, at);
  return true;
}

/** Postfix gives every recipient an ORCPT, so that reports name it as the sender did (RFC 3461 §4.2). */
function dsnOf({ forwardPaths, recipientParameters }: ReceivedMessage, address: string): RcptParameters {
  const asked = recipientParameters[forwardPaths.indexOf(address)] ?? NO_RCPT_PARAMETERS;
  return asked.orcpt === '' ? { notify: asked.notify, orcpt: `rfc822;${address}` } : asked;
}
