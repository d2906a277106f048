/**
 * The server side of a QMTP connection. It hears packages, three netstrings each, asks the agent about one at a time and
 * gives every recipient a reply. What the client sends meanwhile waits unread. Limits are those of qmail-qmtpd where it
 * has any.
 */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Framing, Input, Machine } from '../machine.ts';
import { bodyNote } from '../body-note.ts';
import { pathOf } from './addresses.ts';
import { qmtpMove } from './commands.ts';
import { contentOf, messageSize } from './message.ts';
import type { Incoming } from './netstring.ts';
import { hearNetstring, NOT_BEGUN, netstringFraming, netstringsIn } from './netstring.ts';
import { qmtpReply, verdictReply } from './replies.ts';
import type { QmtpServerState, Step } from './session.ts';
import { closed, copyOf, hangUp, NOBODY, respond, START_SESSION, STOP_SESSION } from './session.ts';
import type { QmtpAnswer, QmtpQuestion, QmtpServerConfig } from './types.ts';

export type { QmtpServerState } from './session.ts';

/** An address of so many octets is too long for qmail-qmtpd. */
export const ADDRESS_LIMIT = 1000;
/** Octets of a package's list of recipients; qmail has no such limit, but some bound there must be. */
export const RECIPIENTS_LIMIT = 131_072;
/** Held of one message when no limit is configured. */
const MOST_OCTETS = 64 * 1024 * 1024;

/** The state before a client has connected. */
export const qmtpServerState = (config: QmtpServerConfig): QmtpServerState => ({
  config,
  state: 'closed',
  part: 'message',
  incoming: NOT_BEGUN,
  content: NO_OCTETS,
  sender: NO_OCTETS,
  recipients: NOBODY,
  overdue: false,
});

export const qmtpServer: Machine<QmtpServerState, QmtpQuestion, QmtpAnswer> = { framing, step };

const HOLD: Framing = { kind: 'hold' };

function framing(session: QmtpServerState): Framing {
  return session.state === 'responses' ? HOLD : netstringFraming(session.incoming);
}

function step(session: QmtpServerState, input: Input<QmtpAnswer>): Step {
  switch (input.kind) {
    case 'opened':
      return opened(session);
    case 'unit':
      return session.state === 'package' ? hear(session, input.octets) : [session, []];
    case 'answer':
      return session.state === 'responses' ? settle(session, input.answer) : [session, []];
    case 'timeout':
      return input.name === 'session' ? runOut(session) : [session, []];
    case 'closed':
      return session.state === 'closed' ? [session, []] : [closed(session), [STOP_SESSION]];
    case 'secured':
      return [session, []];
  }
}

function opened(session: QmtpServerState): Step {
  const next = copyOf(session);
  next.state = qmtpMove('CONNECT', session.state);
  return [next, [START_SESSION]];
}

/** QMTP §2: after an hour both sides close. What the agent is deciding already is answered first. */
function runOut(session: QmtpServerState): Step {
  if (session.state === 'closed') return [session, []];
  if (session.state === 'package') return hangUp(session);
  const next = copyOf(session);
  next.overdue = true;
  return [next, []];
}

function hear(session: QmtpServerState, unit: Octets): Step {
  const incoming = hearNetstring(session.incoming, unit, mostOf(session));
  if (incoming === null || !isBearable(session, incoming)) return hangUp(session);
  const next = copyOf(session);
  next.incoming = incoming;
  if (incoming.left !== 0) return [next, []];
  next.incoming = NOT_BEGUN;
  const whole = incoming.kept.length === incoming.length;
  switch (session.part) {
    case 'message':
      next.part = 'sender';
      next.content = whole ? withinLimit(session, contentOf(incoming.kept)) : null;
      return [next, []];
    case 'sender':
      next.part = 'recipients';
      next.sender = whole && isAddress(incoming.kept) ? incoming.kept : null;
      return [next, []];
    case 'recipients':
      return endOfPackage(next, incoming.kept);
  }
}

const sizeLimit = ({ config }: QmtpServerState): number => config.sizeLimit || MOST_OCTETS;

/**
 * How much of the netstring is worth keeping. A message that must be too large by its length is heard to its end, so
 * that its recipients can be told, but only its first octet is kept.
 */
function mostOf(session: QmtpServerState): number {
  const { length, kept } = session.incoming;
  if (session.part === 'recipients') return RECIPIENTS_LIMIT;
  if (session.part === 'sender') return length !== null && length < ADDRESS_LIMIT ? length : 0;
  // In encoding #1 a line end takes two octets and counts as one.
  const most = 1 + sizeLimit(session) * (kept.startsWith('\r') ? 2 : 1);
  return kept === '' || length === null || length > most ? 1 : most;
}

/** Whether the netstring can still be the part of a package that is due. */
function isBearable({ part }: QmtpServerState, { length, left, kept }: Incoming): boolean {
  if (length === null || left === null) return true;
  if (part === 'recipients') return length <= RECIPIENTS_LIMIT;
  if (part === 'sender') return true;
  return length > 0 && (kept === '' || kept[0] === '\r' || kept[0] === '\n');
}

const withinLimit = (session: QmtpServerState, content: Octets): Octets | null =>
  messageSize(content) > sizeLimit(session) ? null : content;

/** Whether qmail-qmtpd can work with it: any octets but NUL, which ends a string in its queue. */
const isAddress = (raw: Octets): boolean => raw.length < ADDRESS_LIMIT && !raw.includes('\0');

/** A whole package. One without recipients, which QMTP §2 does not have, gets no reply and is nobody's. */
function endOfPackage(session: QmtpServerState, list: Octets): Step {
  const recipients = netstringsIn(list);
  if (recipients === null) return hangUp(session);
  const { content, sender } = session;
  const note = bodyNote('qmtp', content ?? NO_OCTETS);
  const forwardPaths = recipients.filter(isAddress).map(pathOf);
  if (content !== null && sender !== null && forwardPaths.length > 0) {
    const asking = copyOf(session);
    asking.state = qmtpMove('PACKAGE', session.state);
    asking.content = NO_OCTETS;
    asking.recipients = recipients;
    const reversePath = pathOf(sender);
    return [
      asking,
      [
        { kind: 'heard', note: { ...note, state: asking.state } },
        { kind: 'ask', question: { kind: 'package', reversePath, forwardPaths, content } },
      ],
    ];
  }
  const refusal = qmtpReply(content === null ? 'DTooLarge' : 'DSender');
  const [after, effects] = respond(session, recipients, (index) =>
    isAddress(recipients[index]!) ? refusal : qmtpReply('DRecipient'),
  );
  return [after, [{ kind: 'heard', note }, ...effects]];
}

/** The agent's verdicts are about the recipients it was told of. */
function settle(session: QmtpServerState, answer: QmtpAnswer): Step {
  const { recipients } = session;
  let next = 0;
  return respond(session, recipients, (index) =>
    isAddress(recipients[index]!)
      ? verdictReply(answer.verdicts[next++], answer.epochSeconds)
      : qmtpReply('DRecipient'),
  );
}
