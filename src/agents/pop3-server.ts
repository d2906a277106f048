/** The POP3 service (RFC 1939) of a host: its sessions speak the protocol, the message store holds the mail. */
import { edited } from '../base/draft.ts';
import { civilTime, clockTime } from '../base/time.ts';
import type { Arrival } from '../protocol/machine.ts';
import { POP3_DIALECTS } from '../protocol/pop3/dialects/dialect.ts';
import { pop3Server, pop3ServerState } from '../protocol/pop3/server.ts';
import type { Pop3ServerState } from '../protocol/pop3/server.ts';
import { uidIn, uniqueId } from '../mail/mailbox.ts';
import type { Pop3Answer, Pop3Question, Pop3ServerConfig } from '../protocol/pop3/types.ts';
import type { Chain } from '../protocol/tls/certificate.ts';
import type { ConnId, HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { challengeOf } from './challenge.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { StoreAnswer, StoreRequest } from './message-store.ts';
import type { Link } from './talk.ts';
import { arrivalOf, linked, secureFirst, serverSecrecy, talk } from './talk.ts';

export interface Pop3ServerAgentConfig extends Omit<Pop3ServerConfig, 'hostname'> {
  readonly port: number;
  /** A session keeps others out of its maildrop; null: as the dialect has it. */
  readonly locks: boolean | null;
  /** What this host shows for itself, the leaf first (TLS). */
  readonly certificates: Chain;
}

interface Session {
  readonly id: ConnId;
  readonly link: Link<Pop3ServerState>;
  /** Login of the mailbox it holds; empty before. */
  readonly mailbox: string;
}

const sessionWith = (session: Session, changes: Partial<Session>): Session =>
  edited<Session>(
    {
      id: session.id,
      link: session.link,
      mailbox: session.mailbox,
    },
    changes,
  );

export interface Pop3ServerAgentState {
  readonly config: Pop3ServerAgentConfig;
  readonly hostname: string;
  readonly sessions: readonly Session[];
}

const agentWith = (
  agent: Pop3ServerAgentState,
  changes: Partial<Pop3ServerAgentState>,
): Pop3ServerAgentState =>
  edited<Pop3ServerAgentState>(
    {
      config: agent.config,
      hostname: agent.hostname,
      sessions: agent.sessions,
    },
    changes,
  );

/** Connections served at once; further ones are closed (they see an empty line's worth of nothing, as under inetd limits). */
const MAX_SESSIONS = 100;

const init = (config: unknown, host: HostSpec): Pop3ServerAgentState => ({
  config: config as Pop3ServerAgentConfig,
  hostname: host.name,
  sessions: [],
});

function step(
  state: Pop3ServerAgentState,
  input: ProgramInput,
  at: StepContext,
): readonly [Pop3ServerAgentState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.port }]];
    case 'opened': {
      if (state.sessions.length >= MAX_SESSIONS) return [state, [{ kind: 'close', conn: input.conn }]];
      const session = { id: input.conn, link: linkOf(state, input.conn, at, effects), mailbox: '' };
      return [hear(state, session, { kind: 'opened', peer: input.peer.address }, at, effects), effects];
    }
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [hearOn(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message': {
      const message = input.message as StoreAnswer;
      const conn = Number(message.token);
      const session = entryOf(state.sessions, conn);
      if (!session) {
        // The client left while the store was opening its mailbox: the lock must not stay.
        if (message.kind === 'maildrop')
          effects.push(tellStore({ kind: 'abandon', token: message.token, mailbox: message.mailbox }));
        return [state, effects];
      }
      const holds =
        message.kind === 'maildrop' ? sessionWith(session, { mailbox: message.mailbox }) : session;
      return [hear(state, holds, { kind: 'answer', answer: answerOf(message, at) }, at, effects), effects];
    }
    default:
      return [state, []];
  }
}

function hearOn(
  state: Pop3ServerAgentState,
  conn: ConnId,
  arrival: Arrival<Pop3Answer>,
  at: StepContext,
  effects: ProgramEffect[],
): Pop3ServerAgentState {
  const session = entryOf(state.sessions, conn);
  return session ? hear(state, session, arrival, at, effects) : state;
}

function hear(
  state: Pop3ServerAgentState,
  session: Session,
  arrival: Arrival<Pop3Answer>,
  at: StepContext,
  effects: ProgramEffect[],
): Pop3ServerAgentState {
  const conn = session.id;
  let challenges = 0;
  const after = talk(
    pop3Server,
    session.link,
    conn,
    arrival,
    (question): Pop3Answer | null => {
      if (question.kind === 'challenge') {
        const epochMs = at.clock.epochMs + at.now;
        const challenge = challengeOf(at.chance, challenges++, epochMs, state.hostname);
        return { kind: 'challenge', challenge };
      }
      effects.push(tellStore(requestFor(state, question, String(conn), session.mailbox)));
      return null;
    },
    effects,
    serverSecrecy(state.config, at),
  );
  if (after.closed || arrival.kind === 'closed') {
    return agentWith(state, { sessions: withoutEntry(state.sessions, conn) });
  }
  return agentWith(state, {
    sessions: withEntry(state.sessions, sessionWith(session, { link: after.link })),
  });
}

const tellStore = (message: StoreRequest): ProgramEffect => ({ kind: 'tell', program: 'store', message });

function linkOf(
  { config, hostname }: Pop3ServerAgentState,
  conn: ConnId,
  at: StepContext,
  effects: ProgramEffect[],
): Link<Pop3ServerState> {
  const { dialect, tls, plaintext, mechanisms, apop } = config;
  const link = linked(pop3ServerState({ hostname, dialect, tls, plaintext, mechanisms, apop }));
  return tls === 'implicit' ? secureFirst(link, conn, serverSecrecy(config, at)!, effects) : link;
}

function requestFor(
  { config }: Pop3ServerAgentState,
  question: Exclude<Pop3Question, { kind: 'challenge' }>,
  token: string,
  mailbox: string,
): StoreRequest {
  switch (question.kind) {
    case 'login': {
      const locks = config.locks ?? POP3_DIALECTS[config.dialect].habits.locks;
      // qpopper moves the spool file's content into its own `.user.pop` for the session.
      const copies = config.dialect === 'qpopper';
      return { kind: 'login', token, credentials: question.credentials, locks, copies };
    }
    case 'retrieve':
      return { kind: 'retrieve', token, mailbox, uid: uidIn(question.uid) };
    case 'update':
      return {
        kind: 'update',
        token,
        mailbox,
        remove: question.remove.map(uidIn),
        seen: question.seen.map(uidIn),
      };
    case 'abandon':
      return { kind: 'abandon', token, mailbox };
  }
}

function answerOf(message: StoreAnswer, at: StepContext): Pop3Answer {
  switch (message.kind) {
    case 'maildrop':
      return {
        kind: 'maildrop',
        entries: message.entries.map(({ uid, octets }) => ({
          uid: uniqueId(uid, message.uidValidity),
          octets,
        })),
      };
    case 'refused':
      return { kind: 'refused', why: message.why, at: localTime(at) };
    case 'message':
      return { kind: 'message', content: message.content };
    case 'gone':
      return { kind: 'gone' };
    default:
      return { kind: 'updated' };
  }
}

/** `2015-01-05 10:00:00` */
function localTime({ clock, now }: StepContext): string {
  const { year, month, day } = civilTime(clock, now);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${clockTime(clock, now)}`;
}

export const pop3ServerAgent: Program<Pop3ServerAgentState> = { init, step };
