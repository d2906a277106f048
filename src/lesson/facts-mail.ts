/** What agents put on record, in the lessons' vocabulary: letters taken, handed on, kept and given up. */
import type { Fact } from '../agents/facts.ts';
import type { ConnId, SimEvent } from '../sim/types.ts';
import type { ConnFacts, Facts } from './facts.ts';
import { actor, emit, eventById, namesOf } from './facts.ts';
import type { Kept, Letter } from './letters.ts';
import { foldMailbox, INBOX } from './facts-mailbox.ts';
import { headerAndBody, letterValues } from './letters.ts';

const keyOf = (host: string, queueId: string): string => `${host}|${queueId}`;

export function foldMail(facts: Facts, log: readonly SimEvent[], event: SimEvent, fact: Fact): void {
  const host = namesOf(facts, event.host);
  switch (fact.kind) {
    case 'accepted':
      accepted(facts, log, event, fact);
      return;
    case 'delivered':
      delivered(facts, log, event, fact);
      return;
    case 'relayed':
      emit(facts, event, 'relayed', {
        host,
        to: fact.recipients,
        next: nextNames(facts, fact.to, fact.address),
        reply: fact.reply.slice(0, 3),
      });
      return;
    case 'deferred':
      setReason(facts, event.host, fact.queueId, fact.why);
      emit(facts, event, 'deferred', { host, to: fact.recipients, why: fact.why });
      return;
    case 'bounced':
      emit(facts, event, 'bounce', { host, to: fact.recipients, why: fact.why });
      return;
    case 'removed':
      facts.queues.get(event.host)?.delete(fact.queueId);
      facts.version++;
      return;
    case 'expunged':
    case 'flagged':
    case 'filed':
    case 'folder':
      foldMailbox(facts, event.host, fact);
      return;
    case 'selected': {
      const found = connOf(facts, log, event);
      if (found) found[1].mailbox = fact.folder;
      return;
    }
    case 'login': {
      const found = fact.protocol === 'imap' && fact.ok ? connOf(facts, log, event) : null;
      if (found) found[1].user = fact.mailbox;
      emit(facts, event, 'auth', { host, proto: fact.protocol, user: fact.mailbox, ok: fact.ok });
      return;
    }
    case 'fetched':
      emit(facts, event, 'fetch', {
        host,
        account: fact.account,
        ok: true,
        why: '',
        ...headerAndBody(fact.content),
      });
      return;
    case 'fetch-failed':
      emit(facts, event, 'fetch', { host, account: fact.account, ok: false, why: fact.why });
      return;
    case 'submitted': {
      const { account, to, subject, ok } = fact;
      emit(facts, event, 'send', { host, account, to, subject, ok, by: 'mua' });
      return;
    }
    case 'shell':
      emit(facts, event, 'shell', { host, command: fact.command, ok: fact.ok });
      return;
    default:
  }
}

/** Why a letter still waits. */
function setReason(facts: Facts, host: string, queueId: string, why: string): void {
  const queue = facts.queues.get(host);
  if (queue?.has(queueId)) queue.set(queueId, why);
}

/** A host by the name and address a letter was handed on to. */
function nextNames(facts: Facts, name: string, address: string): readonly string[] {
  const known = facts.hosts.find((host) => host.addresses.includes(address));
  return known ? [name, ...namesOf(facts, known.id)] : [name, address];
}

/** Letters may pass through a few programs of a host before they are put on record. */
const MAX_CAUSES = 64;

/** The connection a letter came in by: the nearest cause on this host that arrived over one. */
function connOf(facts: Facts, log: readonly SimEvent[], event: SimEvent): [ConnId, ConnFacts] | null {
  let at: SimEvent | undefined = event;
  for (let i = 0; at && i < MAX_CAUSES && at.host === event.host; i++) {
    if (at.what.kind === 'arrived' && at.what.side === 'server') {
      const conn = facts.conns.get(at.what.conn);
      return conn ? [at.what.conn, conn] : null;
    }
    if (at.cause === at.id) return null;
    at = eventById(log, at.cause);
  }
  return null;
}

interface Origin {
  readonly sentBy: readonly string[];
  readonly blankLine: boolean;
  readonly conn: ConnId | null;
}

/** Who sent a letter first: the letter it is a copy of knows, else the client it came from. */
function originOf(facts: Facts, log: readonly SimEvent[], event: SimEvent): Origin {
  const found = connOf(facts, log, event);
  if (!found) return { sentBy: actor(facts, event.host, `${event.host}/local`), blankLine: true, conn: null };
  const [conn, from] = found;
  const before = facts.letters.get(from.letter);
  return { sentBy: before?.sentBy ?? from.by, blankLine: before?.blankLine ?? true, conn };
}

function accepted(
  facts: Facts,
  log: readonly SimEvent[],
  event: SimEvent,
  fact: Extract<Fact, { kind: 'accepted' }>,
): void {
  const { queueId, envelope, content } = fact;
  const origin = originOf(facts, log, event);
  const letter: Letter = {
    host: event.host,
    queueId,
    envelope,
    content,
    blankLine: fact.blankLine && origin.blankLine,
    sentBy: origin.sentBy,
    at: facts.events.length,
  };
  facts.letters.set(keyOf(event.host, queueId), letter);
  const queue = facts.queues.get(event.host) ?? new Map<string, string>();
  queue.set(queueId, '');
  facts.queues.set(event.host, queue);
  const values = letterValues(letter, namesOf(facts, event.host));
  emit(facts, event, 'accepted', { ...values, origin: fact.origin }, origin.conn);
}

function delivered(
  facts: Facts,
  log: readonly SimEvent[],
  event: SimEvent,
  fact: Extract<Fact, { kind: 'delivered' }>,
): void {
  const { queueId, envelope, content, recipient, uid } = fact;
  const before = facts.letters.get(keyOf(event.host, queueId));
  const origin = before ?? originOf(facts, log, event);
  const names = namesOf(facts, event.host);
  const mailbox = [fact.mailbox, recipient, ...names.map((name) => `${fact.mailbox}@${name}`)];
  const kept: Kept = {
    host: event.host,
    queueId,
    envelope,
    content,
    blankLine: fact.blankLine && origin.blankLine,
    sentBy: origin.sentBy,
    at: facts.events.length,
    uid,
    recipient,
    mailbox,
    folder: INBOX,
    flags: [],
  };
  facts.kept.push(kept);
  emit(facts, event, 'delivered', { ...letterValues(kept, names), mailbox, to: recipient });
}
