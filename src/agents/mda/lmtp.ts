/** The MDA's LMTP sessions (RFC 2033): a letter, then a verdict for each of its recipients. */
import type { Octets } from '../../base/octets.ts';
import { civilTime, clockTime, mailDate } from '../../base/time.ts';
import { splitAddress } from '../../mail/address.ts';
import { splitMessage } from '../../mail/message.ts';
import { queueIdText, receivedField } from '../../mail/received.ts';
import type { Arrival } from '../../protocol/machine.ts';
import { smtpServer, smtpServerState } from '../../protocol/smtp/server.ts';
import type { ReceivedMessage, SmtpAnswer, SmtpQuestion } from '../../protocol/smtp/types.ts';
import type { ConnId, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Envelope } from '../facts.ts';
import { localTarget } from '../local-names.ts';
import type { StoreRefusal } from '../store/types.ts';
import { linked, talk } from '../talk.ts';
import { keep } from './keep.ts';
import type { MdaConfig, MdaState, Session } from './types.ts';
import { mdaWith, sessionWith } from './types.ts';

export function lmtpOpened(
  state: MdaState,
  { conn, peer }: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
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
    id: conn,
    link: linked(smtpServerState(config)),
    peer: peer.address,
    waiting: [],
    queueId: '',
  };
  const opened = mdaWith(state, { sessions: withEntry(state.sessions, session) });
  return lmtpHears(opened, conn, { kind: 'opened', peer: session.peer }, at, effects);
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

/** Every recipient's mailbox has been asked: the client hears of each. */
export function lmtpAnswers(
  state: MdaState,
  session: Session,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
  const verdicts = session.waiting.map(({ id, verdict }) =>
    verdict === null || verdict === 'delivered'
      ? ({ kind: 'queued', queueId: session.queueId } as const)
      : refusalOf(verdict, recipientIn(id), at),
  );
  effects.push({ kind: 'record', fact: { kind: 'removed', queueId: session.queueId } });
  const cleared = mdaWith(state, {
    sessions: withEntry(state.sessions, sessionWith(session, { waiting: [] })),
  });
  return lmtpHears(
    cleared,
    session.id,
    { kind: 'answer', answer: { kind: 'verdicts', verdicts } },
    at,
    effects,
  );
}

export function lmtpHears(
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
    next = keep(next, letter, mailbox, tokens[index]!, session.id, effects);
  });
  return next;
}
