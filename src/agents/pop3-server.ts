/** The POP3 service (RFC 1939) of a host: its sessions speak the protocol, the message store holds the mail. */
import { edited } from '../base/draft.ts';
import { pop3Server, pop3ServerState } from '../protocol/pop3/server.ts';
import type { Pop3ServerState } from '../protocol/pop3/server.ts';
import type { Pop3Answer, Pop3DialectName, Pop3Question } from '../protocol/pop3/types.ts';
import { uidIn, uniqueId } from '../mail/mailbox.ts';
import type { Arrival } from '../protocol/machine.ts';
import type { ConnId, HostSpec, Program, ProgramEffect, ProgramInput } from '../sim/types.ts';
import type { StoreAnswer, StoreRequest } from './message-store.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Link } from './talk.ts';
import { linked, talk } from './talk.ts';

export interface Pop3ServerAgentConfig {
  readonly port: number;
  readonly dialect: Pop3DialectName;
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
): readonly [Pop3ServerAgentState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.port }]];
    case 'opened': {
      if (state.sessions.length >= MAX_SESSIONS) return [state, [{ kind: 'close', conn: input.conn }]];
      const session: Session = {
        id: input.conn,
        link: linked(pop3ServerState({ hostname: state.hostname, dialect: state.config.dialect })),
        mailbox: '',
      };
      return [hear(state, session, { kind: 'opened', peer: input.peer.address }, effects), effects];
    }
    case 'octets':
      return [hearOn(state, input.conn, { kind: 'octets', octets: input.octets }, effects), effects];
    case 'closed':
      return [hearOn(state, input.conn, { kind: 'closed' }, effects), effects];
    case 'conn-timer':
      return [hearOn(state, input.conn, { kind: 'timeout', name: input.name }, effects), effects];
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
      return [hear(state, holds, { kind: 'answer', answer: answerOf(message) }, effects), effects];
    }
    default:
      return [state, []];
  }
}

function hearOn(
  state: Pop3ServerAgentState,
  conn: ConnId,
  arrival: Arrival<Pop3Answer>,
  effects: ProgramEffect[],
): Pop3ServerAgentState {
  const session = entryOf(state.sessions, conn);
  return session ? hear(state, session, arrival, effects) : state;
}

function hear(
  state: Pop3ServerAgentState,
  session: Session,
  arrival: Arrival<Pop3Answer>,
  effects: ProgramEffect[],
): Pop3ServerAgentState {
  const conn = session.id;
  const after = talk(
    pop3Server,
    session.link,
    conn,
    arrival,
    (question) => {
      effects.push(tellStore(requestFor(question, String(conn), session.mailbox)));
      return null;
    },
    effects,
  );
  if (after.closed || arrival.kind === 'closed') {
    return agentWith(state, { sessions: withoutEntry(state.sessions, conn) });
  }
  return agentWith(state, {
    sessions: withEntry(state.sessions, sessionWith(session, { link: after.link })),
  });
}

const tellStore = (message: StoreRequest): ProgramEffect => ({ kind: 'tell', program: 'store', message });

function requestFor(question: Pop3Question, token: string, mailbox: string): StoreRequest {
  switch (question.kind) {
    case 'login':
      return {
        kind: 'login',
        token,
        credentials: {
          kind: 'password',
          mechanism: 'PLAIN',
          authorization: '',
          user: question.user,
          password: question.password,
        },
      };
    case 'retrieve':
      return { kind: 'retrieve', token, mailbox, uid: uidIn(question.uid) };
    case 'update':
      return { kind: 'update', token, mailbox, remove: question.remove.map(uidIn) };
    case 'abandon':
      return { kind: 'abandon', token, mailbox };
  }
}

function answerOf(message: StoreAnswer): Pop3Answer {
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
      return { kind: 'refused', why: message.why };
    case 'message':
      return { kind: 'message', content: message.content };
    case 'gone':
      return { kind: 'gone' };
    default:
      return { kind: 'updated' };
  }
}

export const pop3ServerAgent: Program<Pop3ServerAgentState> = { init, step };
