/**
 * The TCP side of a server on port 53 (RFC 1035 §4.2.2, RFC 7766): connections, each with the queries that came on it
 * so far. Several queries may follow each other on one connection; one that says nothing is closed.
 */
import type { Millis } from '../base/time.ts';
import { NO_OCTETS, type Octets } from '../base/octets.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import { cutStream, frameMessage } from '../dns/stream.ts';
import type { DnsMessage } from '../dns/types.ts';
import { complaintAbout, decodeMessage, fitMessage, MAX_UDP_OCTETS, questionOctets } from '../dns/wire.ts';
import { FLAGS, HEADER_OCTETS } from '../dns/wire-codes.ts';
import type { Address, ConnId, ProgramEffect, ProgramInput } from '../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';

export const DNS_PORT = 53;

/** BIND's `tcp-clients` and `tcp-idle-timeout`. */
const MAX_SESSIONS = 150;
const IDLE_MS: Millis = 30_000;

/** What of a query comes back as it was. */
export interface Spelling {
  /** The question's octets, the letters of its name as they were typed. */
  readonly question: Octets;
  /** CD (RFC 4035 §3.2.2). */
  readonly checkingDisabled: boolean;
}

/** Who asked, and how the answer goes back. */
export interface Client {
  readonly way: Way;
  readonly spelling: Spelling;
}

export type Way =
  | { readonly kind: 'udp'; readonly peer: Address }
  | { readonly kind: 'tcp'; readonly conn: ConnId };

export interface DnsSession {
  readonly id: ConnId;
  /** The beginning of a query that is not whole yet. */
  readonly rest: Octets;
}

export type DnsSessions = readonly DnsSession[];

export interface Query {
  readonly client: Client;
  readonly message: DnsMessage;
}

/** Queries in what came in, and the sessions after it. */
export interface Queries {
  readonly sessions: DnsSessions;
  readonly queries: readonly Query[];
}

const NOTHING: readonly Query[] = [];

export const listenOnDns = (effects: ProgramEffect[]): void => {
  effects.push({ kind: 'listen', protocol: 'udp', port: DNS_PORT });
  effects.push({ kind: 'listen', protocol: 'tcp', port: DNS_PORT });
};

/** Hears whatever is for a server: datagrams to port 53, and connections it accepted. Anything else has no queries. */
export function hearQueries(sessions: DnsSessions, input: ProgramInput, effects: ProgramEffect[]): Queries {
  switch (input.kind) {
    case 'datagram': {
      if (input.local.port !== DNS_PORT) return { sessions, queries: NOTHING };
      const query = readQuery({ kind: 'udp', peer: input.peer }, input.octets, effects);
      return { sessions, queries: query ? [query] : NOTHING };
    }
    case 'opened':
      if (input.handle !== null) return { sessions, queries: NOTHING };
      return { sessions: openSession(sessions, input.conn, effects), queries: NOTHING };
    case 'octets':
      return hearOctets(sessions, input.conn, input.octets, effects);
    case 'closed':
      return { sessions: withoutEntry(sessions, input.conn), queries: NOTHING };
    case 'conn-timer':
      if (!entryOf(sessions, input.conn)) return { sessions, queries: NOTHING };
      effects.push({ kind: 'close', conn: input.conn });
      return { sessions: withoutEntry(sessions, input.conn), queries: NOTHING };
    default:
      return { sessions, queries: NOTHING };
  }
}

function openSession(sessions: DnsSessions, conn: ConnId, effects: ProgramEffect[]): DnsSessions {
  if (sessions.length >= MAX_SESSIONS) {
    effects.push({ kind: 'close', conn });
    return sessions;
  }
  effects.push({ kind: 'conn-timer', conn, name: 'idle', after: IDLE_MS });
  return withEntry(sessions, { id: conn, rest: NO_OCTETS });
}

function hearOctets(sessions: DnsSessions, conn: ConnId, octets: Octets, effects: ProgramEffect[]): Queries {
  const session = entryOf(sessions, conn);
  if (!session) return { sessions, queries: NOTHING };
  effects.push({ kind: 'conn-timer', conn, name: 'idle', after: IDLE_MS });
  const { messages, rest } = cutStream((session.rest + octets) as Octets);
  const queries = messages.flatMap((message) => readQuery({ kind: 'tcp', conn }, message, effects) ?? []);
  return { sessions: withEntry(sessions, { id: conn, rest }), queries };
}

/** The query in these octets; what is none gets a FORMERR or NOTIMP at once, or silence. */
function readQuery(way: Way, octets: Octets, effects: ProgramEffect[]): Query | null {
  const message = decodeMessage(octets);
  if (message) {
    if (message.response) return null;
    const checkingDisabled = (octets.charCodeAt(3) & FLAGS.cd) !== 0;
    return { client: { way, spelling: { question: questionOctets(octets), checkingDisabled } }, message };
  }
  const complaint = complaintAbout(octets);
  if (complaint) sendTo(way, complaint, {}, effects);
  return null;
}

/** Sends an answer the way its query came: cut to 512 octets in a datagram (RFC 1035 §4.2.1), whole on a connection. */
export function answerTo({ way, spelling }: Client, answer: DnsMessage, effects: ProgramEffect[]): void {
  const fitted = way.kind === 'udp' ? fitMessage(answer, MAX_UDP_OCTETS) : fitMessage(answer);
  sendTo(way, spelled(fitted.octets, spelling), noteOfMessage(fitted.message), effects);
}

/** With the question as the client wrote it, so that it knows its own again; and CD as it was. */
function spelled(octets: Octets, { question, checkingDisabled }: Spelling): Octets {
  // Most clients write small letters, as the answer does.
  if (!checkingDisabled && octets.startsWith(question, HEADER_OCTETS)) return octets;
  const flags = String.fromCharCode(octets.charCodeAt(3) | (checkingDisabled ? FLAGS.cd : 0));
  const rest = HEADER_OCTETS + question.length;
  return (octets.slice(0, 3) +
    flags +
    octets.slice(4, HEADER_OCTETS) +
    question +
    octets.slice(rest)) as Octets;
}

function sendTo(way: Way, octets: Octets, note: object, effects: ProgramEffect[]): void {
  if (way.kind === 'udp') effects.push({ kind: 'datagram', from: DNS_PORT, to: way.peer, octets, note });
  else effects.push({ kind: 'send', conn: way.conn, octets: frameMessage(octets), note });
}
