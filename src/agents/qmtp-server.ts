/** The QMTP service of a host: packages come whole, each recipient gets its verdict, and the MTA keeps the letter. */
import type { Octets } from '../base/octets.ts';
import { qmtpServer, qmtpServerState } from '../protocol/qmtp/server.ts';
import type { QmtpServerState } from '../protocol/qmtp/server.ts';
import type { QmtpAnswer, QmtpQuestion, QmtpVerdict } from '../protocol/qmtp/types.ts';
import type { ReceivedMessage } from '../protocol/smtp/types.ts';
import { NO_MAIL_PARAMETERS, NO_RCPT_PARAMETERS } from '../protocol/smtp/types.ts';
import type { Arrival } from '../protocol/machine.ts';
import type { ConnId, HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { SubmitAnswer, SubmitRequest } from './mta/types.ts';
import type { ServiceConfig } from './smtp-policy.ts';
import { recipient } from './smtp-policy.ts';
import type { Link } from './talk.ts';
import { arrivalOf, linked, talk } from './talk.ts';

interface Session {
  readonly id: ConnId;
  readonly link: Link<QmtpServerState>;
  readonly address: string;
  /** Verdicts of the package that the MTA has been given; null for those it must still say yes to. */
  readonly waiting: readonly (QmtpVerdict | null)[];
}

interface QmtpServiceState {
  readonly config: ServiceConfig;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly sessions: readonly Session[];
}

/** Sessions served at once; further clients are closed. */
const MAX_SESSIONS = 100;

const init = (config: unknown, host: HostSpec): QmtpServiceState => ({
  config: config as ServiceConfig,
  hostname: host.name,
  addresses: host.addresses,
  sessions: [],
});

function step(
  state: QmtpServiceState,
  input: ProgramInput,
  at: StepContext,
): readonly [QmtpServiceState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.port }]];
    case 'opened': {
      if (state.sessions.length >= MAX_SESSIONS) return [state, [{ kind: 'close', conn: input.conn }]];
      const machine = qmtpServerState({ sizeLimit: state.config.sizeLimit });
      const { address } = input.peer;
      const session: Session = { id: input.conn, link: linked(machine), address, waiting: [] };
      const opened = { ...state, sessions: withEntry(state.sessions, session) };
      return [hear(opened, input.conn, { kind: 'opened', peer: address }, at, effects), effects];
    }
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [hear(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message':
      return [kept(state, input.message as SubmitAnswer, at, effects), effects];
    default:
      return [state, []];
  }
}

function hear(
  state: QmtpServiceState,
  conn: ConnId,
  arrival: Arrival<QmtpAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): QmtpServiceState {
  const session = entryOf(state.sessions, conn);
  if (!session) return state;
  let waiting = session.waiting;
  const after = talk(
    qmtpServer,
    session.link,
    conn,
    arrival,
    (question) => {
      const verdicts = question.forwardPaths.map((path) => verdictOn(state, session, question, path));
      if (verdicts.every((verdict) => verdict !== null)) return answerOf(verdicts, at);
      waiting = verdicts;
      effects.push({ kind: 'tell', program: 'mta', message: requestFor(state, session, question, verdicts) });
      return null;
    },
    effects,
  );
  if (after.closed || arrival.kind === 'closed')
    return { ...state, sessions: withoutEntry(state.sessions, conn) };
  return { ...state, sessions: withEntry(state.sessions, { ...session, link: after.link, waiting }) };
}

/** A refusal, or null: the letter is welcome for this recipient. */
function verdictOn(
  state: QmtpServiceState,
  session: Session,
  { reversePath }: QmtpQuestion,
  forwardPath: string,
): QmtpVerdict | null {
  const { config, addresses } = state;
  const verdict = recipient(config, { addresses, client: session.address }, '', reversePath, forwardPath);
  return 'done' in verdict && verdict.done.kind === 'refuse' ? verdict.done : null;
}

const answerOf = (verdicts: readonly QmtpVerdict[], at: StepContext): QmtpAnswer => ({
  kind: 'verdicts',
  verdicts,
  epochSeconds: Math.floor((at.clock.epochMs + at.now) / 1000),
});

function requestFor(
  { config }: QmtpServiceState,
  session: Session,
  question: QmtpQuestion,
  verdicts: readonly (QmtpVerdict | null)[],
): SubmitRequest {
  const forwardPaths = question.forwardPaths.filter((_, index) => verdicts[index] === null);
  const { content, reversePath } = question;
  const received: ReceivedMessage = {
    helo: '',
    protocol: 'QMTP',
    reversePath,
    parameters: NO_MAIL_PARAMETERS,
    forwardPaths,
    recipientParameters: forwardPaths.map(() => NO_RCPT_PARAMETERS),
    login: '',
    mechanism: '',
    tls: null,
    content: (content === '' || content.endsWith('\r\n') ? content : `${content}\r\n`) as Octets,
  };
  const name = config.clientNames[session.address] ?? 'unknown';
  return { kind: 'submit', token: String(session.id), received, client: { name, address: session.address } };
}

/** The MTA has the letter, or will not have it: now those who waited for it are answered. */
function kept(
  state: QmtpServiceState,
  answered: SubmitAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): QmtpServiceState {
  const session = entryOf(state.sessions, Number(answered.token));
  if (!session) return state;
  const fate: QmtpVerdict =
    answered.kind === 'queued'
      ? { kind: 'queued', queueId: answered.queueId }
      : { kind: 'refuse', why: answered.why, text: '' };
  const verdicts = session.waiting.map((verdict) => verdict ?? fate);
  const cleared = { ...state, sessions: withEntry(state.sessions, { ...session, waiting: [] }) };
  return hear(cleared, session.id, { kind: 'answer', answer: answerOf(verdicts, at) }, at, effects);
}

export const qmtpService: Program<QmtpServiceState> = { init, step };
