/**
 * The receiving side that MTA and MSA share: SMTP sessions with clients, and the policy that answers them. What is
 * done with an accepted letter is the program's business.
 */
import { edited } from '../base/draft.ts';
import { NOTHING_KNOWN, withAnswer } from '../dns/known.ts';
import type { Answer, KnownAnswers, Question } from '../dns/types.ts';
import type { Clock, Millis } from '../base/time.ts';
import type { Arrival } from '../protocol/machine.ts';
import { smtpServer, smtpServerState } from '../protocol/smtp/server.ts';
import type { SmtpServerState } from '../protocol/smtp/server.ts';
import type { ReceivedMessage, SmtpAnswer, SmtpQuestion } from '../protocol/smtp/types.ts';
import type { ConnId, HostSpec, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { inNetworks } from './networks.ts';
import type { Asker, ServiceConfig } from './smtp-policy.ts';
import { decide } from './smtp-policy.ts';

export type { ServiceConfig } from './smtp-policy.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Link } from './talk.ts';
import { linked, secureFirst, serverSecrecy, talk } from './talk.ts';

interface Session {
  readonly id: ConnId;
  readonly link: Link<SmtpServerState>;
  readonly address: string;
  readonly name: string;
  readonly openedAt: Millis;
  /** Drawn when it was opened: what challenges are made of. */
  readonly chance: number;
  /** A question that waits for the DNS or for another program. */
  readonly pending: SmtpQuestion | null;
  readonly known: KnownAnswers;
}

const sessionWith = (session: Session, changes: Partial<Session>): Session =>
  edited<Session>(
    {
      id: session.id,
      link: session.link,
      address: session.address,
      name: session.name,
      openedAt: session.openedAt,
      chance: session.chance,
      pending: session.pending,
      known: session.known,
    },
    changes,
  );

export interface ServiceState {
  readonly config: ServiceConfig;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly sessions: readonly Session[];
}

const serviceWith = (service: ServiceState, changes: Partial<ServiceState>): ServiceState =>
  edited<ServiceState>(
    {
      config: service.config,
      hostname: service.hostname,
      addresses: service.addresses,
      sessions: service.sessions,
    },
    changes,
  );

export interface Client {
  readonly name: string;
  readonly address: string;
}

/** A letter whose final dot came; the session holds until the program answers. */
export interface IncomingLetter {
  readonly conn: ConnId;
  readonly received: ReceivedMessage;
  readonly client: Client;
}

/** What a program is left with after a service heard something. */
export interface Heard {
  readonly service: ServiceState;
  readonly letters: readonly IncomingLetter[];
  /** DNS questions that policy waits for; the program asks them and calls `serviceAnswered`. */
  readonly questions: readonly Question[];
  /** Domains whose queue a client asked for (ETRN). */
  readonly turned: readonly string[];
}

/** Sessions served at once; further clients are told so. */
const MAX_SERVED = 200;
/** Sessions held at once; further clients are closed without a word, since even a refusal takes one. */
const MAX_SESSIONS = 400;

export const serviceState = (config: ServiceConfig, host: HostSpec): ServiceState => ({
  config,
  hostname: host.name,
  addresses: host.addresses,
  sessions: [],
});

const nothing = (service: ServiceState): Heard => ({
  service,
  letters: [],
  questions: [],
  turned: [],
});

export function serviceOpened(
  service: ServiceState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): Heard {
  if (service.sessions.length >= MAX_SESSIONS) {
    effects.push({ kind: 'close', conn: input.conn });
    return nothing(service);
  }
  const { config } = service;
  const state = smtpServerState({
    hostname: service.hostname,
    dialect: config.dialect,
    variant: 'smtp',
    sizeLimit: config.sizeLimit,
    recipientLimit: 1000,
    heloRequired: false,
    tls: config.tls,
    auth: config.auth,
    without: config.without,
  });
  const { address } = input.peer;
  const name = config.clientNames[address] ?? 'unknown';
  const session: Session = {
    id: input.conn,
    link:
      config.tls === 'implicit'
        ? secureFirst(linked(state), input.conn, serverSecrecy(config, at)!, effects)
        : linked(state),
    address,
    name,
    openedAt: at.now,
    chance: at.chance,
    pending: null,
    known: NOTHING_KNOWN,
  };
  const opened = serviceWith(service, { sessions: withEntry(service.sessions, session) });
  return serviceHears(opened, input.conn, { kind: 'opened', peer: address }, at, effects);
}

/** Lets a session hear an arrival; nothing happens when there is no such session. */
export function serviceHears(
  service: ServiceState,
  conn: ConnId,
  arrival: Arrival<SmtpAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): Heard {
  const session = entryOf(service.sessions, conn);
  if (!session) return nothing(service);
  const letters: IncomingLetter[] = [];
  let questions: readonly Question[] = [];
  const turned: string[] = [];
  const after = talk(
    smtpServer,
    session.link,
    conn,
    arrival,
    (question): SmtpAnswer | null => {
      if (question.kind === 'message') {
        const client = { name: session.name, address: session.address };
        letters.push({ conn, received: question.received, client });
        return null;
      }
      if (question.kind === 'connect' && isCrowded(service, session.address)) return CROWDED;
      const verdict = decide(service.config, askerOf(service, session, session.known, at.clock), question);
      if ('need' in verdict) questions = verdict.need;
      else if (question.kind === 'etrn' && verdict.done.kind === 'queueing') turned.push(question.domain);
      return 'need' in verdict ? null : verdict.done;
    },
    effects,
    serverSecrecy(service.config, at),
  );
  if (after.closed || arrival.kind === 'closed') {
    return {
      service: serviceWith(service, { sessions: withoutEntry(service.sessions, conn) }),
      letters,
      questions,
      turned,
    };
  }
  // What waits for the DNS goes on waiting, whatever the client sends meanwhile.
  const pending = arrival.kind === 'answer' ? after.pending : (after.pending ?? session.pending);
  const next: Session = sessionWith(session, { link: after.link, pending });
  return {
    service: serviceWith(service, { sessions: withEntry(service.sessions, next) }),
    letters,
    questions,
    turned,
  };
}

/** A DNS answer came: sessions whose policy waited for it go on. */
export function serviceAnswered(
  service: ServiceState,
  answer: Answer,
  at: StepContext,
  effects: ProgramEffect[],
): Heard {
  let next = service;
  const letters: IncomingLetter[] = [];
  const questions: Question[] = [];
  const turned: string[] = [];
  for (const session of service.sessions) {
    const { pending } = session;
    if (pending?.kind !== 'mail') continue;
    const known = withAnswer(session.known, answer);
    const verdict = decide(service.config, askerOf(service, session, known, at.clock), pending);
    if ('need' in verdict) {
      questions.push(...verdict.need);
      next = serviceWith(next, { sessions: withEntry(next.sessions, sessionWith(session, { known })) });
      continue;
    }
    const settled = serviceWith(next, {
      sessions: withEntry(next.sessions, sessionWith(session, { known: NOTHING_KNOWN, pending: null })),
    });
    const heard = serviceHears(settled, session.id, { kind: 'answer', answer: verdict.done }, at, effects);
    next = heard.service;
    questions.push(...heard.questions);
    letters.push(...heard.letters);
    turned.push(...heard.turned);
  }
  return { service: next, letters, questions, turned };
}

const CROWDED: SmtpAnswer = { kind: 'refuse', why: 'too-many-connections', text: '' };

/** With the connection that has just been opened, all have too many, or this client has (but for clients of `networks`). */
function isCrowded({ config, sessions }: ServiceState, client: string): boolean {
  if (sessions.length > MAX_SERVED) return true;
  const { clientLimit, networks } = config;
  if (clientLimit === 0 || inNetworks(client, networks)) return false;
  return sessions.filter(({ address }) => address === client).length > clientLimit;
}

const askerOf = (
  { addresses, hostname }: ServiceState,
  { address, openedAt, chance }: Session,
  known: KnownAnswers,
  clock: Clock,
): Asker => ({ addresses, hostname, client: address, openedAt, chance, clock, known });
