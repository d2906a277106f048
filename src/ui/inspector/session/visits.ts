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

export function diagramProtocol(protocol: string): DiagramProtocol | null {
  return protocol === 'smtp' || protocol === 'lmtp' || protocol === 'pop3' ? protocol : null;
}

export function visitsOf(session: Session, diagram: SessionDiagram): Visits {
  const states = new Set<string>([diagram.first]);
  const edges = new Set<string>();
  let latest = '';
  for (const { stateBefore, state } of session.exchanges) {
    states.add(stateBefore);
    states.add(state);
    const key = edgeKey({ from: stateBefore, to: state });
    edges.add(key);
    latest = key;
  }
  // RFC 1939 §6: from UPDATE a session goes on to its end by itself, without another reply.
  const over = session.phase === 'closed' || session.phase === 'failed';
  const left = session.exchanges.at(-1)?.state ?? diagram.first;
  if (over && left !== diagram.last) {
    const key = edgeKey({ from: left, to: diagram.last });
    if (diagram.edges.some((edge) => edgeKey(edge) === key) && session.closedWhy === 'local') {
      edges.add(key);
      latest = key;
    }
    states.add(diagram.last);
  }
  return { now: over ? diagram.last : left, states, edges, latest, over };
}

/** What a reply code says, in a word; RFC 5321 §4.2.1 for the first digit, RFC 1939 §3 for the signs. */
export function codeTone(code: string): 'good' | 'more' | 'later' | 'bad' {
  if (code === '+OK' || code.startsWith('2')) return 'good';
  if (code.startsWith('3') || code === '+') return 'more';
  return code.startsWith('4') ? 'later' : 'bad';
}
