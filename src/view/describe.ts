/** One event in plain words. */
import type { Fact } from '../agents/facts.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { ConnId, SimEvent } from '../sim/types.ts';
import { connectionsOf } from './connections.ts';
import { describeFact } from './describe-fact.ts';
import { type Description, type DescriptionKey, ROW_LIMIT, row } from './description.ts';
import { arrivalBehind } from './log.ts';
import {
  answerText,
  factOf,
  harmless,
  KNOWN_PORTS,
  noteLabel,
  noteOf,
  noteProtocol,
  octetsLabel,
  type Protocol,
  portProtocol,
  shown,
} from './wire.ts';

export function describe(event: SimEvent, log: readonly SimEvent[]): Description {
  const { what, host } = event;
  switch (what.kind) {
    case 'action':
      return describeAction(what.action);
    case 'power':
      return row('host', 'other', what.up ? 'powerOn' : 'powerOff', { host });
    case 'link': {
      const [a, b] = what.between;
      return row('host', 'other', what.up ? 'linkUp' : 'linkCut', { a, b }, '', b === host ? a : b);
    }
    case 'connecting': {
      const { address, port } = what.peer;
      const values = { client: host, server: what.to ?? address, address, port };
      return row('connection', portProtocol(KNOWN_PORTS, port), 'connecting', values, '', what.to);
    }
    case 'packet':
      return row('inner', protocolOf(event, log, what.conn), 'packet', { to: what.to }, what.flags, what.to);
    case 'opened': {
      const key = what.side === 'server' ? 'connected' : 'opened';
      return connectionRow(event, log, what.conn, key);
    }
    case 'failed':
      return connectionRow(event, log, what.conn, `failed.${what.why}`);
    case 'closed':
      return connectionRow(event, log, what.conn, `closed.${what.why}`);
    case 'segment':
      return describeSegment(event, what, log);
    case 'arrived':
      return row('inner', protocolOf(event, log, what.conn), 'arrived', { host, program: what.program });
    case 'heard': {
      const note = noteOf(what.note);
      return row('inner', protocolOf(event, log, what.conn), 'heard', { host }, note ? noteLabel(note) : '');
    }
    case 'datagram':
      return describeDatagram(what);
    case 'datagram-arrived':
      return row('inner', 'other', 'arrived', { host, program: what.program });
    case 'timer':
      return row('inner', 'other', 'timer', { host, program: what.program, name: what.name });
    case 'message':
      return row('inner', 'other', 'message', { host, from: what.from, program: what.program });
    case 'start':
      return row('inner', 'other', 'started', { host, program: what.program });
    case 'printed':
      return row('inner', 'other', 'printed', { host }, harmless(what.text, ROW_LIMIT));
    case 'fact': {
      const fact = factOf(event);
      return fact ? describeFact(fact, host, broughtBy(event, log, fact)) : row('inner', 'other', 'unknown');
    }
  }
}

function describeAction(action: Extract<SimEvent['what'], { kind: 'action' }>['action']): Description {
  switch (action.kind) {
    case 'input':
      return describeInput(action.program, action.input);
    case 'power':
      return row('inner', 'other', action.up ? 'powerOn' : 'powerOff', { host: action.host });
    case 'link': {
      const [a, b] = action.between;
      return row('inner', 'other', action.up ? 'linkUp' : 'linkCut', { a, b });
    }
    case 'inspect':
      return row('inner', 'other', 'inspected', { what: action.what });
  }
}

/** Inputs of programs are theirs (`shell/input.ts`, `agents/mua-input.ts`); one of no known kind is just an input. */
function describeInput(program: string, input: unknown): Description {
  const given = (typeof input === 'object' && input !== null ? input : {}) as Readonly<
    Record<string, unknown>
  >;
  const text = (name: string): string =>
    typeof given[name] === 'string' ? harmless(given[name] as string, ROW_LIMIT) : '';
  const host = program.slice(0, program.indexOf('/'));
  switch (given.kind) {
    case 'line':
    case 'raw':
      return row('action', 'other', 'typed', { host }, text('text'));
    case 'key':
      return row('action', 'other', 'key', { host, key: text('key') }, text('key'));
    case 'send':
      return row('action', 'other', 'sendMail', { host, to: text('to'), subject: text('subject') });
    case 'fetch':
      return row('action', 'other', 'fetchMail', { host, account: text('account') });
    default:
      return row('action', 'other', 'input', { host, program });
  }
}

/** By which protocol a letter came that a host accepts; undefined: by none, or it is no such fact. */
function broughtBy(event: SimEvent, log: readonly SimEvent[], fact: Fact): Protocol | undefined {
  const behind = fact.kind === 'accepted' ? arrivalBehind(log, event, event.host, 'server') : null;
  return behind === null ? undefined : protocolOf(event, log, behind.conn);
}

function protocolOf(event: SimEvent, log: readonly SimEvent[], conn: ConnId): Protocol {
  const port = connectionsOf(log, event.id - log[0]!.id + 1).get(conn)?.peer.port;
  return port === undefined ? 'other' : portProtocol(KNOWN_PORTS, port);
}

function connectionRow(
  event: SimEvent,
  log: readonly SimEvent[],
  conn: ConnId,
  key: DescriptionKey,
): Description {
  const known = connectionsOf(log, event.id - log[0]!.id + 1).get(conn);
  if (!known) return row('connection', 'other', key, { host: event.host });
  const { client, server, peer } = known;
  const { address, port } = peer;
  const values = { host: event.host, client, server: server ?? address, address, port };
  const other = event.host === client ? server : client;
  return row('connection', portProtocol(KNOWN_PORTS, port), key, values, '', other);
}

function describeSegment(
  event: SimEvent,
  what: Extract<SimEvent['what'], { kind: 'segment' }>,
  log: readonly SimEvent[],
): Description {
  const { host } = event;
  const note = noteOf(what.note);
  const protocol = noteProtocol(note) ?? protocolOf(event, log, what.conn);
  const values = { host, to: what.to };
  if (what.altered !== undefined)
    return row('exchange', protocol, 'altered', values, changes(what.octets, what.altered), what.to);
  if (note?.kind === 'reply') {
    const key = note.verb === 'CONNECT' ? 'greeted' : note.tag === '*' ? 'told' : 'answered';
    return row('exchange', protocol, key, { ...values, verb: note.verb }, exchangeText(note), what.to);
  }
  if (note?.kind === 'content') {
    const { octets, letter } = note;
    return row('content', protocol, 'content', { ...values, octets, letter }, noteLabel(note), what.to);
  }
  if (note) return row('inner', protocol, 'said', values, noteLabel(note, ROW_LIMIT), what.to);
  return row(
    'inner',
    protocol,
    'octets',
    { ...values, octets: what.octets.length },
    octetsLabel(what.octets),
    what.to,
  );
}

/** `RCPT TO:<walter@example.org> → 250 2.1.5 Ok`; what nobody asked for stands alone. */
const exchangeText = (note: ReplyNote): string =>
  [note.tag === '*' ? '' : note.line, answerText(note)]
    .filter((part) => part !== '')
    .map((part) => shown(part, ROW_LIMIT))
    .join(' → ');

/** Lines that somebody on the way changed, as they left and as they arrive: `250-STARTTLS ⇒ 250-XXXXXXXX`. */
function changes(sent: string, arriving: string): string {
  const after = arriving.split('\r\n');
  return sent
    .split('\r\n')
    .flatMap((line, i) =>
      line === after[i] ? [] : [`${shown(line, ROW_LIMIT)} ⇒ ${shown(after[i]!, ROW_LIMIT)}`],
    )
    .join(', ');
}

function describeDatagram(what: Extract<SimEvent['what'], { kind: 'datagram' }>): Description {
  const note = noteOf(what.note);
  const to = what.to ?? what.peer.address;
  if (note?.kind !== 'dns') {
    const values = { to, octets: what.octets.length };
    return row('inner', 'other', 'datagram', values, octetsLabel(what.octets), what.to);
  }
  const values = { to, name: shown(note.name, ROW_LIMIT), type: note.rrtype, rcode: note.rcode };
  return row(
    'dns',
    'dns',
    note.response ? 'dnsAnswered' : 'dnsAsked',
    values,
    noteLabel(note, ROW_LIMIT),
    what.to,
  );
}
