/** The server side of an SMTP (RFC 5321) or LMTP (RFC 2033) connection. It runs from the table in `commands.ts`. */
import type { Framing, Input, Machine, Secured } from '../machine.ts';
import { settle } from './answers.ts';
import { chunkPiece, hearChunk } from './chunks.ts';
import { dataLineLimit, hearData } from './data.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { hearCommand } from './obey.ts';
import { patienceOf } from './patience.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { ask, copyOf, endTransaction, hangUp, idleTimer, STOP_IDLE, withoutTransaction } from './session.ts';
import type { SmtpAnswer, SmtpQuestion, SmtpServerConfig } from './types.ts';
import { NO_MAIL_PARAMETERS, NO_RCPT_PARAMETERS } from './types.ts';

export type { SmtpServerState } from './session.ts';

/** RFC 4954 §4: octets of a response line of AUTH. */
const RESPONSE_LIMIT = 12_288;

const CONNECT: Heard = { verb: 'CONNECT', line: '', eol: 'none', argument: '', typed: '' };

/** The state before a client has connected. */
export function smtpServerState(config: SmtpServerConfig): SmtpServerState {
  return {
    config,
    state: 'closed',
    peer: '',
    clientName: '',
    helo: '',
    extended: false,
    esmtp: false,
    refused: false,
    secured: null,
    login: '',
    mechanism: '',
    exchange: null,
    reversePath: null,
    parameters: NO_MAIL_PARAMETERS,
    forwardPaths: [],
    recipientParameters: [],
    offered: NO_RCPT_PARAMETERS,
    content: '',
    tooLarge: false,
    afterCrlf: true,
    stirred: false,
    chunk: null,
    chunksLost: false,
    refusal: '',
    errors: 0,
    unknown: 0,
    junk: 0,
    freeJunk: DIALECTS[config.dialect].patience.firstIsFree,
    mailed: false,
    pending: null,
  };
}

export const smtpServer: Machine<SmtpServerState, SmtpQuestion, SmtpAnswer> = { framing, step };

const HOLD: Framing = { kind: 'hold' };
/** RFC 4954 §4: responses of AUTH may be long. */
const RESPONSE_LINE: Framing = { kind: 'line', limit: RESPONSE_LIMIT };

function framing(session: SmtpServerState): Framing {
  if (session.pending !== null) return HOLD;
  if (session.chunk !== null) return { kind: 'octets', count: chunkPiece(session.chunk) };
  if (session.exchange !== null) return RESPONSE_LINE;
  if (session.state === 'data') return { kind: 'text', limit: dataLineLimit(session) };
  return { kind: 'line', limit: DIALECTS[session.config.dialect].lines.limit };
}

function step(session: SmtpServerState, input: Input<SmtpAnswer>): Step {
  switch (input.kind) {
    case 'opened':
      // Where TLS comes first, so does its handshake: the greeting waits for `secured`.
      return session.config.tls === 'implicit'
        ? [withPeer(session, input.peer), []]
        : opened(session, input.peer);
    case 'unit':
      if (session.state === 'closed') return [session, []];
      if (session.chunk !== null) return hearChunk(session, session.chunk, input.octets);
      if (session.state === 'data') return hearData(session, input.octets, input.overlong);
      return hearCommand(session, input.octets, input.overlong, input.more === true);
    case 'answer':
      return session.pending === null ? [session, []] : settle(session, session.pending, input.answer);
    case 'timeout':
      return input.name === 'idle' ? runOut(session) : [session, []];
    case 'closed':
      return [closed(session), [STOP_IDLE]];
    case 'secured':
      return secured(session, input.tls);
  }
}

function withPeer(session: SmtpServerState, peer: string): SmtpServerState {
  const next = copyOf(session);
  next.peer = peer;
  return next;
}

const opened = (session: SmtpServerState, peer: string): Step =>
  ask(withPeer(session, peer), CONNECT, { kind: 'connect', peer });

/** TLS stands. What the client said in clear is forgotten (RFC 3207 §4.2): its name, its login, its transaction. */
function secured(session: SmtpServerState, tls: Secured): Step {
  const first = session.config.tls === 'implicit' && session.secured === null;
  if (session.state === 'closed' && !first) return [session, []];
  const next = withoutTransaction(session);
  next.secured = tls;
  next.state = first ? 'closed' : 'connected';
  next.helo = '';
  next.extended = false;
  next.login = '';
  next.mechanism = '';
  // A new session in all but the connection (RFC 3207 §4.2).
  next.freeJunk = patienceOf(session).firstIsFree;
  return first ? opened(next, session.peer) : [next, []];
}

function closed(session: SmtpServerState): SmtpServerState {
  const next = copyOf(session);
  endTransaction(next);
  next.state = 'closed';
  next.pending = null;
  next.exchange = null;
  return next;
}

/** The client has been silent for long, unless it is the agent that makes it wait, or mail data came meanwhile. */
function runOut(session: SmtpServerState): Step {
  if (session.state === 'closed' || session.pending !== null) return [session, []];
  if (!session.stirred)
    return hangUp(session, session.state === 'data' ? 'R421DataTimedOut' : 'R421TimedOut');
  const calm = copyOf(session);
  calm.stirred = false;
  return [calm, [idleTimer(patienceOf(session).idleMs)]];
}
