/** The mailboxes of a host looked at as files: what the program `files` asks below its mounts. */
import type { Clock } from '../../base/time.ts';
import type { Octets } from '../../base/octets.ts';
import { foldersTree, maildirTree, SPOOL } from '../files/furnish.ts';
import { DIRECTORY_OCTETS, may } from '../files/tree.ts';
import type { FileAnswer, FileError, FileRequest, MountedRequest, NamedStat, Stat } from '../files/types.ts';
import { failure } from '../files/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Fact } from '../facts.ts';
import { answerFolders } from './folder-files.ts';
import { answerMaildir } from './maildir-files.ts';
import { answerSpool } from './spool-files.ts';
import type { ByHand, OtherFile, StoreState } from './types.ts';
import { storeWith } from './types.ts';

/** Who looks, and when. */
export interface Looking {
  readonly user: string;
  /** Milliseconds since 1970, a whole second. */
  readonly now: number;
  readonly clock: Clock;
  readonly record: (fact: Fact) => void;
}

export type Looked = readonly [StoreState, FileAnswer];

export function answerMounted(
  store: StoreState,
  { tree, requests }: Pick<MountedRequest, 'tree' | 'requests'>,
  looking: Looking,
): readonly [StoreState, readonly FileAnswer[]] {
  const answers: FileAnswer[] = [];
  let next = store;
  for (const request of requests) {
    const [after, answer] = answerOne(next, tree, request, looking);
    next = after;
    answers.push(answer);
  }
  return [next, answers];
}

function answerOne(store: StoreState, tree: string, request: FileRequest, looking: Looking): Looked {
  if (tree === SPOOL) return answerSpool(store, request, looking);
  const owner = tree.slice(tree.indexOf(':') + 1);
  const account = entryOf(store.accounts, owner);
  if (account === undefined) return refuse(store, 'EIO');
  // Home directories' mail is for nobody else.
  if (looking.user !== 'root' && looking.user !== owner) return refuse(store, 'EACCES');
  if (tree === maildirTree(owner)) return answerMaildir(store, account, request, looking);
  return tree === foldersTree(owner) ? answerFolders(store, account, request, looking) : refuse(store, 'EIO');
}

export const refuse = (store: StoreState, error: FileError): Looked => [store, failure(error)];

export const fileStat = (owner: string, mtime: number, size: number, mode = 0o600): Stat => ({
  kind: 'file',
  mode,
  owner,
  group: owner,
  mtime,
  size,
  links: 1,
});

export const directoryStat = (owner: string, mtime: number, below: number): Stat => ({
  kind: 'directory',
  mode: 0o700,
  owner,
  group: owner,
  mtime,
  size: DIRECTORY_OCTETS,
  links: 2 + below,
});

/** A file's content to one that may read it. */
export const contentFor = (stat: Stat, user: string, content: () => Octets): FileAnswer =>
  may(stat, user, 'read') ? { kind: 'content', content: content() } : failure('EACCES');

export const byHandWith = (store: StoreState, changes: Partial<ByHand>): StoreState =>
  storeWith(store, { byHand: { ...store.byHand, ...changes } });

/** A call that a file does not answer as it is asked; `otherwise`: what is forbidden with this one. */
export const refuseForFile = (
  store: StoreState,
  { kind }: FileRequest,
  otherwise: FileError = 'EPERM',
): Looked =>
  refuse(store, kind === 'list' || kind === 'rmdir' ? 'ENOTDIR' : kind === 'mkdir' ? 'EEXIST' : otherwise);

/** Octets and number of the files that are no mailboxes. */
const OTHER_OCTETS = 4 * 1024 * 1024;
const OTHER_FILES = 200;

export const otherFile = ({ byHand }: StoreState, id: string): OtherFile | undefined =>
  entryOf(byHand.others, id);

/** Those directly below a directory, `spool` or `maildir:jura/tmp`. */
export function othersIn({ byHand }: StoreState, directory: string): readonly NamedStat[] {
  const before = `${directory}/`;
  return byHand.others
    .filter(({ id }) => id.startsWith(before) && !id.includes('/', before.length))
    .map((other) => ({ name: other.id.slice(before.length), stat: statOfOther(other) }));
}

export const statOfOther = ({ owner, mtime, content }: OtherFile): Stat =>
  fileStat(owner, mtime, content.length, 0o644);

/** What may be done to a file that is no mailbox, wherever it stands. */
export function answerOther(
  store: StoreState,
  id: string,
  request: FileRequest,
  { user, now }: Looking,
): Looked {
  const other = otherFile(store, id);
  const { others } = store.byHand;
  if (request.kind === 'write') {
    if (other && !may(statOfOther(other), user, 'write')) return refuse(store, 'EACCES');
    const before = other && request.how !== 'replace' ? other.content : '';
    const content = (before + request.content) as Octets;
    const octets = others.reduce((sum, each) => sum + each.content.length, content.length);
    if (octets > OTHER_OCTETS || others.length >= OTHER_FILES) return refuse(store, 'ENOSPC');
    const made = { id, owner: other?.owner ?? user, mtime: now, content };
    return [byHandWith(store, { others: withEntry(others, made) }), { kind: 'done' }];
  }
  if (!other) return refuse(store, request.kind === 'mkdir' ? 'EPERM' : 'ENOENT');
  switch (request.kind) {
    case 'stat':
      return [store, { kind: 'stat', stat: statOfOther(other) }];
    case 'read':
      return [store, contentFor(statOfOther(other), user, () => other.content)];
    case 'unlink':
      return [byHandWith(store, { others: withoutEntry(others, id) }), { kind: 'done' }];
    default:
      return refuseForFile(store, request, 'EXDEV');
  }
}
