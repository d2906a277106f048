import { describe, expect, test } from 'vitest';
import { type DiagramProtocol, sessionDiagram } from '../../../view/diagram.ts';
import { CHARACTER, filled, LINE, layOut } from './diagram-layout.ts';

const PROTOCOLS: readonly DiagramProtocol[] = ['smtp', 'lmtp', 'pop3', 'imap'];

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly what: string;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test('words are filled into lines, and a word too long for one has its own', () => {
  expect(filled(['HELO', 'EHLO', 'RSET'], 10)).toEqual([['HELO', 'EHLO'], ['RSET']]);
  expect(filled(['END-OF-DATA', 'QUIT'], 8)).toEqual([['END-OF-DATA'], ['QUIT']]);
  expect(filled([], 8)).toEqual([]);
});

test('what a state has in common with another is said in a line, where it would be many', () => {
  const { nodes } = layOut(sessionDiagram('imap'));
  const selected = nodes.find(({ state }) => state === 'selected')!;
  expect(selected.like).toBe('authenticated');
  expect(selected.loop.join(' ').split(' ')).toContain('FETCH');
  expect(selected.loop.join(' ').split(' ')).not.toContain('CREATE');
});

describe.each(PROTOCOLS)('the diagram of %s', (protocol) => {
  const diagram = sessionDiagram(protocol);
  const { nodes, arrows, width, height } = layOut(diagram);

  test('has every state, the last one at the end', () => {
    expect(new Set(nodes.map(({ state }) => state))).toEqual(new Set(diagram.states));
    expect(nodes.at(-1)).toMatchObject({ state: diagram.last, kind: 'end' });
    expect(nodes[0]!.kind).toBe(diagram.first === diagram.last ? 'start' : 'state');
  });

  test('shows every verb of every edge of the table, and no other', () => {
    const drawn = arrows.map(({ edge }) => edge);
    const moving = diagram.edges.filter(({ from, to }) => from !== to);
    expect(new Set(drawn)).toEqual(new Set(moving));
    expect(drawn).toHaveLength(moving.length);
    for (const { edge, label } of arrows) expect(label.lines.flat()).toEqual(edge.verbs);
    const loops = diagram.edges.filter((edge) => edge.from === edge.to);
    for (const { from, verbs } of loops) {
      const box = nodes.find(({ state, kind }) => kind === 'state' && state === from);
      const own = box?.loop.join(' ').split(' ') ?? [];
      const alike = loops.find((edge) => edge.from === box?.like)?.verbs ?? [];
      expect(own.length + alike.length).toBe(verbs.length);
      expect(new Set([...own, ...alike])).toEqual(new Set(verbs));
    }
  });

  test('lets no label run into a box, another label or over the edge', () => {
    const boxes: Box[] = nodes.map((node) => ({
      left: node.x,
      right: node.x + node.width,
      top: node.y,
      bottom: node.y + node.height,
      what: `box ${node.state}`,
    }));
    for (const { edge, label } of arrows) {
      const wide = Math.max(...label.lines.map((line) => line.join(' ').length)) * CHARACTER;
      const left = label.anchor === 'start' ? label.x : label.x - wide;
      boxes.push({
        left,
        right: left + wide,
        top: label.y - 7,
        bottom: label.y + (label.lines.length - 1) * LINE,
        what: `label ${edge.from}>${edge.to}`,
      });
    }
    for (const [index, box] of boxes.entries()) {
      expect(box.left, box.what).toBeGreaterThanOrEqual(0);
      expect(box.right, box.what).toBeLessThanOrEqual(width);
      expect(box.bottom, box.what).toBeLessThanOrEqual(height);
      for (const other of boxes.slice(index + 1))
        expect(overlap(box, other), `${box.what} and ${other.what}`).toBe(false);
    }
  });

  test('strikes no label through with an arrow that comes back', () => {
    for (const { path, edge } of arrows) {
      const [, up, box] = /V([\d.]+)q0 -7 -7 -7H([\d.]+)$/.exec(path) ?? [];
      if (up === undefined) continue;
      const y = Number(up) - 7;
      for (const { label, edge: other } of arrows) {
        const bottom = label.y + (label.lines.length - 1) * LINE;
        const beside = label.anchor === 'start' && label.x > Number(box);
        expect(
          beside && y > label.y - 7 && y < bottom + 2,
          `${edge.from}>${edge.to} through ${other.from}>${other.to}`,
        ).toBe(false);
      }
    }
  });

  test('draws one arrow of each shared rail whole', () => {
    const ending = arrows.filter(({ edge, stub }) => edge.to === diagram.last && stub === null);
    const straight = arrows.filter(({ path }) => /^M[\d.]+ [\d.]+V[\d.]+$/.test(path));
    const whole = ending.filter((arrow) => !straight.includes(arrow));
    expect(whole).toHaveLength(1);
    const [first] = diagram.states.filter((state) => state !== diagram.last);
    expect(whole[0]!.edge.from).toBe(first);
  });
});
