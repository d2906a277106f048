/**
 * MDA, the mail delivery agent (RFC 5598 §4.2.4): takes letters from the MTA of its host or over LMTP (RFC 2033),
 * expands aliases, adds what the envelope leaves behind (`Return-Path`, `Delivered-To`), and puts them in mailboxes.
 * The envelope ends here.
 */
import { edited } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import { civilTime, clockTime, mailDate } from '../base/time.ts';
import { splitAddress, subaddress } from '../mail/address.ts';
import { splitMessage } from '../mail/message.ts';
import { queueIdText, receivedField } from '../mail/received.ts';
import type { Arrival } from '../protocol/machine.ts';
import { smtpServer, smtpServerState } from '../protocol/smtp/server.ts';
import type { SmtpServerState } from '../protocol/smtp/server.ts';
import type { DialectName, ReceivedMessage, SmtpAnswer, SmtpQuestion } from '../protocol/smtp/types.ts';
import type { ConnId, HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { Envelope, QueueId } from './facts.ts';
import { localTarget } from './local-names.ts';
import type { StoreAnswer, StoreRequest } from './message-store.ts';
import type { LocalMailbox, StoreRefusal } from './store/types.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Link } from './talk.ts';
import { arrivalOf, linked, talk } from './talk.ts';

export interface MdaConfig {
  /** Domains whose addresses end here, lower case. */
  readonly domains: readonly string[];
  /** Logins with a mailbox. */
  readonly users: readonly string[];
  /** `/etc/aliases`: name → targets (logins, other aliases, or addresses elsewhere). */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** LMTP port to listen on; null: only the MTA of this host delivers. */
  readonly lmtpPort: number | null;
  readonly dialect: DialectName;
}

/** MTA → MDA on the same host. */
export interface DeliverRequest {
  readonly kind: 'deliver';
  readonly queueId: QueueId;
  readonly envelope: Envelope;
  readonly content: Octets;
  /** The recipient's in the queue; it comes back with the answer. */
  readonly id: string;
  readonly recipient: string;
  /** The recipient the sender named, when an alias led to this one. */
  readonly original: string;
  /** `recipient` came out of an alias: it is not looked up again (RFC 5321 §3.9 loops). */
  readonly expanded: boolean;
  readonly blankLine: boolean;
}

/** MDA → MTA. `aliased`: the MTA replaces the recipient by `targets` and stays responsible for each of them. */
export interface DeliverAnswer {
  readonly kind: 'delivery';
  readonly queueId: QueueId;
  readonly id: string;
  readonly result: Verdict | 'aliased';
  readonly targets: readonly string[];
  /** The mailbox that could not be written; empty when there is none. */
  readonly mailbox: LocalMailbox;
}

type Verdict = 'delivered' | StoreRefusal;

const NOWHERE: LocalMailbox = { user: '', path: '' };

/** A letter the store has been asked to keep. */
interface Job {
  /** Token that comes back with the store's answer. */
  readonly id: string;
  readonly queueId: QueueId;
  /** The recipient's in the queue of the MTA. */
  readonly recipientId: string;
  /** LMTP session waiting for the verdict; null: the MTA. */
  readonly conn: ConnId | null;
}

interface Session {
  readonly id: ConnId;
  readonly link: Link<SmtpServerState>;
  readonly peer: string;
  /** LMTP letter under way: its recipients in order, by the ids of their jobs, with the verdicts that have come. */
  readonly waiting: readonly { readonly id: string; readonly verdict: Verdict | null }[];
  readonly queueId: QueueId;
}

const sessionWith = (session: Session, changes: Partial<Session>): Session =>
  edited<Session>(
    {
      id: session.id,
      link: session.link,
      peer: session.peer,
      waiting: session.waiting,
      queueId: session.queueId,
    },
    changes,
  );

export interface MdaState {
  readonly config: MdaConfig;
  readonly hostname: string;
  readonly nextNumber: number;
  readonly jobs: readonly Job[];
  readonly sessions: readonly Session[];
}

const mdaWith = (mda: MdaState, changes: Partial<MdaState>): MdaState =>
  edited<MdaState>(
    {
      config: mda.config,
      hostname: mda.hostname,
      nextNumber: mda.nextNumber,
      jobs: mda.jobs,
      sessions: mda.sessions,
    },
    changes,
  );

const init = (config: unknown, host: HostSpec): MdaState => ({
  config: config as MdaConfig,
  hostname: host.name,
  nextNumber: 1,
  jobs: [],
  sessions: [],
});

/** Letters under way are still in the MTA's queue (or were not accepted yet): nothing here needs the disk but the counter. */
const survive = (state: MdaState): MdaState => mdaWith(state, { jobs: [], sessions: [] });

type Step = readonly [MdaState, readonly ProgramEffect[]];

function step(state: MdaState, input: ProgramInput, at: StepContext): Step {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return state.config.lmtpPort === null
        ? [state, []]
        : [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.lmtpPort }]];
    case 'opened': {
      const config = {
        hostname: state.hostname,
        dialect: state.config.dialect,
        variant: 'lmtp',
        sizeLimit: 0,
        recipientLimit: 100,
        heloRequired: true,
        tls: 'none',
        auth: null,
        without: [],
      } as const;
      const session: Session = {
        id: input.conn,
        link: linked(smtpServerState(config)),
        peer: input.peer.address,
        waiting: [],
        queueId: '',
      };
      const opened = mdaWith(state, { sessions: withEntry(state.sessions, session) });
      return [hear(opened, input.conn, { kind: 'opened', peer: session.peer }, at, effects), effects];
    }
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [hear(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message': {
      if (input.from.endsWith('/store'))
        return [heardStore(state, input.message as StoreAnswer, at, effects), effects];
      return [deliverLocally(state, input.message as DeliverRequest, effects), effects];
    }
    default:
      return [state, []];
  }
}

function deliverLocally(state: MdaState, request: DeliverRequest, effects: ProgramEffect[]): MdaState {
  const { queueId, id, recipient } = request;
  const local = localTarget(state.config, recipient);
  const answer = (result: DeliverAnswer['result'], targets: readonly string[] = []) => {
    const message: DeliverAnswer = { kind: 'delivery', queueId, id, result, targets, mailbox: NOWHERE };
    effects.push({ kind: 'tell', program: 'mta', message });
    return state;
  };
  if (local.kind === 'alias' && !request.expanded) return answer('aliased', local.targets);
  const { user } = subaddress(splitAddress(recipient).localPart.toLowerCase());
  const mailbox = local.kind === 'mailbox' ? local.mailbox : state.config.users.includes(user) ? user : null;
  if (mailbox === null) return answer('user-unknown');
  return store(state, request, mailbox, `${queueId}/${id}`, null, effects);
}

/** Asks the store to keep a letter; `token` names the job. */
function store(
  state: MdaState,
  letter: Omit<DeliverRequest, 'kind' | 'expanded'>,
  mailbox: string,
  token: string,
  conn: ConnId | null,
  effects: ProgramEffect[],
): MdaState {
  const { queueId, envelope, blankLine, id: recipientId, recipient, original } = letter;
  const content = withDeliveryFields(letter.content, envelope.reversePath, original, mailbox, state.config);
  const message: StoreRequest = {
    kind: 'store',
    token,
    mailbox,
    content,
    envelope,
    recipient,
    queueId,
    blankLine,
  };
  effects.push({ kind: 'tell', program: 'store', message });
  return mdaWith(state, { jobs: [...state.jobs, { id: token, queueId, recipientId, conn }] });
}

/** RFC 5321 §4.4: the MDA writes the reverse-path down; Postfix and Dovecot add where it was delivered. */
function withDeliveryFields(
  content: Octets,
  reversePath: string,
  original: string,
  mailbox: string,
  config: MdaConfig,
): Octets {
  const clean = (text: string) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '?');
  const domain = config.domains[0] ?? '';
  const whole = (name: string) => (name.includes('@') || domain === '' ? name : `${name}@${domain}`);
  // Dovecot's LMTP service writes Delivered-To alone, Postfix's local(8) both, Sendmail's mail.local neither.
  const lmtp = config.lmtpPort !== null;
  const trail = lmtp
    ? `Delivered-To: ${clean(whole(mailbox))}\r\n`
    : config.dialect.startsWith('postfix')
      ? `X-Original-To: ${clean(original)}\r\nDelivered-To: ${clean(whole(original))}\r\n`
      : '';
  return `Return-Path: <${clean(reversePath)}>\r\n${trail}${content}` as Octets;
}

function heardStore(
  state: MdaState,
  answer: StoreAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
  if (answer.kind !== 'stored' && answer.kind !== 'not-stored') return state;
  const job = entryOf(state.jobs, answer.token);
  if (!job) return state;
  const next = mdaWith(state, { jobs: withoutEntry(state.jobs, answer.token) });
  const result: Verdict = answer.kind === 'stored' ? 'delivered' : answer.why;
  const { queueId, recipientId: id, conn } = job;
  if (conn === null) {
    const mailbox = answer.kind === 'stored' ? NOWHERE : answer.mailbox;
    const message: DeliverAnswer = { kind: 'delivery', queueId, id, result, targets: [], mailbox };
    effects.push({ kind: 'tell', program: 'mta', message });
    return next;
  }
  const session = entryOf(next.sessions, conn);
  if (!session) {
    // The client left without waiting for its reply; what it gave is in the mailboxes all the same.
    if (!next.jobs.some((other) => other.queueId === queueId))
      effects.push({ kind: 'record', fact: { kind: 'removed', queueId } });
    return next;
  }
  const waiting = withEntry(session.waiting, { id: answer.token, verdict: result });
  if (waiting.every(({ verdict }) => verdict !== null))
    return answerLmtp(next, sessionWith(session, { waiting }), at, effects);
  return mdaWith(next, { sessions: withEntry(next.sessions, sessionWith(session, { waiting })) });
}

/** The recipient in the token of an LMTP job. */
const recipientIn = (token: string): string => token.split('/').slice(2).join('/');

/** Of a full disk and a lock Dovecot tells its own log alone. */
function refusalOf(verdict: StoreRefusal, recipient: string, at: StepContext) {
  if (verdict === 'mailbox-full' || verdict === 'user-unknown')
    return { kind: 'refuse', why: verdict, text: '' } as const;
  const { year, month, day } = civilTime(at.clock, at.now);
  const two = (n: number): string => String(n).padStart(2, '0');
  const when = `${year}-${two(month)}-${two(day)} ${clockTime(at.clock, at.now)}`;
  const text = `<${recipient}> Internal error occurred. Refer to server log for more information. [${when}]`;
  return { kind: 'refuse', why: 'insufficient-storage', text } as const;
}

function answerLmtp(state: MdaState, session: Session, at: StepContext, effects: ProgramEffect[]): MdaState {
  const verdicts = session.waiting.map(({ id, verdict }) =>
    verdict === null || verdict === 'delivered'
      ? ({ kind: 'queued', queueId: session.queueId } as const)
      : refusalOf(verdict, recipientIn(id), at),
  );
  effects.push({ kind: 'record', fact: { kind: 'removed', queueId: session.queueId } });
  const cleared = mdaWith(state, {
    sessions: withEntry(state.sessions, sessionWith(session, { waiting: [] })),
  });
  return hear(cleared, session.id, { kind: 'answer', answer: { kind: 'verdicts', verdicts } }, at, effects);
}

function hear(
  state: MdaState,
  conn: ConnId,
  arrival: Arrival<SmtpAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
  const session = entryOf(state.sessions, conn);
  if (!session) return state;
  let letter: ReceivedMessage | null = null;
  const after = talk(
    smtpServer,
    session.link,
    conn,
    arrival,
    (question) => {
      if (question.kind !== 'message') return policy(state.config, question);
      letter = question.received;
      return null;
    },
    effects,
  );
  if (after.closed || arrival.kind === 'closed') {
    return mdaWith(state, { sessions: withoutEntry(state.sessions, conn) });
  }
  const held = sessionWith(session, { link: after.link });
  const next = mdaWith(state, { sessions: withEntry(state.sessions, held) });
  return letter === null ? next : takeLetter(next, held, letter, at, effects);
}

/** What the LMTP side answers at once. Aliases need an MTA to send on, so here only mailboxes count. */
function policy(config: MdaConfig, question: Exclude<SmtpQuestion, { kind: 'message' }>): SmtpAnswer {
  if (question.kind === 'vrfy') return { kind: 'cannot-verify' };
  if (question.kind !== 'rcpt') return { kind: 'accept' };
  const { domain } = splitAddress(question.forwardPath);
  const here = domain === '' || config.domains.includes(domain);
  if (here && localTarget(config, question.forwardPath).kind === 'mailbox') return { kind: 'accept' };
  return { kind: 'refuse', why: 'user-unknown', text: '' };
}

/** A letter came over LMTP: it gets this host's trace field, then each recipient's mailbox is asked. */
function takeLetter(
  state: MdaState,
  session: Session,
  received: ReceivedMessage,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
  const queueId = queueIdText('dovecot-lmtp', state.nextNumber, at.now, at.clock);
  const recipients = received.forwardPaths;
  const trace = receivedField('dovecot-lmtp', {
    helo: received.helo,
    clientName: received.helo,
    clientAddress: session.peer,
    by: state.hostname,
    protocol: received.protocol,
    queueId,
    reversePath: received.reversePath,
    recipient: recipients.length === 1 ? recipients[0]! : null,
    date: mailDate(at.clock, at.now),
  });
  const content = (trace + received.content) as Octets;
  const envelope: Envelope = { reversePath: received.reversePath, forwardPaths: recipients };
  const { blankLine } = splitMessage(received.content);
  effects.push({
    kind: 'record',
    fact: { kind: 'accepted', queueId, envelope, content, trace, origin: 'smtp', about: null, blankLine },
  });
  const tokens = recipients.map((recipient, index) => `${queueId}/${index}/${recipient}`);
  const waiting: Session = sessionWith(session, {
    waiting: tokens.map((id) => ({ id, verdict: null })),
    queueId,
  });
  let next: MdaState = mdaWith(state, {
    nextNumber: state.nextNumber + 1,
    sessions: withEntry(state.sessions, waiting),
  });
  recipients.forEach((recipient, index) => {
    const local = localTarget(state.config, recipient);
    const mailbox = local.kind === 'mailbox' ? local.mailbox : '';
    const letter = { queueId, envelope, content, blankLine, id: recipient, recipient, original: recipient };
    next = store(next, letter, mailbox, tokens[index]!, session.id, effects);
  });
  return next;
}

export const mda: Program<MdaState> = { init, step, survive };
