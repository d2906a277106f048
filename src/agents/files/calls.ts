/** The system calls of a host's file system, on its own part of the tree. */
import type { Octets } from '../../base/octets.ts';
import type { Passed } from './tree.ts';
import {
  childOf,
  directory,
  file,
  may,
  mayTakeAway,
  namedStats,
  replaced,
  statOf,
  withChild,
} from './tree.ts';
import type { DirectoryNode, FileAnswer, FileNode, FileRequest, Mount } from './types.ts';
import { DONE, failure } from './types.ts';
import type { Walked } from './walk.ts';
import { walk } from './walk.ts';

/** What one file, and a whole host, may hold; and how many files and directories. */
export const FILE_LIMIT = 8 * 1024 * 1024;
export const DISK_LIMIT = 64 * 1024 * 1024;
export const NODE_LIMIT = 20_000;

/** Who calls, and when: milliseconds since 1970, a whole second. */
export interface Caller {
  readonly user: string;
  readonly now: number;
  /** What the whole tree holds, counted once for many calls and kept up by them; it may count too much. */
  readonly weight: { octets: number; nodes: number };
}

export type Called =
  | { readonly kind: 'answer'; readonly root: DirectoryNode; readonly answer: FileAnswer }
  /** It is for another program, with paths from its mount on. */
  | { readonly kind: 'mounted'; readonly mount: Mount; readonly request: FileRequest };

export function call(root: DirectoryNode, request: FileRequest, caller: Caller): Called {
  const follow = request.kind === 'stat' ? request.follow : FOLLOWING.includes(request.kind);
  const walked = walk(root, request.path, caller.user, follow);
  if (request.kind === 'rename') return rename(root, walked, request.to, caller);
  if (walked.kind === 'mounted') {
    const { mount, rest, node } = walked;
    if (rest === '' && request.kind !== 'list') return answered(root, onMount(node, request.kind));
    if (!may(node, caller.user, 'search')) return answered(root, failure('EACCES'));
    return { kind: 'mounted', mount, request: { ...request, path: rest } };
  }
  if (walked.kind === 'error') return answered(root, failure(walked.error));
  switch (request.kind) {
    case 'stat':
    case 'list':
    case 'read':
      return answered(root, look(walked, request.kind, caller));
    case 'write':
      return write(root, walked, request.how, request.content, caller, request.path.endsWith('/'));
    case 'mkdir':
      return mkdir(root, walked, caller);
    case 'unlink':
    case 'rmdir':
      return takeAway(root, walked, request.kind, caller);
  }
}

const FOLLOWING: readonly FileRequest['kind'][] = ['list', 'read', 'write'];

/** Of the place a mount stands on: it is not taken away with it. */
function onMount(node: DirectoryNode, what: FileRequest['kind']): FileAnswer {
  switch (what) {
    case 'stat':
      return { kind: 'stat', stat: statOf(node) };
    case 'mkdir':
      return failure('EEXIST');
    case 'read':
    case 'write':
      return failure('EISDIR');
    default:
      return failure('EBUSY');
  }
}

const answered = (root: DirectoryNode, answer: FileAnswer): Called => ({ kind: 'answer', root, answer });

type Here = Extract<Walked, { kind: 'found' | 'absent' }>;

function look(walked: Here, what: 'stat' | 'list' | 'read', { user }: Caller): FileAnswer {
  if (walked.kind === 'absent') return failure('ENOENT');
  const { node } = walked;
  if (what === 'stat') return { kind: 'stat', stat: statOf(node) };
  if (what === 'read' && node.kind === 'directory') return failure('EISDIR');
  if (what === 'list' && node.kind !== 'directory') return failure('ENOTDIR');
  if (!may(node, user, 'read')) return failure('EACCES');
  if (node.kind === 'directory') return { kind: 'entries', entries: namedStats(node) };
  return node.kind === 'file' ? { kind: 'content', content: node.content } : failure('ELOOP');
}

/** The directory a new name would be in; null: this user may not change it. */
function parentFor(way: readonly Passed[], { user }: Caller): DirectoryNode | null {
  const parent = way.at(-1)?.node;
  return parent && may(parent, user, 'write') && may(parent, user, 'search') ? parent : null;
}

function write(
  root: DirectoryNode,
  walked: Here,
  how: 'replace' | 'append' | 'open',
  content: Octets,
  caller: Caller,
  asDirectory: boolean,
): Called {
  const { user, now, weight } = caller;
  let before: FileNode;
  if (walked.kind === 'absent') {
    if (asDirectory) return answered(root, failure('EISDIR'));
    if (parentFor(walked.way, caller) === null) return answered(root, failure('EACCES'));
    before = file({ owner: user, mtime: now }, 0o644, '' as Octets);
  } else {
    if (walked.node.kind !== 'file') return answered(root, failure('EISDIR'));
    if (!may(walked.node, user, 'write')) return answered(root, failure('EACCES'));
    if (walked.node.immutable) return answered(root, failure('EPERM'));
    before = walked.node;
  }
  const after = (how !== 'replace' ? before.content + content : content) as Octets;
  if (after.length > FILE_LIMIT) return answered(root, failure('EFBIG'));
  const more = after.length - before.content.length;
  if (weight.octets + more > DISK_LIMIT || (walked.kind === 'absent' && weight.nodes >= NODE_LIMIT))
    return answered(root, failure('ENOSPC'));
  weight.octets += more;
  if (walked.kind === 'absent') weight.nodes++;
  const node: FileNode = { ...before, content: after, mtime: now };
  return answered(replaced(walked.way, node, walked.kind === 'absent' ? now : null), DONE);
}

function mkdir(root: DirectoryNode, walked: Here, caller: Caller): Called {
  if (walked.kind === 'found') return answered(root, failure('EEXIST'));
  if (parentFor(walked.way, caller) === null) return answered(root, failure('EACCES'));
  if (caller.weight.nodes >= NODE_LIMIT) return answered(root, failure('ENOSPC'));
  caller.weight.nodes++;
  const made = directory({ owner: caller.user, mtime: caller.now }, 0o755);
  return answered(replaced(walked.way, made, caller.now), DONE);
}

function takeAway(root: DirectoryNode, walked: Here, how: 'unlink' | 'rmdir', caller: Caller): Called {
  if (walked.kind === 'absent') return answered(root, failure('ENOENT'));
  const { node, way } = walked;
  if (way.length === 0) return answered(root, failure('EBUSY'));
  if (how === 'unlink' && node.kind === 'directory') return answered(root, failure('EISDIR'));
  if (how === 'rmdir' && node.kind !== 'directory') return answered(root, failure('ENOTDIR'));
  const parent = parentFor(way, caller);
  if (parent === null) return answered(root, failure('EACCES'));
  if (!mayTakeAway(parent, node, caller.user)) return answered(root, failure('EPERM'));
  if (node.kind === 'file' && node.immutable) return answered(root, failure('EPERM'));
  if (node.kind === 'directory' && node.entries.length > 0) return answered(root, failure('ENOTEMPTY'));
  return answered(replaced(way, null, caller.now), DONE);
}

function rename(root: DirectoryNode, from: Walked, to: string, caller: Caller): Called {
  const target = walk(root, to, caller.user, false);
  for (const end of [from, target]) if (end.kind === 'error') return answered(root, failure(end.error));
  if (from.kind === 'mounted' && target.kind === 'mounted') {
    const { mount, rest } = from;
    if (mount.program !== target.mount.program || mount.tree !== target.mount.tree)
      return answered(root, failure('EXDEV'));
    if (rest === '' || target.rest === '') return answered(root, failure('EBUSY'));
    return { kind: 'mounted', mount, request: { kind: 'rename', path: rest, to: target.rest } };
  }
  if (from.kind === 'absent') return answered(root, failure('ENOENT'));
  if (from.kind !== 'found' || (target.kind !== 'found' && target.kind !== 'absent'))
    return answered(root, failure('EXDEV'));
  return renameHere(root, from, target, caller);
}

function renameHere(
  root: DirectoryNode,
  from: Extract<Walked, { kind: 'found' }>,
  target: Here,
  caller: Caller,
): Called {
  const { node, way } = from;
  const no = (error: Parameters<typeof failure>[0]) => answered(root, failure(error));
  if (way.length === 0 || target.way.length === 0) return no('EBUSY');
  if (target.kind === 'found' && target.node === node) return answered(root, DONE);
  if (target.way.some((passed) => passed.node === node)) return no('EINVAL');
  const parents = [parentFor(way, caller), parentFor(target.way, caller)] as const;
  if (parents[0] === null || parents[1] === null) return no('EACCES');
  if (node.kind === 'file' && node.immutable) return no('EPERM');
  if (!mayTakeAway(parents[0], node, caller.user)) return no('EPERM');
  if (target.kind === 'found') {
    const there = target.node;
    if (there.kind === 'directory' && node.kind !== 'directory') return no('EISDIR');
    if (there.kind !== 'directory' && node.kind === 'directory') return no('ENOTDIR');
    if (there.kind === 'directory' && there.entries.length > 0) return no('ENOTEMPTY');
    if (there.kind === 'file' && there.immutable) return no('EPERM');
    if (!mayTakeAway(parents[1], there, caller.user)) return no('EPERM');
  }
  return answered(moved(way, target.way, caller.now), DONE);
}

/** Takes the node away at one place and puts it at the other; the second way is walked anew in the changed tree. */
function moved(from: readonly Passed[], to: readonly Passed[], now: number): DirectoryNode {
  const { node: parent, name } = from.at(-1)!;
  const node = childOf(parent, name)!;
  const without = replaced(from, null, now);
  const names = to.map((passed) => passed.name);
  const put = (at: DirectoryNode, depth: number): DirectoryNode => {
    const next = names[depth]!;
    if (depth === names.length - 1) return withChild(at, next, node, now);
    return withChild(at, next, put(childOf(at, next) as DirectoryNode, depth + 1), null);
  };
  return put(without, 0);
}
