/** Every connection as a conversation: who, which protocol, which state, what was said and answered. */
import type { Fact } from '../agents/facts.ts';
import type { Millis } from '../base/time.ts';
import type { BodyNote, ReplyNote } from '../protocol/note.ts';
import { qmtpMove } from '../protocol/qmtp/commands.ts';
import type { Address, ConnectFailure, ConnId, EventId, HostId, ProgramId, SimEvent } from '../sim/types.ts';
import { arrivalBehind } from './log.ts';
import { type Fold, project, remembered } from './project.ts';
import { factOf, KNOWN_PORTS, noteOf, noteProtocol, type Protocol, portProtocol } from './wire.ts';

/** A command and its reply, as the server's note has them. */
export interface Exchange extends Omit<ReplyNote, 'kind' | 'protocol'> {
  /** The segment event of the reply. */
  readonly id: EventId;
  readonly at: Millis;
  /** Not what the client heard: somebody on the way changed it. */
  readonly altered: boolean;
}

/** `power`: a host was switched off, and no peer was told. */
export type ClosedWhy = 'local' | 'fin' | 'reset' | 'timeout' | 'power';

export interface Session {
  readonly conn: ConnId;
  readonly protocol: Protocol;
  readonly client: HostId;
  readonly clientProgram: ProgramId;
  /** null when no host has the address asked for. */
  readonly server: HostId | null;
  /** null until the server's end is open. */
  readonly serverProgram: ProgramId | null;
  /** Address and port asked for. */
  readonly peer: Address;
  readonly event: EventId;
  readonly startedAt: Millis;
  /** `connecting` until the client has it, `closed` when the first side has closed. */
  readonly phase: 'connecting' | 'open' | 'closed' | 'failed';
  readonly failedWhy: ConnectFailure | null;
  readonly closedWhy: ClosedWhy | null;
  /** Host that closed, or where the connection broke. */
  readonly closedBy: HostId | null;
  readonly endedAt: Millis | null;
  /** The server machine's state, a name of its protocol's table; empty before the greeting. */
  readonly state: string;
  readonly exchanges: readonly Exchange[];
  /** Argument of the HELO, EHLO or LHLO that was accepted; empty before. */
  readonly helo: string;
  /** Envelope of the transaction under way; `reversePath` null: no MAIL yet (`''` is the null reverse-path). */
  readonly reversePath: string | null;
  readonly forwardPaths: readonly string[];
  /** Lines of mail data heard in the transaction under way, or in the last one. */
  readonly dataLines: number;
  /** Name given with USER or APOP, or whose mailbox was opened in another way; empty before. */
  readonly user: string;
  readonly loggedIn: boolean;
  /** IMAP: the folder that is selected, as on the wire; empty: none. */
  readonly folder: string;
  /** It was opened with EXAMINE. */
  readonly readOnly: boolean;
  /** TLS version and cipher suite that were agreed on, in OpenSSL's words; empty: in clear. */
  readonly tls: string;
}

type Facts = Omit<Session, 'exchanges'>;

/** Immutable but for `exchanges`, which is shared with later states and only ever grows past `said`. */
interface Track {
  readonly facts: Facts;
  readonly exchanges: Exchange[];
  readonly said: number;
  readonly fetched: FetchedData;
  shown: Session | null;
}

/** Letters an IMAP server has sent before the reply to FETCH: data of that reply. Of many the first are shown. */
interface FetchedData {
  readonly count: number;
  readonly lines: readonly string[];
}

const NO_FETCHED: FetchedData = { count: 0, lines: [] };
const MOST_FETCHED = 8;

type State = Map<ConnId, Track>;

export const SESSIONS: Fold<State> = {
  start: () => new Map(),
  copy: (state) => new Map(state),
  step,
};

function step(state: State, event: SimEvent, log: readonly SimEvent[]): void {
  const { what, at } = event;
  switch (what.kind) {
    case 'connecting':
      begin(state, event, what);
      return;
    case 'opened':
      if (what.side === 'client') change(state, what.conn, { phase: 'open' });
      else change(state, what.conn, { serverProgram: what.program, ...ungreeted(state, what.conn) });
      return;
    case 'failed':
      change(state, what.conn, { phase: 'failed', failedWhy: what.why, endedAt: at });
      return;
    case 'closed': {
      const track = state.get(what.conn);
      if (track && track.facts.endedAt === null) end(state, track, what.why, event);
      return;
    }
    case 'power':
      // Nobody is told: only who watches the log knows that these connections are dead.
      if (!what.up) for (const track of state.values()) loseAt(state, track, event);
      return;
    case 'heard': {
      const note = noteOf(what.note);
      if (note?.kind === 'body') hearBody(state, what.conn, note);
      return;
    }
    case 'fact': {
      const fact = factOf(event);
      if (fact?.kind === 'selected' || fact?.kind === 'login') hearStore(state, event, fact, log);
      return;
    }
    case 'segment': {
      const note = noteOf(what.note);
      if (note?.kind === 'reply') hearReply(state, what.conn, note, event);
      else if (note?.kind === 'content' && note.protocol === 'imap' && what.side === 'server')
        hearLetter(state, what.conn, note.text);
      else if (note) {
        const protocol = noteProtocol(note);
        // What secures a conversation is not what it is held in.
        if (protocol && protocol !== 'tls' && state.get(what.conn)?.facts.protocol === 'other')
          change(state, what.conn, { protocol });
        if (note.kind === 'tls' && note.cipher !== '')
          change(state, what.conn, { tls: `${note.version} ${note.cipher}` });
      }
      return;
    }
  }
}

function begin(state: State, event: SimEvent, what: Extract<SimEvent['what'], { kind: 'connecting' }>): void {
  const facts: Facts = {
    conn: what.conn,
    protocol: portProtocol(KNOWN_PORTS, what.peer.port),
    client: event.host,
    clientProgram: what.program,
    server: what.to,
    serverProgram: null,
    peer: what.peer,
    event: event.id,
    startedAt: event.at,
    phase: 'connecting',
    failedWhy: null,
    closedWhy: null,
    closedBy: null,
    endedAt: null,
    state: '',
    helo: '',
    reversePath: null,
    forwardPaths: [],
    dataLines: 0,
    user: '',
    loggedIn: false,
    folder: '',
    readOnly: false,
    tls: '',
  };
  state.set(what.conn, { facts, exchanges: [], said: 0, fetched: NO_FETCHED, shown: null });
}

/** Where a server waits that says nothing first. */
function ungreeted(state: State, conn: ConnId): Partial<Facts> {
  const silent = state.get(conn)?.facts.protocol === 'qmtp';
  return silent ? { state: qmtpMove('CONNECT', 'closed') } : {};
}

function change(state: State, conn: ConnId, news: Partial<Facts>): void {
  const track = state.get(conn);
  if (track) state.set(conn, { ...track, facts: { ...track.facts, ...news }, shown: null });
}

const end = (state: State, { facts }: Track, closedWhy: ClosedWhy, { at, host }: SimEvent): void =>
  change(state, facts.conn, { phase: 'closed', closedWhy, closedBy: host, endedAt: at });

function loseAt(state: State, track: Track, event: SimEvent): void {
  const { client, server, endedAt } = track.facts;
  if (endedAt === null && (client === event.host || server === event.host)) end(state, track, 'power', event);
}

function hearBody(state: State, conn: ConnId, note: BodyNote): void {
  const before = state.get(conn)?.facts.dataLines ?? 0;
  const moved = note.state === undefined ? {} : { state: note.state };
  change(state, conn, { dataLines: before + note.lines, ...moved });
}

/** Whose mailbox a session opened is said by the store, on behalf of what the session heard. */
function hearStore(
  state: State,
  event: SimEvent,
  fact: Extract<Fact, { kind: 'login' | 'selected' }>,
  log: readonly SimEvent[],
): void {
  const conn = arrivalBehind(log, event, event.host, 'server')?.conn;
  if (conn === undefined) return;
  if (fact.kind === 'selected') change(state, conn, { folder: fact.folder, readOnly: fact.readOnly });
  // USER and APOP have given a name already, as they spelt it.
  else if (fact.ok && (fact.protocol === 'imap' || state.get(conn)?.facts.user === ''))
    change(state, conn, { user: fact.mailbox, loggedIn: true });
}

function hearReply(state: State, conn: ConnId, note: ReplyNote, { id, at, what }: SimEvent): void {
  const track = state.get(conn);
  if (!track) return;
  const { kind: _, protocol, ...rest } = note;
  const { said } = track;
  // Somebody went on from this point before (a rewind, a fork): that array is theirs.
  const exchanges = track.exchanges.length === said ? track.exchanges : track.exchanges.slice(0, said);
  const altered = what.kind === 'segment' && what.altered !== undefined;
  exchanges.push({ ...rest, ...withFetched(note, track.fetched), id, at, altered });
  const facts = { ...track.facts, protocol, state: note.state, ...meaning(track.facts, note) };
  state.set(conn, { facts, exchanges, said: said + 1, fetched: NO_FETCHED, shown: null });
}

function hearLetter(state: State, conn: ConnId, line: string): void {
  const track = state.get(conn);
  if (!track) return;
  const { count, lines } = track.fetched;
  const kept = count < MOST_FETCHED ? [...lines, line] : lines;
  state.set(conn, { ...track, fetched: { count: count + 1, lines: kept }, shown: null });
}

function withFetched(note: ReplyNote, { count, lines }: FetchedData): Pick<ReplyNote, 'lines' | 'data'> {
  if (count === 0) return { lines: note.lines };
  return { lines: note.lines + count, data: [...lines, ...(note.data ?? [])] };
}

/**
 * What a reply changes: RFC 5321 §4.1.4 for the order of commands, RFC 1939 §7 for USER and PASS, RFC 3501 §3.3 for the
 * selected mailbox.
 */
function meaning(before: Facts, note: ReplyNote): Partial<Facts> {
  if (note.protocol === 'imap') return note.state === 'selected' ? {} : { folder: '', readOnly: false };
  const noEnvelope = { reversePath: null, forwardPaths: [] };
  // One reply to the final dot, whatever it says, ends the transaction; LMTP sends one for each recipient.
  if (note.verb === 'END-OF-DATA') return noEnvelope;
  if (note.code === '354') return { dataLines: 0 };
  if (note.code[0] !== '2' && note.code !== '+OK') return {};
  switch (note.verb) {
    case 'HELO':
    case 'EHLO':
    case 'LHLO':
      return { helo: note.argument, ...noEnvelope };
    case 'MAIL':
      return { reversePath: note.argument, forwardPaths: [] };
    case 'RCPT':
      return { forwardPaths: [...before.forwardPaths, note.argument] };
    case 'RSET':
      return noEnvelope;
    case 'USER':
      return { user: note.argument };
    case 'AUTH':
      return note.code === '235' || note.state === 'transaction' ? { loggedIn: true } : {};
    case 'APOP':
      return note.state === 'transaction' ? { user: note.argument.split(' ', 1)[0]!, loggedIn: true } : {};
    case 'PASS':
      return note.state === 'transaction' ? { loggedIn: true } : {};
    default:
      return {};
  }
}

function shownSession(track: Track): Session {
  track.shown ??= { ...track.facts, exchanges: track.exchanges.slice(0, track.said) };
  return track.shown;
}

/** Connections begun in the first `count` events, oldest first. Unchanged ones keep their identity. */
export const sessions = remembered((log: readonly SimEvent[], count: number): readonly Session[] =>
  [...project(SESSIONS, log, count).values()].map(shownSession),
);

export function sessionOf(log: readonly SimEvent[], count: number, conn: ConnId): Session | null {
  const track = project(SESSIONS, log, count).get(conn);
  return track ? shownSession(track) : null;
}
