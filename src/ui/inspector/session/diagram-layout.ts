/**
 * Where the state diagram of a protocol is drawn. The states stand one under the other in the order of their table:
 * what leads on goes straight down, what skips a state by the left, what leads back by the right, and what ends the
 * session down the far left. What leads nowhere else stands inside the box.
 */
import type { DiagramEdge, SessionDiagram } from '../../../view/diagram.ts';

export interface Node {
  readonly state: string;
  /** `start`: before the greeting, where a session that ends in the same state begins. */
  readonly kind: 'start' | 'state' | 'end';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Verbs that stay in this state, in lines. */
  readonly loop: readonly string[];
  /** State whose verbs stay here as well, and are not repeated; a line of its own over the loop. Null: none. */
  readonly like: string | null;
}

export interface Arrow {
  readonly edge: DiagramEdge;
  /** SVG path from box to box; the arrow head is at its end. */
  readonly path: string;
  /** Of arrows that share a rail one is drawn whole; this is the way of the others to the rail. */
  readonly stub: string | null;
  readonly label: {
    readonly lines: readonly (readonly string[])[];
    readonly x: number;
    /** Base line of the first line. */
    readonly y: number;
    readonly anchor: 'start' | 'end';
  };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node[];
  readonly arrows: readonly Arrow[];
}

export const WIDTH = 316;
export const LINE = 11.5;
/** Width of a character of the verbs. */
export const CHARACTER = 5.8;

const BOX = { left: 100, right: 234, head: 25 } as const;
const MIDDLE = (BOX.left + BOX.right) / 2;
const GAP = 29;
const LOOP_CHARACTERS = 20;
const SIDE_CHARACTERS = 10;
const RADIUS = 7;
const QUIT_RAIL = 10;
const SKIP_RAIL = 85;
const BACK_RAILS = [299, 309] as const;

/** Words filled into lines of at most `most` characters. */
export function filled(words: readonly string[], most: number): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let length = most + 1;
  for (const word of words) {
    if (length + 1 + word.length > most) {
      lines.push([word]);
      length = word.length;
    } else {
      lines.at(-1)!.push(word);
      length += 1 + word.length;
    }
  }
  return lines;
}

export function layOut(diagram: SessionDiagram): Layout {
  const nodes = stack(diagram);
  const end = nodes.at(-1)!;
  const byState = new Map(nodes.filter(({ kind }) => kind === 'state').map((node) => [node.state, node]));
  const source = (state: string): Node | undefined =>
    byState.get(state) ?? (nodes[0]!.kind === 'start' && nodes[0]!.state === state ? nodes[0] : undefined);
  const target = (state: string): Node | undefined =>
    state === diagram.last ? end : (byState.get(state) ?? undefined);
  const rails = railsOf(diagram, nodes);
  const arrows: Arrow[] = [];
  for (const edge of diagram.edges) {
    const from = source(edge.from);
    const to = target(edge.to);
    if (edge.from === edge.to || from === undefined || to === undefined) continue;
    arrows.push(arrowOf(edge, from, to, nodes, rails));
  }
  return { width: WIDTH, height: end.y + end.height + 4, nodes, arrows: shared(arrows, nodes) };
}

const railKey = ({ to, verbs }: DiagramEdge): string => `${to} ${verbs.join(' ')}`;

/** Rails of the arrows that lead back: those of the same verbs to the same state share one, the longest is outermost. */
function railsOf(
  { edges, states, last }: SessionDiagram,
  nodes: readonly Node[],
): ReadonlyMap<string, number> {
  const reach = new Map<string, number>();
  for (const edge of edges) {
    const length = states.indexOf(edge.from) - states.indexOf(edge.to);
    if (edge.to === last || length <= 0 || nodes.length === 0) continue;
    const key = railKey(edge);
    reach.set(key, Math.max(reach.get(key) ?? 0, length));
  }
  const keys = [...reach].sort((a, b) => a[1] - b[1]).map(([key]) => key);
  return new Map(keys.map((key, index) => [key, Math.min(index, BACK_RAILS.length - 1)]));
}

/** Only one arrow of each rail is drawn whole: dashes upon dashes would look like a line. */
function shared(arrows: readonly Arrow[], nodes: readonly Node[]): readonly Arrow[] {
  const height = ({ edge }: Arrow): number =>
    nodes.find(({ state, kind }) => kind === 'state' && state === edge.from)?.y ?? 0;
  const trunks = new Map<string, Arrow>();
  for (const arrow of arrows) {
    if (arrow.stub === null) continue;
    const ends = arrow.edge.to === nodes.at(-1)!.state;
    const key = ends ? 'end' : railKey(arrow.edge);
    const trunk = trunks.get(key);
    if (trunk === undefined || height(arrow) < height(trunk) === ends) trunks.set(key, arrow);
  }
  const whole = new Set(trunks.values());
  return arrows.map((arrow) => (whole.has(arrow) ? { ...arrow, stub: null } : arrow));
}

function stack(diagram: SessionDiagram): readonly Node[] {
  const { states, first, last, edges } = diagram;
  const nodes: Node[] = [];
  let y = 4;
  const add = (state: string, kind: Node['kind'], loop: readonly string[], like: string | null): void => {
    const small = kind !== 'state';
    const lines = loop.length + (like === null ? 0 : 1);
    const height = small ? 24 : BOX.head + (lines === 0 ? 4 : lines * LINE + 5);
    const width = small ? 90 : BOX.right - BOX.left;
    nodes.push({ state, kind, x: MIDDLE - width / 2, y, width, height, loop, like });
    y += height + GAP;
  };
  if (first === last) add(first, 'start', [], null);
  const loops = new Map(
    edges.flatMap(({ from, to, verbs }) => (from === to ? [[from, verbs] as const] : [])),
  );
  for (const state of states) {
    if (state === last) continue;
    const verbs = loops.get(state) ?? [];
    const like = likeOf(state, verbs, loops);
    const own = like === null ? verbs : verbs.filter((verb) => !loops.get(like)!.includes(verb));
    add(
      state,
      'state',
      filled(own, LOOP_CHARACTERS).map((line) => line.join(' ')),
      like,
    );
  }
  add(last, 'end', [], null);
  return nodes;
}

/** Verbs of another state that are worth a line `all of …` instead of being repeated. */
const FEWEST_ALIKE = 12;

function likeOf(
  state: string,
  verbs: readonly string[],
  loops: ReadonlyMap<string, readonly string[]>,
): string | null {
  for (const [other, theirs] of loops)
    if (other !== state && theirs.length >= FEWEST_ALIKE && theirs.length < verbs.length)
      if (theirs.every((verb) => verbs.includes(verb))) return other;
  return null;
}

const middleOf = (node: Node): number => node.y + node.height / 2;

function arrowOf(
  edge: DiagramEdge,
  from: Node,
  to: Node,
  nodes: readonly Node[],
  rails: ReadonlyMap<string, number>,
): Arrow {
  const step = nodes.indexOf(to) - nodes.indexOf(from);
  if (step === 1) return straight(edge, from, to);
  if (to.kind === 'end') return ending(edge, from, to);
  return step > 1 ? skipping(edge, from, to) : back(edge, from, to, rails);
}

function straight(edge: DiagramEdge, from: Node, to: Node): Arrow {
  const start = from.y + from.height;
  return {
    edge,
    path: `M${MIDDLE} ${start}V${to.y}`,
    stub: null,
    label: { lines: [edge.verbs], x: MIDDLE + 8, y: (start + to.y) / 2 + 3, anchor: 'start' },
  };
}

function ending(edge: DiagramEdge, from: Node, to: Node): Arrow {
  const y = middleOf(from) + 8;
  const down = middleOf(to);
  return {
    edge,
    path: `M${from.x} ${y}H${QUIT_RAIL + RADIUS}q${-RADIUS} 0 ${-RADIUS} ${RADIUS}V${down - RADIUS}q0 ${RADIUS} ${RADIUS} ${RADIUS}H${to.x}`,
    stub: `M${from.x} ${y}H${QUIT_RAIL}`,
    label: { lines: [edge.verbs], x: QUIT_RAIL + RADIUS - 3, y: y - 4, anchor: 'start' },
  };
}

function skipping(edge: DiagramEdge, from: Node, to: Node): Arrow {
  const start = middleOf(from) - 7;
  const down = middleOf(to) - 7;
  const lines = filled(edge.verbs, SIDE_CHARACTERS);
  return {
    edge,
    path: `M${from.x} ${start}H${SKIP_RAIL + RADIUS}q${-RADIUS} 0 ${-RADIUS} ${RADIUS}V${down - RADIUS}q0 ${RADIUS} ${RADIUS} ${RADIUS}H${to.x}`,
    stub: null,
    label: { lines, x: SKIP_RAIL - 4, y: from.y + from.height + GAP / 2 + 3, anchor: 'end' },
  };
}

function back(edge: DiagramEdge, from: Node, to: Node, rails: ReadonlyMap<string, number>): Arrow {
  const index = rails.get(railKey(edge)) ?? 0;
  const rail = BACK_RAILS[index]!;
  const start = middleOf(from) + 3;
  // Over the label of what leads back from there.
  const up = middleOf(to) + (index === 0 ? 6 : -11);
  const lines = filled(edge.verbs, SIDE_CHARACTERS);
  const right = from.x + from.width;
  return {
    edge,
    path: `M${right} ${start}H${rail - RADIUS}q${RADIUS} 0 ${RADIUS} ${-RADIUS}V${up + RADIUS}q0 ${-RADIUS} ${-RADIUS} ${-RADIUS}H${to.x + to.width}`,
    stub: `M${right} ${start}H${rail}`,
    label: { lines, x: right + 5, y: start - 4 - (lines.length - 1) * LINE, anchor: 'start' },
  };
}
