/** Where a session has been in its state diagram. */
import type { DiagramProtocol, SessionDiagram } from '../../../view/diagram.ts';
import type { Session } from '../../../view/sessions.ts';

export interface Visits {
  /** State the server is in; a session that was cut off is in the last one. */
  readonly now: string;
  readonly states: ReadonlySet<string>;
  /** `from>to`. */
  readonly edges: ReadonlySet<string>;
  /** The edge that led to where it is now; empty at the beginning. */
  readonly latest: string;
  /** It is over, so the last state means the end, not the beginning. */
  readonly over: boolean;
}

export const edgeKey = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `${from}>${to}`;

const DIAGRAMS: readonly string[] = ['smtp', 'lmtp', 'qmtp', 'pop3', 'imap'];

export function diagramProtocol(protocol: string): DiagramProtocol | null {
  return DIAGRAMS.includes(protocol) ? (protocol as DiagramProtocol) : null;
}

export function visitsOf(session: Session, diagram: SessionDiagram): Visits {
  const states = new Set<string>([diagram.first]);
  const edges = new Set<string>();
  let latest = '';
  let at = diagram.first;
  const go = (to: string): void => {
    latest = edgeKey({ from: at, to });
    edges.add(latest);
    states.add(to);
    at = to;
  };
  /** Moves of which no reply told. */
  const goSilently = (to: string): void => {
    for (let next = diagram.silent[at]; at !== to && next !== undefined; next = diagram.silent[at]) go(next);
  };
  for (const { stateBefore, state } of session.exchanges) {
    goSilently(stateBefore);
    states.add(stateBefore);
    at = stateBefore;
    go(state);
  }
  if (session.state !== '') goSilently(session.state);
  // RFC 1939 §6: from UPDATE a session goes on to its end by itself, without another reply.
  const over = session.phase === 'closed' || session.phase === 'failed';
  if (over && at !== diagram.last) {
    const known = diagram.edges.some(({ from, to }) => from === at && to === diagram.last);
    if (known && session.closedWhy === 'local') go(diagram.last);
    states.add(diagram.last);
  }
  return { now: over ? diagram.last : at, states, edges, latest, over };
}

export type CodeTone = 'good' | 'more' | 'news' | 'later' | 'bad';

/**
 * What a reply code says, in a word: RFC 5321 §4.2.1 for the first digit, RFC 1939 §3 for the signs, QMTP §5 for the
 * letters, RFC 3501 §7 for the words, `*` being what an IMAP server tells unasked.
 */
export function codeTone(code: string): CodeTone {
  if (code === '*' || code === 'BYE') return 'news';
  if (code === '+OK' || code === 'OK' || code === 'K' || code.startsWith('2')) return 'good';
  if (code.startsWith('3') || code === '+') return 'more';
  return code === 'Z' || code.startsWith('4') ? 'later' : 'bad';
}
