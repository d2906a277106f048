/** The IMAP service (RFC 3501) of a host: its sessions speak the protocol, the message store holds the mail. */
import { edited } from '../base/draft.ts';
import { imapServer, imapServerState } from '../protocol/imap/server.ts';
import type { ImapServerState } from '../protocol/imap/server.ts';
import type { ImapAnswer } from '../protocol/imap/types.ts';
import { byeOf } from '../protocol/imap/wire.ts';
import type { Arrival } from '../protocol/machine.ts';
import type { SaslMechanism } from '../protocol/sasl/sasl.ts';
import type { TlsConfig } from '../protocol/tls/types.ts';
import type { ConnId, HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { challengeOf } from './challenge.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { StoreAnswer, StoreRequest } from './message-store.ts';
import type { StoreQuestion } from './store/types.ts';
import type { Link } from './talk.ts';
import { arrivalOf, linked, secureFirst, serverSecrecy, talk } from './talk.ts';

export interface ImapServerAgentConfig {
  readonly port: number;
  readonly tls: 'none' | 'may' | 'implicit';
  /** Passwords may be sent without TLS. */
  readonly plaintext: boolean;
  readonly mechanisms: readonly SaslMechanism[];
  /** Minutes east of UTC in which internal dates are shown. */
  readonly offsetMinutes: number;
  readonly certificates: Extract<TlsConfig, { side: 'server' }>['chain'];
}

interface Session {
  readonly id: ConnId;
  readonly link: Link<ImapServerState>;
}

export interface ImapServerAgentState {
  readonly config: ImapServerAgentConfig;
  readonly hostname: string;
  readonly sessions: readonly Session[];
}

const agentWith = (
  agent: ImapServerAgentState,
  changes: Partial<ImapServerAgentState>,
): ImapServerAgentState =>
  edited<ImapServerAgentState>(
    { config: agent.config, hostname: agent.hostname, sessions: agent.sessions },
    changes,
  );

/** Connections served at once; further ones are told so and closed. */
const MAX_SESSIONS = 100;
const TOO_MANY = `Maximum number of connections (${MAX_SESSIONS}) exceeded.`;
/** Octets of a message that APPEND takes. */
const MESSAGE_LIMIT = 50 * 1024 * 1024;

const init = (config: unknown, host: HostSpec): ImapServerAgentState => ({
  config: config as ImapServerAgentConfig,
  hostname: host.name,
  sessions: [],
});

function step(
  state: ImapServerAgentState,
  input: ProgramInput,
  at: StepContext,
): readonly [ImapServerAgentState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.port }]];
    case 'opened':
      return [open(state, input.conn, input.peer.address, at, effects), effects];
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [hearOn(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message': {
      const message = input.message as StoreAnswer;
      if (message.kind !== 'imap') return [state, []];
      const arrival = { kind: 'answer', answer: message.answer } as const;
      return [hearOn(state, Number(message.token), arrival, at, effects), effects];
    }
    default:
      return [state, []];
  }
}

function open(
  state: ImapServerAgentState,
  conn: ConnId,
  peer: string,
  at: StepContext,
  effects: ProgramEffect[],
): ImapServerAgentState {
  const { tls, plaintext, mechanisms, offsetMinutes } = state.config;
  const machine = imapServerState({
    hostname: state.hostname,
    tls,
    plaintext,
    mechanisms,
    offsetMinutes,
    messageLimit: MESSAGE_LIMIT,
  });
  if (state.sessions.length >= MAX_SESSIONS) {
    // Where TLS comes first, there is nobody yet to be greeted.
    const { octets, note } = byeOf(machine, TOO_MANY);
    if (tls !== 'implicit') effects.push({ kind: 'send', conn, octets, note });
    effects.push({ kind: 'close', conn });
    return state;
  }
  const plain = linked(machine);
  const link =
    tls === 'implicit' ? secureFirst(plain, conn, serverSecrecy(state.config, at)!, effects) : plain;
  return hear(state, { id: conn, link }, { kind: 'opened', peer }, at, effects);
}

function hearOn(
  state: ImapServerAgentState,
  conn: ConnId,
  arrival: Arrival<ImapAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): ImapServerAgentState {
  const session = entryOf(state.sessions, conn);
  return session ? hear(state, session, arrival, at, effects) : state;
}

function hear(
  state: ImapServerAgentState,
  session: Session,
  arrival: Arrival<ImapAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): ImapServerAgentState {
  const conn = session.id;
  let challenges = 0;
  const after = talk(
    imapServer,
    session.link,
    conn,
    arrival,
    ({ user, selected, request }) => {
      if (request.kind === 'challenge') return challenge(state, at, challenges++);
      effects.push(tellStore({ user, selected, request }, String(conn)));
      return null;
    },
    effects,
    serverSecrecy(state.config, at),
  );
  if (after.closed || arrival.kind === 'closed')
    return agentWith(state, { sessions: withoutEntry(state.sessions, conn) });
  const next: Session = { id: conn, link: after.link };
  return agentWith(state, { sessions: withEntry(state.sessions, next) });
}

const tellStore = (question: StoreQuestion, token: string): ProgramEffect => ({
  kind: 'tell',
  program: 'store',
  message: { kind: 'imap', token, question } satisfies StoreRequest,
});

/** `nth`: of the challenges of one step, which has one chance for all. */
function challenge(
  { hostname }: ImapServerAgentState,
  { chance, clock, now }: StepContext,
  nth: number,
): ImapAnswer {
  const epochMs = clock.epochMs + now;
  const text = challengeOf(chance, nth, epochMs, hostname);
  return { view: null, recentFrom: 1, now: epochMs, result: { kind: 'challenge', challenge: text } };
}

export const imapServerAgent: Program<ImapServerAgentState> = { init, step };
