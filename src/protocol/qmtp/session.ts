/** What a QMTP server remembers of one session, and the replies that end a package. Plain data. */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { ReplyNote } from '../note.ts';
import { pathOf } from './addresses.ts';
import type { QmtpPart, QmtpState } from './commands.ts';
import { qmtpClause, qmtpMove } from './commands.ts';
import type { Incoming } from './netstring.ts';
import { NOT_BEGUN, netstring } from './netstring.ts';
import type { QmtpQuestion, QmtpReply, QmtpServerConfig } from './types.ts';

export interface QmtpServerState {
  readonly config: QmtpServerConfig;
  /** In `responses` the agent has been asked about a package and the next one waits. */
  readonly state: QmtpState;
  /** The netstring of the package that is being heard, and what has come of it. */
  readonly part: QmtpPart;
  readonly incoming: Incoming;
  /** The message of this package; null when it is too large. */
  readonly content: Octets | null;
  /** The sender of this package as on the wire; null when it is none to work with. */
  readonly sender: Octets | null;
  /** The recipients of the package that the agent was asked about, as on the wire. */
  readonly recipients: readonly Octets[];
  /** The hour of QMTP §2 is over: the session ends with the package that waits for the agent. */
  readonly overdue: boolean;
}

export type Step = readonly [QmtpServerState, readonly Effect<QmtpQuestion>[]];

export function copyOf(session: QmtpServerState): Draft<QmtpServerState> {
  return {
    config: session.config,
    state: session.state,
    part: session.part,
    incoming: session.incoming,
    content: session.content,
    sender: session.sender,
    recipients: session.recipients,
    overdue: session.overdue,
  };
}

export const NOBODY: readonly Octets[] = [];

/** Nothing of a package: before the first and after each. */
export function forgetPackage(session: Draft<QmtpServerState>): void {
  session.part = 'message';
  session.incoming = NOT_BEGUN;
  session.content = NO_OCTETS;
  session.sender = NO_OCTETS;
  session.recipients = NOBODY;
}

/** QMTP §2: a session takes at most one hour. */
export const SESSION_MS = 3_600_000;

export const START_SESSION: Effect<QmtpQuestion> = { kind: 'timer', name: 'session', after: SESSION_MS };
export const STOP_SESSION: Effect<QmtpQuestion> = { kind: 'timer', name: 'session', after: null };
const CLOSE: Effect<QmtpQuestion> = { kind: 'close' };

/** The package under way is thrown away, for good (QMTP §2). */
export function closed(session: QmtpServerState): QmtpServerState {
  const after = copyOf(session);
  forgetPackage(after);
  after.state = qmtpMove('CLOSE', session.state);
  return after;
}

/** QMTP has no word for what is wrong: the server closes. */
export const hangUp = (session: QmtpServerState): Step => [closed(session), [STOP_SESSION, CLOSE]];

/** Says the replies of a whole package, one for each recipient in order, and is ready for the next. */
export function respond(
  session: QmtpServerState,
  recipients: readonly Octets[],
  replyTo: (index: number) => QmtpReply,
): Step {
  const after = copyOf(session);
  forgetPackage(after);
  after.state = qmtpMove('RCPT', qmtpMove('PACKAGE', session.state));
  const last = recipients.length - 1;
  const effects = recipients.map((recipient, i) =>
    speak(recipient, replyTo(i), i < last ? 'responses' : after.state),
  );
  if (!session.overdue) return [after, effects];
  const [ended, more] = hangUp(after);
  return [ended, [...effects, ...more]];
}

function speak(
  recipient: Octets,
  { code, enhanced, text }: QmtpReply,
  state: QmtpState,
): Effect<QmtpQuestion> {
  const note: ReplyNote = {
    kind: 'reply',
    protocol: 'qmtp',
    verb: 'RCPT',
    line: recipient,
    eol: 'none',
    argument: pathOf(recipient),
    code,
    enhanced,
    text,
    lines: 1,
    stateBefore: 'responses',
    state,
    clause: qmtpClause('RCPT'),
  };
  return { kind: 'send', octets: netstring((code + text) as Octets), note };
}
