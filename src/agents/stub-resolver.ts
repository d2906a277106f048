/**
 * The resolver library of a host (RFC 1123 §6.1.3.1): programs keep a `StubState` in their own state, ask it questions
 * and hand it the datagrams, timers and connections that belong to it. It asks the servers in turn, over TCP what does
 * not fit in a datagram, and caches nothing.
 */
import { edited } from '../base/draft.ts';
import { knownAnswer, sameQuestion } from '../dns/known.ts';
import { addressFamily, parseName } from '../dns/names.ts';
import { followAliases } from '../dns/chain.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import { cutStream, frameMessage } from '../dns/stream.ts';
import type { Answer, DnsMessage, KnownAnswers, Lookup, Question } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import { NO_OCTETS, type Octets } from '../base/octets.ts';
import type { ConnId, ProgramEffect, ProgramInput } from '../sim/types.ts';
import { DNS_PORT } from './dns-sessions.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';

export interface ResolverConfig {
  /** Addresses of recursive name servers, as in `resolv.conf`. */
  readonly servers: readonly string[];
  /** Tried for names without a dot. */
  readonly search: string;
  /** `/etc/hosts`: name → address. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Address types worth asking for, the preferred first: those of families this host has itself (RFC 6724). */
  readonly types: readonly ('AAAA' | 'A')[];
}

interface Pending {
  /** Id of the query, 16 bits. */
  readonly id: number;
  readonly question: Question;
  /** Queries sent so far. */
  readonly sent: number;
  /** The connection to ask on, once a datagram said TC; its `conn` is null while it is being opened. */
  readonly stream: { readonly conn: ConnId | null; readonly rest: Octets } | null;
}

export interface StubState {
  readonly config: ResolverConfig;
  /** Local UDP port. */
  readonly port: number;
  readonly nextId: number;
  readonly pending: readonly Pending[];
}

const stubWith = (stub: StubState, changes: Partial<StubState>): StubState =>
  edited<StubState>(
    {
      config: stub.config,
      port: stub.port,
      nextId: stub.nextId,
      pending: stub.pending,
    },
    changes,
  );

/** glibc's defaults: 5 seconds, two rounds over the servers. */
const TIMEOUT_MS = 5000;
const ROUNDS = 2;

export const stubState = (config: ResolverConfig, port: number): StubState => ({
  config,
  port,
  nextId: 1,
  pending: [],
});

/** Sends a query for each question that is not on its way yet. Without servers the caller hears `unavailable` at once by its timer. */
export function askDns(stub: StubState, questions: readonly Question[], effects: ProgramEffect[]): StubState {
  let next = stub;
  for (const question of questions) {
    if (next.pending.some((pending) => sameQuestion(pending.question, question))) continue;
    const id = next.nextId;
    next = send(
      stubWith(next, { nextId: id === 65535 ? 1 : id + 1 }),
      { id, question, sent: 0, stream: null },
      effects,
    );
  }
  return next;
}

function send(stub: StubState, pending: Pending, effects: ProgramEffect[]): StubState {
  const { id } = pending;
  const server = serverOf(stub, pending.sent);
  effects.push({ kind: 'timer', name: nameOf(pending), after: server === undefined ? 0 : TIMEOUT_MS });
  if (server !== undefined) {
    const message = queryOf(pending);
    effects.push({
      kind: 'datagram',
      from: stub.port,
      to: { address: server, port: DNS_PORT },
      octets: encodeMessage(message),
      note: noteOfMessage(message),
    });
  }
  return stubWith(stub, {
    pending: withEntry(stub.pending, {
      id,
      question: pending.question,
      sent: pending.sent + 1,
      stream: null,
    }),
  });
}

/** The server whose turn it is after so many queries. */
const serverOf = ({ config: { servers } }: StubState, sent: number): string | undefined =>
  servers[sent % Math.max(1, servers.length)];

/** Name of the timer of a question, and of its connection. */
const nameOf = ({ id }: Pending): string => `dns:${id}`;

const queryOf = ({ id, question }: Pending): DnsMessage => ({
  id,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question,
  answers: [],
  authority: [],
  additional: [],
});

/** Hears a datagram on the stub's port; the answer when it settles a pending question. */
export function hearDns(
  stub: StubState,
  octets: Octets,
  effects: ProgramEffect[],
): readonly [StubState, Answer | null] {
  const message = decodeMessage(octets);
  const pending = message?.response ? entryOf(stub.pending, message.id) : undefined;
  if (!message || !pending || !sameQuestion(message.question, pending.question)) return [stub, null];
  if (!message.truncated) return settled(stub, pending, message, effects);
  // RFC 7766 §5: what came of it is not used (RFC 2181 §9), the whole is asked for over TCP.
  const server = serverOf(stub, pending.sent - 1);
  if (pending.stream || server === undefined) return [stub, null];
  const to = { address: server, port: DNS_PORT };
  effects.push({ kind: 'connect', handle: nameOf(pending), to, timeoutMs: TIMEOUT_MS });
  effects.push({ kind: 'timer', name: nameOf(pending), after: TIMEOUT_MS });
  return [withStream(stub, pending, { conn: null, rest: NO_OCTETS }), null];
}

const withStream = (stub: StubState, pending: Pending, stream: Pending['stream']): StubState => {
  const { id, question, sent } = pending;
  return stubWith(stub, { pending: withEntry(stub.pending, { id, question, sent, stream }) });
};

function settled(
  stub: StubState,
  pending: Pending,
  message: DnsMessage,
  effects: ProgramEffect[],
): readonly [StubState, Answer] {
  effects.push({ kind: 'timer', name: nameOf(pending), after: null });
  const rcode = message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN' ? message.rcode : 'unavailable';
  return [
    stubWith(stub, { pending: withoutEntry(stub.pending, pending.id) }),
    { question: pending.question, rcode, records: message.answers },
  ];
}

/**
 * What happens on the connections that {@link hearDns} opened, their handles `dns:ID`; null for what is not the stub's.
 * One that fails leaves it to the timer to ask again.
 */
export function hearDnsConnection(
  stub: StubState,
  input: ProgramInput,
  effects: ProgramEffect[],
): readonly [StubState, Answer | null] | null {
  switch (input.kind) {
    case 'opened': {
      const pending = connectingAs(stub, input.handle);
      // Nobody waits for it any more, but it was ours.
      if (!pending && input.handle?.startsWith('dns:')) effects.push({ kind: 'close', conn: input.conn });
      if (!pending) return input.handle?.startsWith('dns:') ? [stub, null] : null;
      const message = queryOf(pending);
      const octets = frameMessage(encodeMessage(message));
      effects.push({ kind: 'send', conn: input.conn, octets, note: noteOfMessage(message) });
      return [withStream(stub, pending, { conn: input.conn, rest: NO_OCTETS }), null];
    }
    case 'failed':
      return input.handle.startsWith('dns:') ? [stub, null] : null;
    case 'octets': {
      const pending = pendingOn(stub, input.conn);
      if (!pending?.stream) return null;
      const { messages, rest } = cutStream((pending.stream.rest + input.octets) as Octets);
      const message = answerIn(messages, pending.id);
      if (!message) return [withStream(stub, pending, { conn: input.conn, rest }), null];
      effects.push({ kind: 'close', conn: input.conn });
      return settled(stub, pending, message, effects);
    }
    case 'closed':
      return pendingOn(stub, input.conn) ? [stub, null] : null;
    default:
      return null;
  }
}

const connectingAs = (stub: StubState, handle: string | null): Pending | undefined =>
  stub.pending.find((one) => one.stream?.conn === null && nameOf(one) === handle);

const pendingOn = ({ pending }: StubState, conn: ConnId): Pending | undefined =>
  pending.length === 0 ? undefined : pending.find(({ stream }) => stream?.conn === conn);

const answerIn = (messages: readonly Octets[], id: number): DnsMessage | null | undefined =>
  messages.map(decodeMessage).find((one) => one?.response && one.id === id);

/** A timer named `dns:ID` ran out: asks again, or gives up with `unavailable`. */
export function dnsTimer(
  stub: StubState,
  name: string,
  effects: ProgramEffect[],
): readonly [StubState, Answer | null] {
  const id = Number(name.slice(4));
  const pending = name.startsWith('dns:') ? entryOf(stub.pending, id) : undefined;
  if (!pending) return [stub, null];
  if (pending.stream) {
    const { conn } = pending.stream;
    effects.push(conn === null ? { kind: 'cancel', handle: nameOf(pending) } : { kind: 'close', conn });
  }
  if (pending.sent < ROUNDS * stub.config.servers.length) return [send(stub, pending, effects), null];
  return [
    stubWith(stub, { pending: withoutEntry(stub.pending, id) }),
    { question: pending.question, rcode: 'unavailable', records: [] },
  ];
}

export type HostLookup =
  | { readonly kind: 'found'; readonly name: string; readonly addresses: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: 'notFound' | 'temporary' };

/** A host's addresses, as getaddrinfo finds them: literal, hosts file, then DNS for each family this host has. */
export function lookUpHost(config: ResolverConfig, host: string, known: KnownAnswers): Lookup<HostLookup> {
  if (addressFamily(host) !== null) return { done: { kind: 'found', name: host, addresses: [host] } };
  const typed = parseName(host);
  if (typed === null || typed === '') return { done: { kind: 'unknown', why: 'notFound' } };
  const names = typed.includes('.') || config.search === '' ? [typed] : [`${typed}.${config.search}`, typed];
  let temporary = false;
  for (const name of names) {
    const fixed = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
    if (fixed !== undefined) return { done: { kind: 'found', name, addresses: [fixed] } };
    const questions = config.types.map((type): Question => ({ name, type }));
    const need = questions.filter((question) => knownAnswer(known, question) === undefined);
    if (need.length > 0) return { need };
    const answers = questions.map((question) => knownAnswer(known, question)!);
    const addresses = answers.flatMap(({ question, records }) =>
      followAliases(question, records).records.flatMap(({ data }) =>
        data.type === 'A' || data.type === 'AAAA' ? [data.address] : [],
      ),
    );
    if (addresses.length > 0) return { done: { kind: 'found', name, addresses } };
    if (answers.some(({ rcode }) => rcode === 'unavailable')) temporary = true;
  }
  return { done: { kind: 'unknown', why: temporary ? 'temporary' : 'notFound' } };
}
