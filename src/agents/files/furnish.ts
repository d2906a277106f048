/** The files a host has at first: what its programs were set up with, home directories, and what the scenario adds. */
import { encodeUtf8 } from '../../base/octets.ts';
import type { HostSpec } from '../../sim/types.ts';
import type { Passed } from './tree.ts';
import { childOf, directory, file, replaced, symlink } from './tree.ts';
import type { DirectoryNode, Mount, Node } from './types.ts';

export interface FilesConfig {
  /** Milliseconds since 1970 when all of it was made, a whole second. */
  readonly madeAt: number;
  /** Logins with a home directory. */
  readonly users: readonly string[];
  /** Those whose mailbox is here, the form it has, and whether there are more than INBOX; null: no mail is kept here. */
  readonly mail: {
    readonly form: 'mbox' | 'maildir';
    readonly users: readonly string[];
    readonly folders: boolean;
  } | null;
  /** As in `/etc/hosts`: name → address. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Addresses of name servers, and the domain that completes short names; empty: none. */
  readonly servers: readonly string[];
  readonly search: string;
  /** `/etc/aliases`; null: no mail server reads it. */
  readonly aliases: Readonly<Record<string, readonly string[]>> | null;
  /** Further files: absolute path → text. */
  readonly files: Readonly<Record<string, string>>;
}

/** Trees of the message store: the spool of all users, and the Maildir or the folder of mboxes of one. */
export const SPOOL = 'spool';
export const maildirTree = (user: string): string => `maildir:${user}`;
export const foldersTree = (user: string): string => `folders:${user}`;

export const homeOf = (user: string): string => (user === 'root' ? '/root' : `/home/${user}`);

export function furnished(config: FilesConfig, host: HostSpec): DirectoryNode {
  const root = { owner: 'root', mtime: config.madeAt };
  let tree = directory(root, 0o755);
  const put = (path: string, node: Node): void => {
    tree = planted(tree, path, node);
  };
  put('/tmp', directory(root, 0o1777));
  // What programs read when the host was set up: to change it would change nothing, so it cannot be changed.
  for (const [path, text] of Object.entries(settings(config, host)))
    put(path, file(root, 0o644, encodeUtf8(text), true));
  put('/root', directory(root, 0o700));
  put('/home', directory(root, 0o755));
  for (const user of config.users) {
    if (user !== 'root') put(homeOf(user), directory({ owner: user, mtime: config.madeAt }, 0o755));
  }
  if (config.mail !== null) plantMail(config.mail, config.madeAt, put);
  for (const [path, text] of Object.entries(config.files)) {
    const owner = /^\/home\/([^/]+)\//.exec(path)?.[1] ?? 'root';
    put(path, file({ owner, mtime: config.madeAt }, 0o644, encodeUtf8(text)));
  }
  return tree;
}

function plantMail(
  { form, users, folders }: NonNullable<FilesConfig['mail']>,
  mtime: number,
  put: (path: string, node: Node) => void,
): void {
  const mount = (tree: string): Mount => ({ program: 'store', tree });
  const root = { owner: 'root', mtime };
  if (form === 'mbox') put('/var/mail', directory(root, 0o2775, mount(SPOOL), 'mail'));
  else put('/var/mail', directory(root, 0o2775, null, 'mail'));
  put('/var/spool/mail', symlink(root, '../mail'));
  for (const user of users) {
    const own = { owner: user, mtime };
    if (form === 'mbox' && folders)
      put(`${homeOf(user)}/mail`, directory(own, 0o700, mount(foldersTree(user))));
    if (form === 'maildir') put(`${homeOf(user)}/Maildir`, directory(own, 0o700, mount(maildirTree(user))));
  }
}

/** Puts a node into the tree; directories on the way that are not there are made, in a home for its owner. */
function planted(tree: DirectoryNode, path: string, node: Node): DirectoryNode {
  const names = path.split('/').slice(1);
  const way: Passed[] = [];
  let at: DirectoryNode = tree;
  for (const [depth, name] of names.entries()) {
    way.push({ node: at, name });
    if (depth === names.length - 1) break;
    const child = childOf(at, name);
    at =
      child?.kind === 'directory'
        ? child
        : directory({ owner: path.startsWith('/home/') ? node.owner : 'root', mtime: node.mtime }, 0o755);
  }
  return replaced(way, node, null);
}

function settings(config: FilesConfig, host: HostSpec): Readonly<Record<string, string>> {
  const { hosts, servers, search, aliases } = config;
  const names = new Map<string, string[]>();
  for (const [name, address] of Object.entries(hosts)) {
    const known = names.get(address);
    if (known) known.push(name);
    else names.set(address, [name]);
  }
  const lines: Record<string, readonly string[]> = {
    '/etc/hostname': [host.name.split('.', 1)[0]!],
    '/etc/hosts': [...names].map(([address, all]) => `${address}\t${all.join(' ')}`),
    '/etc/resolv.conf': [
      ...(search === '' ? [] : [`search ${search}`]),
      ...servers.map((address) => `nameserver ${address}`),
    ],
    ...(aliases === null
      ? {}
      : { '/etc/aliases': Object.entries(aliases).map(([name, to]) => `${name}: ${to.join(', ')}`) }),
  };
  return Object.fromEntries(
    Object.entries(lines).map(([path, all]) => [path, all.map((line) => `${line}\n`).join('')]),
  );
}
