/**
 * The receiving side that MTA and MSA share: SMTP sessions with clients, and the policy that answers them. What is
 * done with an accepted letter is the program's business.
 */
import { edited } from '../base/draft.ts';
import { questionKey } from '../dns/names.ts';
import { routeFor } from '../dns/exchangers.ts';
import type { Answer, KnownAnswers, Question } from '../dns/types.ts';
import { mailDate } from '../base/time.ts';
import { splitAddress } from '../mail/address.ts';
import type { Arrival, Driven } from '../protocol/machine.ts';
import { driven } from '../protocol/machine.ts';
import { smtpServer, smtpServerState } from '../protocol/smtp/server.ts';
import type { SmtpServerState } from '../protocol/smtp/server.ts';
import type { DialectName, ReceivedMessage, SmtpAnswer, SmtpQuestion } from '../protocol/smtp/types.ts';
import type { ConnId, HostSpec, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { localTarget } from './local-names.ts';
import { inNetworks, isOwnLiteral } from './networks.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import { talk } from './talk.ts';

export interface ServiceConfig {
  readonly port: number;
  readonly dialect: DialectName;
  readonly sizeLimit: number;
  /** Domains whose mail ends on this host, lower case; the first is the host's main mail domain. */
  readonly domains: readonly string[];
  /** Domains it passes on for anybody. */
  readonly relayDomains: readonly string[];
  /** Known recipients in relay domains; a domain not listed accepts all. */
  readonly relayRecipients: Readonly<Record<string, readonly string[]>>;
  /** Clients that may send anywhere: CIDR blocks. */
  readonly networks: readonly string[];
  /** Only clients of `networks` may send at all (an MSA). */
  readonly submission: boolean;
  readonly users: readonly string[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Refuse MAIL when the sender's domain is not in the DNS (Sendmail's default, a choice in Postfix). */
  readonly checkSenderDomain: boolean;
  /** Names of client addresses, as reverse look-ups would find them; others are `unknown`. */
  readonly clientNames: Readonly<Record<string, string>>;
  /** Own words behind 220; empty: the dialect's. */
  readonly banner: string;
  /** EHLO keywords this service shows besides the machine's own. */
  readonly keywords: readonly string[];
}

interface Session {
  readonly id: ConnId;
  readonly driven: Driven<SmtpServerState>;
  readonly address: string;
  readonly name: string;
  readonly greetingDate: string;
  /** A question that waits for the DNS or for another program. */
  readonly pending: SmtpQuestion | null;
  readonly known: KnownAnswers;
}

const sessionWith = (session: Session, changes: Partial<Session>): Session =>
  edited<Session>(
    {
      id: session.id,
      driven: session.driven,
      address: session.address,
      name: session.name,
      greetingDate: session.greetingDate,
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
}

/** Sessions served at once; further clients are closed. */
const MAX_SESSIONS = 200;

export const serviceState = (config: ServiceConfig, host: HostSpec): ServiceState => ({
  config,
  hostname: host.name,
  addresses: host.addresses,
  sessions: [],
});

const nothing = (service: ServiceState): Heard => ({ service, letters: [], questions: [] });

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
    keywords: config.keywords,
  });
  const { address } = input.peer;
  const name = config.clientNames[address] ?? 'unknown';
  const greetingDate = mailDate(at.clock, at.now);
  const session: Session = {
    id: input.conn,
    driven: driven(state),
    address,
    name,
    greetingDate,
    pending: null,
    known: {},
  };
  const opened = serviceWith(service, { sessions: withEntry(service.sessions, session) });
  return serviceHears(opened, input.conn, { kind: 'opened', peer: address }, effects);
}

/** Lets a session hear an arrival; nothing happens when there is no such session. */
export function serviceHears(
  service: ServiceState,
  conn: ConnId,
  arrival: Arrival<SmtpAnswer>,
  effects: ProgramEffect[],
): Heard {
  const session = entryOf(service.sessions, conn);
  if (!session) return nothing(service);
  const letters: IncomingLetter[] = [];
  let questions: readonly Question[] = [];
  const after = talk(
    smtpServer,
    session.driven,
    conn,
    arrival,
    (question): SmtpAnswer | null => {
      if (question.kind === 'message') {
        const client = { name: session.name, address: session.address };
        letters.push({ conn, received: question.received, client });
        return null;
      }
      const verdict = decide(service, session, question, session.known);
      if ('need' in verdict) questions = verdict.need;
      return 'need' in verdict ? null : verdict.done;
    },
    effects,
  );
  if (after.closed || arrival.kind === 'closed') {
    return {
      service: serviceWith(service, { sessions: withoutEntry(service.sessions, conn) }),
      letters,
      questions,
    };
  }
  // What waits for the DNS goes on waiting, whatever the client sends meanwhile.
  const pending = arrival.kind === 'answer' ? after.pending : (after.pending ?? session.pending);
  const next: Session = sessionWith(session, { driven: after.driven, pending });
  return {
    service: serviceWith(service, { sessions: withEntry(service.sessions, next) }),
    letters,
    questions,
  };
}

/** A DNS answer came: sessions whose policy waited for it go on. */
export function serviceAnswered(service: ServiceState, answer: Answer, effects: ProgramEffect[]): Heard {
  let next = service;
  const letters: IncomingLetter[] = [];
  const questions: Question[] = [];
  for (const session of service.sessions) {
    const { pending } = session;
    if (pending?.kind !== 'mail') continue;
    const known = { ...session.known, [questionKey(answer.question)]: answer };
    const verdict = decide(service, session, pending, known);
    if ('need' in verdict) {
      questions.push(...verdict.need);
      next = serviceWith(next, { sessions: withEntry(next.sessions, sessionWith(session, { known })) });
      continue;
    }
    const settled = serviceWith(next, {
      sessions: withEntry(next.sessions, sessionWith(session, { known: {}, pending: null })),
    });
    const heard = serviceHears(settled, session.id, { kind: 'answer', answer: verdict.done }, effects);
    next = heard.service;
    questions.push(...heard.questions);
    letters.push(...heard.letters);
  }
  return { service: next, letters, questions };
}

type Verdict = { readonly done: SmtpAnswer } | { readonly need: readonly Question[] };

const refuse = (why: Extract<SmtpAnswer, { kind: 'refuse' }>['why'], text = ''): Verdict => ({
  done: { kind: 'refuse', why, text },
});
const ACCEPT: Verdict = { done: { kind: 'accept' } };

/** Policy: who may send, from whom, to whom. */
function decide(
  service: ServiceState,
  session: Session,
  question: Exclude<SmtpQuestion, { kind: 'message' }>,
  known: KnownAnswers,
): Verdict {
  const { config } = service;
  switch (question.kind) {
    case 'connect':
      return {
        done: { kind: 'accept', greetingDate: session.greetingDate, banner: service.config.banner },
      };
    case 'mail':
      return config.checkSenderDomain ? senderDomain(service, question.reversePath, known) : ACCEPT;
    case 'rcpt':
      return recipient(service, session, question.forwardPath);
    case 'vrfy': {
      const { localPart, domain } = splitAddress(question.argument);
      if (domain !== '' && !config.domains.includes(domain)) return { done: { kind: 'cannot-verify' } };
      if (localTarget(config, localPart).kind === 'unknown') return refuse('user-unknown');
      return { done: { kind: 'verified', mailbox: question.argument } };
    }
  }
}

function senderDomain(service: ServiceState, reversePath: string, known: KnownAnswers): Verdict {
  const { domain } = splitAddress(reversePath);
  if (domain === '' || domain.startsWith('[') || service.config.domains.includes(domain)) return ACCEPT;
  const route = routeFor(domain, known, 0, []);
  if ('need' in route) return route;
  if (route.done.kind === 'exchangers') return ACCEPT;
  return route.done.why === 'temporary' ? refuse('try-later') : refuse('sender-domain-unknown');
}

function recipient(service: ServiceState, session: Session, forwardPath: string): Verdict {
  const { config } = service;
  const trusted = inNetworks(session.address, config.networks);
  if (config.submission && !trusted) return refuse('relay-denied');
  const { localPart, domain } = splitAddress(forwardPath);
  if (domain === '' || config.domains.includes(domain) || isOwnLiteral(domain, service.addresses)) {
    return localTarget(config, localPart).kind === 'unknown' ? refuse('user-unknown') : ACCEPT;
  }
  if (config.relayDomains.includes(domain)) {
    const listed = Object.hasOwn(config.relayRecipients, domain) ? config.relayRecipients[domain] : undefined;
    return !listed || listed.includes(localPart.toLowerCase()) || localPart.toLowerCase() === 'postmaster'
      ? ACCEPT
      : refuse('user-unknown');
  }
  return trusted ? ACCEPT : refuse('relay-denied');
}
