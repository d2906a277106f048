/** The state diagram of a protocol, drawn from the very table its server runs on. */
import { IMAP_COMMANDS, IMAP_STATES } from '../protocol/imap/commands.ts';
import { POP3_COMMANDS, POP3_STATES } from '../protocol/pop3/commands.ts';
import { QMTP_COMMANDS, QMTP_EVENTS, QMTP_STATES } from '../protocol/qmtp/commands.ts';
import { SMTP_COMMANDS, SMTP_EVENTS, SMTP_STATES, smtpClause } from '../protocol/smtp/commands.ts';

export type DiagramProtocol = 'smtp' | 'lmtp' | 'qmtp' | 'pop3' | 'imap';

export interface DiagramCommand {
  readonly verb: string;
  readonly syntax: string;
  readonly clause: string;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  /** What leads there, in the order of the table; those among {@link SessionDiagram.events} are no commands. */
  readonly verbs: readonly string[];
}

/** Words of ours for what leads on without being a word of the protocol, though it may be one of another. */
const EVENTS: readonly string[] = [
  'CONNECT',
  'END-OF-DATA',
  'LAST-CHUNK',
  'SECURED',
  'SERVER',
  'OPEN',
  'PACKAGE',
  'RESPONSES',
  'CLOSE',
];

export interface SessionDiagram {
  readonly protocol: DiagramProtocol;
  /** In the order a session goes through them. */
  readonly states: readonly string[];
  /** Where a session begins and where it ends. */
  readonly first: string;
  readonly last: string;
  /** One for each pair of states; those that stay where they are (`from === to`) too. */
  readonly edges: readonly DiagramEdge[];
  /** Words of ours among the verbs, for what leads on without being a word of this protocol. */
  readonly events: readonly string[];
  /** Where a session goes on without a reply: from which state to which. */
  readonly silent: Readonly<Partial<Record<string, string>>>;
}

/** A row of either table: what may be said, and from where to where it leads. */
interface Move extends DiagramCommand {
  readonly moves: Readonly<Partial<Record<string, string>>>;
}

const COMMANDS: Readonly<Record<DiagramProtocol, readonly Move[]>> = {
  smtp: SMTP_COMMANDS.filter(({ variants }) => variants.includes('smtp')),
  lmtp: SMTP_COMMANDS.filter(({ variants }) => variants.includes('lmtp')),
  qmtp: QMTP_COMMANDS,
  pop3: POP3_COMMANDS,
  imap: IMAP_COMMANDS,
};

const SMTP_MOVES: readonly Move[] = SMTP_EVENTS.map((event) => ({ ...event, syntax: event.verb }));

/** No greeting here: a connection opens. `RCPT` is the reply for one recipient, and only the last of them moves. */
const QMTP_NAMES: Readonly<Record<string, string>> = { CONNECT: 'OPEN', RCPT: 'RESPONSES' };
const QMTP_MOVES: readonly Move[] = QMTP_EVENTS.map((event) => ({
  ...event,
  verb: QMTP_NAMES[event.verb] ?? event.verb,
}));

/** RFC 1939 §6: UPDATE ends by itself. */
const POP3_MOVES: readonly Move[] = [
  { verb: 'SERVER', syntax: 'SERVER', clause: 'RFC 1939 §6', moves: { update: 'closed' } },
];

/** RFC 3501 §3, figure: a server may end a session in any state. It says BYE then (§7.1.5). */
const IMAP_MOVES: readonly Move[] = [
  {
    verb: 'SERVER',
    syntax: 'SERVER',
    clause: 'RFC 3501 §7.1.5',
    moves: { 'not-authenticated': 'logout', authenticated: 'logout', selected: 'logout' },
  },
];

/** What leads on behind a command comes only where that command is. */
const BEHIND: Readonly<Record<string, string>> = { SECURED: 'STARTTLS', 'LAST-CHUNK': 'BDAT' };

function edgesOf(moves: readonly Move[]): readonly DiagramEdge[] {
  const edges = new Map<string, { from: string; to: string; verbs: string[] }>();
  for (const { verb, moves: way } of moves) {
    for (const [from, to] of Object.entries(way)) {
      if (to === undefined) continue;
      const key = `${from}>${to}`;
      const edge = edges.get(key);
      if (edge) edge.verbs.push(verb);
      else edges.set(key, { from, to, verbs: [verb] });
    }
  }
  return [...edges.values()];
}

interface Table {
  readonly states: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly events: readonly Move[];
  readonly silent?: SessionDiagram['silent'];
}

const SMTP_TABLE: Table = { states: SMTP_STATES, first: 'closed', last: 'closed', events: SMTP_MOVES };

const TABLES: Readonly<Record<DiagramProtocol, Table>> = {
  smtp: SMTP_TABLE,
  lmtp: SMTP_TABLE,
  qmtp: {
    states: QMTP_STATES,
    first: 'closed',
    last: 'closed',
    events: QMTP_MOVES,
    silent: { closed: 'package', package: 'responses' },
  },
  pop3: { states: POP3_STATES, first: 'authorization', last: 'closed', events: POP3_MOVES },
  imap: { states: IMAP_STATES, first: 'not-authenticated', last: 'logout', events: IMAP_MOVES },
};

/** States that a session can come to. */
function reached({ first, silent = {} }: Table, edges: readonly DiagramEdge[]): ReadonlySet<string> {
  const found = new Set([first]);
  // What is added while it runs is gone through, too.
  for (const state of found) {
    for (const { from, to } of edges) if (from === state) found.add(to);
    const next = silent[state];
    if (next !== undefined) found.add(next);
  }
  return found;
}

/** Of the whole protocol, or of a server that is `lacking` some verbs: without them, and without what only they lead to. */
export function sessionDiagram(protocol: DiagramProtocol, lacking: readonly string[] = []): SessionDiagram {
  const table = TABLES[protocol];
  const { states, first, last, silent = {} } = table;
  const commands = COMMANDS[protocol].filter(({ verb }) => !lacking.includes(verb));
  const events = table.events.filter(({ verb }) => {
    const before = BEHIND[verb];
    return before === undefined || commands.some((command) => command.verb === before);
  });
  const edges = edgesOf([...events, ...commands]);
  const found = reached(table, edges);
  return {
    protocol,
    states: states.filter((state) => found.has(state)),
    first,
    last,
    edges: edges.filter(({ from }) => found.has(from)),
    events: events.map(({ verb }) => verb).filter((verb) => EVENTS.includes(verb)),
    silent,
  };
}

/**
 * What may be said to a server that is in this state, in the order of its table. While it hears mail data that is no
 * command but the lines of the letter and the final dot (RFC 5321 §4.1.1.4).
 */
export function allowedNow(protocol: DiagramProtocol, state: string): readonly DiagramCommand[] {
  if (protocol !== 'pop3' && state === 'data')
    return [{ verb: 'END-OF-DATA', syntax: '.', clause: smtpClause('END-OF-DATA') }];
  return COMMANDS[protocol]
    .filter(({ moves }) => Object.hasOwn(moves, state))
    .map(({ verb, syntax, clause }) => ({ verb, syntax, clause }));
}
