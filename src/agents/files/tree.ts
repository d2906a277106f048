/** The tree of a file system: how nodes are made and replaced in it, and who may do what to them. */
import type { Octets } from '../../base/octets.ts';
import type {
  DirectoryEntry,
  DirectoryNode,
  FileNode,
  Mount,
  NamedStat,
  Node,
  Stat,
  SymlinkNode,
} from './types.ts';

/** Who has what, and since when. */
export interface Belonging {
  readonly owner: string;
  readonly mtime: number;
}

/** A user's group has his name; `group` says otherwise. */
export const directory = (
  { owner, mtime }: Belonging,
  mode: number,
  mount: Mount | null = null,
  group = owner,
): DirectoryNode => ({ kind: 'directory', mode, owner, group, mtime, entries: [], mount });

export const file = (
  { owner, mtime }: Belonging,
  mode: number,
  content: Octets,
  immutable = false,
): FileNode => ({ kind: 'file', mode, owner, group: owner, mtime, content, immutable });

export const symlink = ({ owner, mtime }: Belonging, target: string): SymlinkNode => ({
  kind: 'symlink',
  mode: 0o777,
  owner,
  group: owner,
  mtime,
  target,
});

export const compareNames = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Where a name is among the entries, or would be. */
function positionOf(entries: readonly DirectoryEntry[], name: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function childOf({ entries }: DirectoryNode, name: string): Node | undefined {
  const entry = entries[positionOf(entries, name)];
  return entry?.name === name ? entry.node : undefined;
}

/** The directory with this node under the name, or without one when it is null. `mtime` null: it counts as unchanged. */
export function withChild(
  parent: DirectoryNode,
  name: string,
  node: Node | null,
  mtime: number | null,
): DirectoryNode {
  const at = positionOf(parent.entries, name);
  const there = parent.entries[at]?.name === name ? 1 : 0;
  const entries = parent.entries.slice();
  if (node === null) entries.splice(at, there);
  else entries.splice(at, there, { name, node });
  return { ...parent, entries, mtime: mtime ?? parent.mtime };
}

/** A directory that was passed through, and the name by which it was left. */
export interface Passed {
  readonly node: DirectoryNode;
  readonly name: string;
}

/** The root after a node below `way` (from the root down) was replaced, or taken away with null. */
export function replaced(way: readonly Passed[], node: Node | null, mtime: number | null): DirectoryNode {
  let below: Node | null = node;
  for (let i = way.length - 1; i >= 0; i--) {
    const { node: parent, name } = way[i]!;
    below = withChild(parent, name, below, i === way.length - 1 ? mtime : null);
  }
  return below as DirectoryNode;
}

const BITS = { read: 4, write: 2, search: 1 } as const;

/** Whether a user may do that to a node; root may everything. */
export function may(
  node: { readonly mode: number; readonly owner: string; readonly group: string },
  user: string,
  what: keyof typeof BITS,
): boolean {
  if (user === 'root') return true;
  const shift = node.owner === user ? 6 : node.group === user ? 3 : 0;
  return ((node.mode >> shift) & BITS[what]) !== 0;
}

/** POSIX: in a sticky directory (0o1000) only the owners of a file and of the directory may take it away. */
export const mayTakeAway = (parent: DirectoryNode, node: Node, user: string): boolean =>
  (parent.mode & 0o1000) === 0 || user === 'root' || node.owner === user || parent.owner === user;

/** What ext4 says of a directory's size. */
export const DIRECTORY_OCTETS = 4096;

export function statOf(node: Node): Stat {
  const { kind, mode, owner, group, mtime } = node;
  const common = { kind, mode, owner, group, mtime };
  switch (node.kind) {
    case 'file':
      return { ...common, size: node.content.length, links: 1 };
    case 'symlink':
      return { ...common, size: node.target.length, links: 1, target: node.target };
    case 'directory': {
      let links = 2;
      for (const entry of node.entries) if (entry.node.kind === 'directory') links++;
      return { ...common, size: DIRECTORY_OCTETS, links };
    }
  }
}

export const namedStats = ({ entries }: DirectoryNode): readonly NamedStat[] =>
  entries.map(({ name, node }) => ({ name, stat: statOf(node) }));

/** Octets and nodes below and with a node. */
export function weigh(node: Node): { octets: number; nodes: number } {
  let octets = 0;
  let nodes = 0;
  const open: Node[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    nodes++;
    if (next.kind === 'file') octets += next.content.length;
    if (next.kind === 'directory') for (const entry of next.entries) open.push(entry.node);
  }
  return { octets, nodes };
}
