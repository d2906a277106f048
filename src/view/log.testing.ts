/** Event logs made by hand for tests, with causes as the kernel sets them. */
import type { Fact } from '../agents/facts.ts';
import type { Stage, StageHost } from '../agents/stage.ts';
import { type Octets, octets } from '../base/octets.ts';
import type { ContentNote, DnsNote, Note, ProtocolName, ReplyNote } from '../protocol/note.ts';
import type {
  Action,
  ConnId,
  EventId,
  HostId,
  PrintStyle,
  ProgramId,
  Side,
  SimEvent,
  What,
} from '../sim/types.ts';

export const LATENCY_MS = 20;

interface Ends {
  readonly client: ProgramId;
  readonly server: ProgramId;
}

export interface LogBuilder {
  readonly log: SimEvent[];
  now: number;
  readonly conns: Map<ConnId, Ends>;
}

export const logBuilder = (): LogBuilder => ({ log: [], now: 0, conns: new Map() });

const hostOf = (program: ProgramId): HostId => program.slice(0, program.indexOf('/'));

export function emit(b: LogBuilder, host: HostId, what: What, cause = -1): EventId {
  const id = b.log.length;
  b.log.push({ id, cause: cause < 0 ? id : cause, at: b.now, host, what });
  return id;
}

export const act = (b: LogBuilder, action: Action): EventId =>
  emit(
    b,
    action.kind === 'input' ? hostOf(action.program) : action.kind === 'power' ? action.host : '',
    { kind: 'action', action },
    -1,
  );

export const typeLine = (b: LogBuilder, host: HostId, text: string): EventId =>
  act(b, { kind: 'input', program: `${host}/shell`, input: { kind: 'line', text } });

export const record = (b: LogBuilder, program: ProgramId, fact: Fact, cause: EventId): EventId =>
  emit(b, hostOf(program), { kind: 'fact', program, fact }, cause);

export const print = (
  b: LogBuilder,
  host: HostId,
  text: string,
  style: PrintStyle,
  cause: EventId,
): EventId => emit(b, host, { kind: 'printed', program: `${host}/shell`, text, style }, cause);

const addressOf = (host: HostId, port: number) => ({ address: `192.0.2.${host.length}`, port });

/** Handshake from SYN to both ends open; returns the connection and the `opened` events. */
export function connect(b: LogBuilder, client: ProgramId, server: ProgramId, port: number, cause: EventId) {
  const conn = 100 + b.conns.size;
  const [from, to] = [hostOf(client), hostOf(server)];
  const [local, peer] = [addressOf(from, 40000 + conn), addressOf(to, port)];
  b.conns.set(conn, { client, server });
  const connecting = emit(
    b,
    from,
    { kind: 'connecting', conn, program: client, to, from: local, peer },
    cause,
  );
  const packet = (host: HostId, other: HostId, flags: 'SYN' | 'SYN-ACK') => {
    emit(b, host, { kind: 'packet', conn, flags, to: other, arrivesAt: b.now + LATENCY_MS }, connecting);
    b.now += LATENCY_MS;
  };
  packet(from, to, 'SYN');
  packet(to, from, 'SYN-ACK');
  const opened = emit(
    b,
    from,
    { kind: 'opened', conn, side: 'client', program: client, local, peer },
    connecting,
  );
  b.now += LATENCY_MS;
  const accepted = emit(
    b,
    to,
    { kind: 'opened', conn, side: 'server', program: server, local: peer, peer: local },
    opened,
  );
  return { conn, connecting, opened, accepted };
}

/** One segment and, a link's latency later, its arrival. Returns both ids. */
export function send(b: LogBuilder, conn: ConnId, side: Side, text: string, note: object, cause: EventId) {
  const ends = b.conns.get(conn)!;
  const far: Side = side === 'client' ? 'server' : 'client';
  const [host, to] = [hostOf(ends[side]), hostOf(ends[far])];
  const arrivesAt = b.now + LATENCY_MS;
  const what: What = { kind: 'segment', conn, side, to, octets: octets(text), note, arrivesAt, resent: 0 };
  const segment = emit(b, host, what, cause);
  b.now = arrivesAt;
  const arrived = emit(b, to, { kind: 'arrived', conn, side: far, program: ends[far] }, segment);
  return { segment, arrived };
}

export function close(b: LogBuilder, conn: ConnId, side: Side, cause: EventId): void {
  const ends = b.conns.get(conn)!;
  const far: Side = side === 'client' ? 'server' : 'client';
  const [host, to] = [hostOf(ends[side]), hostOf(ends[far])];
  emit(b, host, { kind: 'closed', conn, side, program: ends[side], why: 'local' }, cause);
  const arrivesAt = b.now + LATENCY_MS;
  const fin = emit(b, host, { kind: 'packet', conn, flags: 'FIN', to, arrivesAt }, cause);
  b.now = arrivesAt;
  emit(b, to, { kind: 'closed', conn, side: far, program: ends[far], why: 'fin' }, fin);
}

export const typed = (text: string): Note => ({ kind: 'typed', text, eol: 'crlf' });

export const command = (line: string, protocol: ProtocolName = 'smtp'): Note => ({
  kind: 'command',
  protocol,
  verb: line.split(/[ :]/)[0]!.toUpperCase(),
  line,
  clause: '',
});

/** `line` answered with `answer` (`250 2.1.5 Ok`); `state` after it, `argument` what the machine read in the line. */
export function reply(
  answer: string,
  about: Partial<ReplyNote> & { readonly line?: string } = {},
): ReplyNote {
  const [, code = '', , enhanced = '', text = ''] =
    /^(\S+)( (\d\.\d\.\d))?(?: ?(.*))$/.exec(answer)?.map((part) => part ?? '') ?? [];
  const line = about.line ?? '';
  return {
    kind: 'reply',
    protocol: 'smtp',
    verb: line === '' ? 'CONNECT' : line.split(/[ :]/)[0]!.toUpperCase(),
    line,
    eol: 'crlf',
    argument: /<(.*)>/.exec(line)?.[1] ?? line.split(' ')[1] ?? '',
    code,
    enhanced,
    text,
    lines: 1,
    stateBefore: '',
    state: '',
    clause: '',
    ...about,
  };
}

export const content = (
  octetCount: number,
  letter: string,
  protocol: ProtocolName = 'smtp',
): ContentNote => ({
  kind: 'content',
  protocol,
  octets: octetCount,
  letter,
  text: '',
});

export const dns = (
  name: string,
  rrtype: string,
  answers: readonly string[] | null,
  rcode = 'NOERROR',
): DnsNote => ({
  kind: 'dns',
  response: answers !== null,
  name,
  rrtype,
  rcode: answers === null ? '' : rcode,
  authoritative: answers !== null,
  answers: answers ?? [],
});

/** A question and its answer; returns the events of both ways. */
export function ask(
  b: LogBuilder,
  from: ProgramId,
  to: ProgramId,
  question: DnsNote,
  answer: DnsNote,
  cause: EventId,
) {
  const [here, there] = [hostOf(from), hostOf(to)];
  const [local, peer] = [addressOf(here, 5353), addressOf(there, 53)];
  const one = (host: HostId, other: ProgramId, note: DnsNote, why: EventId, out: boolean) => {
    const arrivesAt = b.now + LATENCY_MS;
    const what: What = {
      kind: 'datagram',
      from: out ? local : peer,
      peer: out ? peer : local,
      to: hostOf(other),
      octets: octets('?'),
      note,
      arrivesAt,
    };
    const sent = emit(b, host, what, why);
    b.now = arrivesAt;
    return { sent, arrived: emit(b, hostOf(other), { kind: 'datagram-arrived', program: other }, sent) };
  };
  const query = one(here, to, question, cause, true);
  const response = one(there, from, answer, query.arrived, false);
  return { query: query.sent, heard: query.arrived, response: response.sent, arrived: response.arrived };
}

export const accepted = (
  queueId: string,
  text: string,
  trace: string,
  more: Partial<Extract<Fact, { kind: 'accepted' }>> = {},
): Extract<Fact, { kind: 'accepted' }> => ({
  kind: 'accepted',
  queueId,
  envelope: { reversePath: 'jura@firma1.intr', forwardPaths: ['walter@example.org'] },
  content: octets(text),
  trace: octets(trace),
  origin: 'smtp',
  about: null,
  blankLine: true,
  ...more,
});

const stageHost = (id: HostId, name: string, address: string, more: Partial<StageHost> = {}): StageHost => ({
  id,
  label: { en: id, cs: `${id}-cs` },
  name,
  address,
  zone: '',
  badges: [],
  mark: '',
  shell: null,
  accounts: [],
  mailboxes: [],
  x: 0,
  y: 0,
  ...more,
});

export const HOSTS: readonly StageHost[] = [
  stageHost('pc', 'pc.firma1.intr', '10.2.3.20', { badges: [{ role: 'MUA' }] }),
  stageHost('neo', 'neo.firma1.intr', '10.2.3.168', {
    badges: [
      { role: 'MSA', port: 587 },
      { role: 'MTA', port: 25 },
    ],
  }),
  stageHost('ns', 'ns.example.net', '192.0.2.53', { badges: [{ role: 'DNS', port: 53 }] }),
  stageHost('mx1', 'mx1.example.org', '203.0.113.10', { badges: [{ role: 'MTA', port: 25 }] }),
  stageHost('store', 'store.example.org', '203.0.113.20', {
    badges: [
      { role: 'LMTP', port: 24 },
      { role: 'POP3', port: 110 },
    ],
    mailboxes: ['walter'],
  }),
  stageHost('mx2', 'mx2.example.org', '203.0.113.50', { badges: [{ role: 'MTA', port: 25 }] }),
];

export const STAGE: Stage = {
  id: 'two-companies',
  title: { en: 'Two companies' },
  about: { en: '' },
  scenario: {
    id: 'two-companies',
    seed: 1,
    clock: { epochMs: 0, offsetMinutes: 60 },
    hosts: HOSTS.map(({ id, name, address }) => ({
      id,
      name,
      addresses: [address],
      programs: [],
      ...(id === 'mx2' ? { down: true } : {}),
    })),
    links: [{ between: ['pc', 'store'], latencyMs: 1, down: true }],
    defaultLink: { latencyMs: LATENCY_MS },
  },
  hosts: HOSTS,
  accounts: [],
  lines: [],
  ports: { 25: 'smtp', 587: 'smtp', 24: 'lmtp', 110: 'pop3', 53: 'dns' },
};

export const LETTER =
  'From: The Dean <dean@firma1.intr>\r\nTo: Walter <walter@example.org>\r\nSubject: Bowling\r\n\r\nYo Walter,\r\n';

export const NEO_TRACE =
  'Received: from pc.firma1.intr (unknown [10.2.3.20])\r\n\tby neo.firma1.intr (Postfix) with SMTP id E62233B4086\r\n\tfor <walter@example.org>; Wed,  1 Feb 2006 12:52:24 +0100 (CET)\r\n';
export const MX1_TRACE =
  'Received: from neo.firma1.intr (neo.firma1.intr [10.2.3.168])\r\n\tby mx1.example.org (Postfix) with ESMTP id 4D7A2C\r\n\tfor <walter@example.org>; Wed,  1 Feb 2006 12:52:27 +0100 (CET)\r\n';
export const STORE_TRACE =
  'Received: from mx1.example.org (mx1.example.org [203.0.113.10])\r\n\tby store.example.org (Posthorn) with LMTP id S1\r\n\tfor <walter@example.org>; Wed,  1 Feb 2006 12:52:28 +0100 (CET)\r\n';

export const asOctets = (text: string): Octets => octets(text);
