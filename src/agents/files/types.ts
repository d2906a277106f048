/** Shapes of a host's file system: what is on its disk, and what other programs of the host ask of it. */
import type { Octets } from '../../base/octets.ts';

interface Inode {
  /** POSIX permission bits, e.g. 0o644; a directory may have 0o1000 (sticky) as well. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly mtime: number;
}

export interface FileNode extends Inode {
  readonly kind: 'file';
  readonly content: Octets;
  /** Nobody may change it, as after `chattr +i`: the programs that use it read it when the host was set up. */
  readonly immutable: boolean;
}

export interface DirectoryNode extends Inode {
  readonly kind: 'directory';
  /** By name, in the order of their octets. */
  readonly entries: readonly DirectoryEntry[];
  /** Something another program of the host keeps stands here; null: what is in `entries`. */
  readonly mount: Mount | null;
}

export interface SymlinkNode extends Inode {
  readonly kind: 'symlink';
  readonly target: string;
}

export type Node = FileNode | DirectoryNode | SymlinkNode;

export interface DirectoryEntry {
  readonly name: string;
  readonly node: Node;
}

/** A part of the tree that is another program's: that program knows it by `tree`. */
export interface Mount {
  readonly program: string;
  readonly tree: string;
}

/** POSIX errors by their names; {@link STRERROR} has the words. */
export type FileError = keyof typeof STRERROR;

/** The words of the C library. */
export const STRERROR = {
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
  EXDEV: 'Invalid cross-device link',
} as const;

/** What `stat` tells. `size` in octets; `links` of a directory: 2 and one for each directory in it. */
export interface Stat extends Inode {
  readonly kind: Node['kind'];
  readonly size: number;
  readonly links: number;
  /** Of a symlink. */
  readonly target?: string;
}

export interface NamedStat {
  readonly name: string;
  readonly stat: Stat;
}

/** One system call or the few that go together. Paths are absolute. */
export type FileRequest =
  /** `follow`: a symlink's target instead of itself. */
  | { readonly kind: 'stat'; readonly path: string; readonly follow: boolean }
  | { readonly kind: 'list'; readonly path: string }
  | { readonly kind: 'read'; readonly path: string }
  /**
   * Writes, creating what is not there: in the place of all it had, or behind it. `open` says whether that may be, with
   * nothing to write yet; where files are messages, none is made of it.
   */
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly how: 'replace' | 'append' | 'open';
      readonly content: Octets;
    }
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'rmdir'; readonly path: string }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

export type FileAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'stat'; readonly stat: Stat }
  | { readonly kind: 'entries'; readonly entries: readonly NamedStat[] }
  | { readonly kind: 'content'; readonly content: Octets }
  | { readonly kind: 'error'; readonly error: FileError };

export const DONE: FileAnswer = { kind: 'done' };

export const failure = (error: FileError): FileAnswer => ({ kind: 'error', error });

/** Requests in one message; those beyond are not answered. */
export const REQUEST_LIMIT = 60_000;

/** To the program `files`: requests one after the other, by a user of the host. `token` comes back with the answers. */
export interface FilesRequest {
  readonly kind: 'files';
  readonly token: string;
  readonly user: string;
  readonly requests: readonly FileRequest[];
}

/** One answer for each request, in their order. */
export interface FilesAnswer {
  readonly kind: 'files';
  readonly token: string;
  readonly answers: readonly FileAnswer[];
}

/**
 * From `files` to the program that keeps a mounted part, and back with as many answers. Paths (`path`, `to`) begin at
 * the mount: `cur/x`, or empty for its root. `errand` is the rest of what `files` was about; it comes back as it was.
 */
export interface MountedRequest {
  readonly kind: 'mounted';
  readonly tree: string;
  readonly user: string;
  readonly requests: readonly FileRequest[];
  readonly errand: Errand;
}

export interface MountedAnswer {
  readonly kind: 'mounted';
  readonly answers: readonly FileAnswer[];
  readonly errand: Errand;
}

export interface Errand {
  /** Program that asked, its token and user. */
  readonly from: string;
  readonly token: string;
  readonly user: string;
  readonly answers: readonly FileAnswer[];
  /** Those that come after the ones asked of the mount. */
  readonly requests: readonly FileRequest[];
}
