/** What is the same thing as an event, wherever it is shown: for lighting it up everywhere at once. */
import type { ConnId, EventId, HostId, SimEvent } from '../sim/types.ts';
import { connectionsOf, connOf } from './connections.ts';
import { effectsOf } from './effects.ts';
import type { LetterKey } from './letter.ts';
import { letterAt, letterByKey } from './letters.ts';
import { letterOnWire, lettersState } from './letters-fold.ts';
import { arrivalBehind, causeOf, causesOf, eventById } from './log.ts';
import { remembered } from './project.ts';
import { factOf, noteOf } from './wire.ts';

export interface Related {
  /** Rising. */
  readonly events: readonly EventId[];
  /** Letters, each with the hop (index in `letter.hops`) it is about; null: the letter as a whole. */
  readonly letters: readonly { readonly letter: LetterKey; readonly hop: number | null }[];
  readonly hosts: readonly HostId[];
  readonly conns: readonly ConnId[];
}

const NOTHING: Related = { events: [], letters: [], hosts: [], conns: [] };

/** Most events that count as one thing, and most that are looked at to find them. */
const MOST_EVENTS = 256;

interface Scope {
  readonly log: readonly SimEvent[];
  readonly count: number;
  readonly events: Map<EventId, SimEvent>;
}

/**
 * The command with its arrival, what the server understood and put on record, and the reply; the question with its
 * answer; the handshake's packets; a fact with the exchange that made it. Only the first `count` events are seen.
 */
export const related = remembered((log: readonly SimEvent[], count: number, id: EventId): Related => {
  const event = eventById(log, id);
  if (!event || id > (log[Math.min(count, log.length) - 1]?.id ?? -1)) return NOTHING;
  const scope: Scope = { log, count, events: new Map() };
  keep(scope, event);
  gatherAround(scope, event);
  return summed(scope);
});

/** The same for a postmark: the hop of a letter. */
export function relatedToHop(
  log: readonly SimEvent[],
  count: number,
  letter: LetterKey,
  hop: number,
): Related {
  const accepted = letterByKey(log, count, letter)?.hops[hop];
  return accepted ? related(log, count, accepted.event) : NOTHING;
}

const keep = (scope: Scope, event: SimEvent | null): void => {
  if (event && scope.events.size < MOST_EVENTS) scope.events.set(event.id, event);
};

function gatherAround(scope: Scope, event: SimEvent): void {
  const { log, count } = scope;
  const { what } = event;
  switch (what.kind) {
    case 'action':
      for (const effect of effectsOf(log, count, event.id)) {
        if (effect.what.kind === 'segment') exchange(scope, effect);
        else if (
          effect.what.kind === 'printed' ||
          effect.what.kind === 'power' ||
          effect.what.kind === 'link'
        )
          keep(scope, effect);
      }
      return;
    case 'segment':
      exchange(scope, event);
      return;
    case 'connecting':
    case 'packet':
    case 'opened':
    case 'failed':
    case 'closed':
      if (what.kind === 'closed' || (what.kind === 'packet' && what.flags === 'FIN')) ending(scope, event);
      else handshake(scope, what.conn);
      return;
    case 'datagram':
      question(scope, event);
      return;
    default: {
      // A report on a failure is a new letter: what it reports on is another thing.
      const fact = factOf(event);
      if (fact?.kind === 'accepted' && fact.origin !== 'smtp') return;
      const source = sourceOf(log, event);
      if (source === null) return;
      if (source.what.kind === 'segment') exchange(scope, source);
      else if (source.what.kind === 'datagram') question(scope, source);
      else if (source.what.kind === 'action') gatherAround(scope, source);
      keep(scope, source);
    }
  }
}

/** The segment, datagram, gesture or timer that an event was handled for. */
function sourceOf(log: readonly SimEvent[], event: SimEvent): SimEvent | null {
  for (const cause of causesOf(log, event)) {
    if (cause === event) continue;
    const { kind } = cause.what;
    if (kind === 'segment' || kind === 'datagram' || kind === 'action' || kind === 'timer') return cause;
  }
  return null;
}

/** A command and its reply, from either of the two; a segment that belongs to no exchange stands for itself. */
function exchange(scope: Scope, segment: SimEvent): void {
  const asked = askedBy(scope, segment);
  keep(scope, segment);
  keep(scope, asked);
  const typed = causeOf(scope.log, asked);
  if (typed?.what.kind === 'action') {
    keep(scope, typed);
    for (const effect of effectsOf(scope.log, scope.count, typed.id))
      if (effect.what.kind === 'printed') keep(scope, effect);
  }
  for (const arrived of effectsOf(scope.log, scope.count, asked.id)) {
    keep(scope, arrived);
    if (arrived.what.kind === 'arrived') handled(scope, arrived, arrived.what.conn);
  }
}

/** What a server's segment answers. */
function askedBy({ log }: Scope, segment: SimEvent): SimEvent {
  if (segment.what.kind !== 'segment' || segment.what.side !== 'server') return segment;
  const { conn } = segment.what;
  const behind = arrivalBehind(log, segment, segment.host, 'server');
  const asked = behind?.conn === conn ? causeOf(log, behind.arrived) : null;
  return asked?.what.kind === 'segment' ? asked : segment;
}

/** What a program (and those of its host it told) did about an arrival, at once or after asking the DNS. */
function handled(scope: Scope, arrived: SimEvent, conn: ConnId): void {
  const { log, count } = scope;
  const open = [arrived];
  let event = open.shift();
  for (let visits = 0; event && visits < MOST_EVENTS; visits++) {
    for (const effect of effectsOf(log, count, event.id)) {
      const { what } = effect;
      if (what.kind === 'message' || what.kind === 'datagram' || what.kind === 'datagram-arrived')
        open.push(effect);
      else if (what.kind === 'heard' || what.kind === 'printed' || isOfExchange(effect)) keep(scope, effect);
      else if (what.kind === 'segment' && what.conn === conn && isAnswer(what.note)) answered(scope, effect);
    }
    event = open.shift();
  }
}

/** The reply, its arrival, and what was printed of it. */
function answered(scope: Scope, reply: SimEvent): void {
  const { log, count } = scope;
  keep(scope, reply);
  for (const arrived of effectsOf(log, count, reply.id)) {
    keep(scope, arrived);
    for (const effect of effectsOf(log, count, arrived.id))
      if (effect.what.kind === 'printed') keep(scope, effect);
  }
}

/** A reply, or the letter a POP3 or IMAP server sends with it. */
function isAnswer(note: object): boolean {
  const known = noteOf(note);
  if (known?.kind === 'content') return known.protocol === 'pop3' || known.protocol === 'imap';
  return known?.kind === 'reply';
}

/** Facts that are what an exchange came to; what is decided later (relayed, bounced, routed) is something else. */
function isOfExchange(event: SimEvent): boolean {
  const fact = factOf(event);
  if (fact?.kind === 'accepted') return fact.origin === 'smtp';
  return fact !== null && OF_EXCHANGE.includes(fact.kind);
}

const OF_EXCHANGE: readonly string[] = [
  'delivered',
  'login',
  'logged',
  'expunged',
  'selected',
  'flagged',
  'filed',
  'folder',
];

function question(scope: Scope, datagram: SimEvent): void {
  const arrived = causeOf(scope.log, datagram);
  const before = arrived?.what.kind === 'datagram-arrived' ? causeOf(scope.log, arrived) : null;
  const isAnswerOf = before?.what.kind === 'datagram' && sameDialogue(before, datagram);
  const asked = isAnswerOf && before ? before : datagram;
  keep(scope, asked);
  for (const heard of effectsOf(scope.log, scope.count, asked.id)) {
    keep(scope, heard);
    for (const answer of effectsOf(scope.log, scope.count, heard.id)) {
      if (answer.what.kind !== 'datagram' || !sameDialogue(asked, answer)) continue;
      keep(scope, answer);
      for (const end of effectsOf(scope.log, scope.count, answer.id)) keep(scope, end);
    }
  }
}

/** A server may ask another one before it answers: only what goes back where it came from is the answer. */
const sameDialogue = (asked: SimEvent, answer: SimEvent): boolean =>
  asked.what.kind === 'datagram' &&
  answer.what.kind === 'datagram' &&
  asked.host === answer.what.to &&
  asked.what.to === answer.host &&
  asked.what.from.port === answer.what.peer.port;

function handshake(scope: Scope, conn: ConnId): void {
  const begun = connectionsOf(scope.log, scope.count).get(conn);
  const connecting = begun ? eventById(scope.log, begun.event) : null;
  if (!connecting) return;
  keep(scope, connecting);
  for (const effect of effectsOf(scope.log, scope.count, connecting.id)) {
    if (connOf(effect) !== conn) continue;
    keep(scope, effect);
    if (effect.what.kind !== 'opened') continue;
    for (const next of effectsOf(scope.log, scope.count, effect.id))
      if (next.what.kind === 'opened' && next.what.conn === conn) keep(scope, next);
  }
}

/** One side's close, the FIN, the other side's. */
function ending(scope: Scope, event: SimEvent): void {
  const conn = connOf(event);
  const cause = causeOf(scope.log, event);
  const fin = cause && isEnding(cause, conn) ? cause : event;
  keep(scope, fin);
  const why = causeOf(scope.log, fin);
  for (const from of why ? [why, fin] : [fin])
    for (const effect of effectsOf(scope.log, scope.count, from.id))
      if (isEnding(effect, conn)) {
        keep(scope, effect);
        for (const heard of effectsOf(scope.log, scope.count, effect.id))
          if (isEnding(heard, conn)) keep(scope, heard);
      }
}

const isEnding = ({ what }: SimEvent, conn: ConnId | null): boolean =>
  (what.kind === 'closed' || (what.kind === 'packet' && what.flags === 'FIN')) && what.conn === conn;

function summed(scope: Scope): Related {
  const events = [...scope.events.values()].sort((a, b) => a.id - b.id);
  const hosts = new Set<HostId>();
  const conns = new Set<ConnId>();
  const letters = new Map<string, { letter: LetterKey; hop: number | null }>();
  for (const event of events) {
    if (event.host !== '') hosts.add(event.host);
    const { what } = event;
    if ((what.kind === 'segment' || what.kind === 'datagram' || what.kind === 'packet') && what.to)
      hosts.add(what.to);
    const conn = connOf(event);
    if (conn !== null) conns.add(conn);
    const about = letterOf(scope, event);
    if (about) letters.set(`${about.letter} ${about.hop}`, about);
  }
  return {
    events: events.map(({ id }) => id),
    letters: mostExact([...letters.values()]),
    hosts: [...hosts],
    conns: [...conns],
  };
}

/** Where the hop is known, the mention of the letter as a whole adds nothing. */
const mostExact = (letters: readonly { letter: LetterKey; hop: number | null }[]) =>
  letters.filter(
    ({ letter, hop }) =>
      hop !== null || !letters.some((other) => other.letter === letter && other.hop !== null),
  );

/** A fact is about the hop of its own host; a content segment about the letter, whichever hop comes of it. */
function letterOf(
  { log, count }: Scope,
  event: SimEvent,
): { readonly letter: LetterKey; readonly hop: number | null } | null {
  const fact = factOf(event);
  if (fact && 'queueId' in fact) {
    const found = letterAt(log, count, event.host, fact.queueId);
    return found && { letter: found.letter.key, hop: found.hop.index };
  }
  const carried = letterOnWire(lettersState(log, count), event);
  return carried && { letter: carried.letter, hop: null };
}
