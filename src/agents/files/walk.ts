/** From a path to what is there, one name after the other: symlinks are followed, permissions asked, mounts entered. */
import { NAME_LIMIT, PATH_LIMIT } from './paths.ts';
import type { Passed } from './tree.ts';
import { childOf, may } from './tree.ts';
import type { DirectoryNode, FileError, Mount, Node } from './types.ts';

export type Walked =
  /** `way`: the directories passed, from the root; empty for the root itself. */
  | { readonly kind: 'found'; readonly node: Node; readonly way: readonly Passed[] }
  /** All but the last name is there; `way` ends with the directory it would be in. */
  | { readonly kind: 'absent'; readonly way: readonly Passed[] }
  /** It is another program's; `rest` is the path from there on. */
  | {
      readonly kind: 'mounted';
      readonly mount: Mount;
      readonly rest: string;
      /** The directory the mount stands on. */
      readonly node: DirectoryNode;
    }
  | { readonly kind: 'error'; readonly error: FileError };

/** Linux' own limit. */
const SYMLINK_LIMIT = 40;

const wrong = (error: FileError): Walked => ({ kind: 'error', error });

/** `follow`: a symlink at the end counts as its target. */
export function walk(root: DirectoryNode, path: string, user: string, follow: boolean): Walked {
  if (path.length > PATH_LIMIT) return wrong('ENAMETOOLONG');
  const pending = path.split('/').reverse();
  const way: Passed[] = [];
  let node: Node = root;
  let links = 0;
  let below: string[] = [];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (node.kind !== 'directory') return wrong('ENOTDIR');
    if (name === '') continue;
    if (name === '.') {
      if (may(node, user, 'search')) continue;
      return wrong('EACCES');
    }
    if (name.length > NAME_LIMIT) return wrong('ENAMETOOLONG');
    if (node.mount !== null && (name !== '..' || below.length > 0)) {
      below = name === '..' ? below.slice(0, -1) : [...below, name];
      continue;
    }
    if (!may(node, user, 'search')) return wrong('EACCES');
    if (name === '..') {
      node = way.pop()?.node ?? root;
      continue;
    }
    const child: Node | undefined = childOf(node, name);
    if (child === undefined) {
      const last = pending.every((other) => other === '');
      return last ? { kind: 'absent', way: [...way, { node, name }] } : wrong('ENOENT');
    }
    if (child.kind === 'symlink' && (follow || pending.length > 0)) {
      if (++links > SYMLINK_LIMIT) return wrong('ELOOP');
      if (child.target.startsWith('/')) {
        way.length = 0;
        node = root;
      }
      pending.push(...child.target.split('/').reverse());
      continue;
    }
    way.push({ node, name });
    node = child;
  }
  if (node.kind === 'directory' && node.mount !== null)
    return { kind: 'mounted', mount: node.mount, rest: below.join('/'), node };
  return { kind: 'found', node, way };
}
