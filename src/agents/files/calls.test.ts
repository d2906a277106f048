import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { HostSpec } from '../../sim/types.ts';
import { call, FILE_LIMIT, NODE_LIMIT } from './calls.ts';
import { furnished } from './furnish.ts';
import { directory, file, symlink, weigh, withChild } from './tree.ts';
import type { DirectoryNode, FileAnswer, FileRequest } from './types.ts';

const HOST: HostSpec = { id: 'neo', name: 'neo.firma1.intr', addresses: ['192.0.2.25'], programs: [] };
const NOW = 1_138_794_744_000;

const ROOT = furnished(
  {
    madeAt: NOW,
    users: ['jura', 'anna'],
    mail: { form: 'maildir', users: ['jura', 'anna'], folders: true },
    hosts: { localhost: '127.0.0.1' },
    servers: [],
    search: '',
    aliases: {},
    files: { '/home/jura/box/letter': 'Hello.\n' },
  },
  HOST,
);

/** A disk and who works at it. */
function disk(user: string, from: DirectoryNode = ROOT) {
  let root = from;
  const at = {
    call: (request: FileRequest): FileAnswer | string => {
      const called = call(root, request, { user, now: NOW + 1000, weight: weigh(root) });
      if (called.kind === 'mounted') return `${called.mount.tree} ${JSON.stringify(called.request)}`;
      root = called.root;
      return called.answer;
    },
    failing: (request: FileRequest): string => {
      const answer = at.call(request);
      return typeof answer === 'string' ? answer : answer.kind === 'error' ? answer.error : answer.kind;
    },
    root: () => root,
  };
  return at;
}

const write = (path: string, text = 'x', how: 'replace' | 'append' | 'open' = 'replace'): FileRequest => ({
  kind: 'write',
  path,
  how,
  content: text as Octets,
});
const read = (path: string): FileRequest => ({ kind: 'read', path });
const rename = (path: string, to: string): FileRequest => ({ kind: 'rename', path, to });

describe('permissions', () => {
  test.each<readonly [string, FileRequest, string]>([
    ['jura', write('/home/jura/x'), 'done'],
    ['jura', write('/home/anna/x'), 'EACCES'],
    ['root', write('/home/anna/x'), 'done'],
    ['jura', { kind: 'list', path: '/root' }, 'EACCES'],
    ['jura', read('/root/x'), 'EACCES'],
    ['jura', write('/etc/hosts'), 'EACCES'],
    ['root', write('/etc/hosts'), 'EPERM'],
    ['root', { kind: 'unlink', path: '/etc/hosts' }, 'EPERM'],
    ['root', rename('/etc/hosts', '/tmp/x'), 'EPERM'],
    ['jura', { kind: 'mkdir', path: '/x' }, 'EACCES'],
    ['jura', { kind: 'mkdir', path: '/tmp/x' }, 'done'],
  ])('%s: %j', (user, request, expected) => {
    expect(disk(user).failing(request)).toBe(expected);
  });

  test('in a sticky directory what is others’ stays', () => {
    const anna = disk('anna');
    anna.call(write('/tmp/x'));
    const jura = disk('jura', anna.root());
    expect(jura.failing({ kind: 'unlink', path: '/tmp/x' })).toBe('EPERM');
    expect(jura.failing(rename('/tmp/x', '/tmp/y'))).toBe('EPERM');
    expect(jura.failing(write('/tmp/x'))).toBe('EACCES');
  });
});

describe('paths', () => {
  test.each<readonly [string, string]>([
    ['/home/jura/box/letter', 'content'],
    ['//home/./jura/../jura/box//letter', 'content'],
    ['/../home/jura/box/letter', 'content'],
    ['/home/jura/box/letter/', 'ENOTDIR'],
    ['/home/jura/box/letter/.', 'ENOTDIR'],
    ['/home/jura/box/letter/x', 'ENOTDIR'],
    ['/home/jura/nowhere/x', 'ENOENT'],
    ['/home/jura/box', 'EISDIR'],
    [`/${'x'.repeat(256)}`, 'ENAMETOOLONG'],
    [`/${'x/'.repeat(3000)}`, 'ENAMETOOLONG'],
  ])('%s', (path, expected) => {
    expect(disk('jura').failing(read(path))).toBe(expected);
  });

  test('symlinks are followed, not for ever', () => {
    const own = { owner: 'root', mtime: NOW };
    let root = withChild(ROOT, 'a', symlink(own, 'b'), null);
    root = withChild(root, 'b', symlink(own, '/a'), null);
    root = withChild(root, 'c', symlink(own, 'home/jura/../jura/box'), null);
    const at = disk('jura', root);
    expect(at.failing(read('/a'))).toBe('ELOOP');
    expect(at.failing(read('/c/letter'))).toBe('content');
    expect(at.failing({ kind: 'stat', path: '/a', follow: false })).toBe('stat');
  });
});

describe('mounts', () => {
  test('what is below is asked of another program, by its path there', () => {
    const at = disk('jura');
    expect(at.call(read('/home/jura/box/../Maildir/./cur/../new/x'))).toBe(
      'maildir:jura {"kind":"read","path":"new/x"}',
    );
    expect(at.call(rename('/home/jura/Maildir/new/x', '/home/jura/Maildir/cur/x'))).toBe(
      'maildir:jura {"kind":"rename","path":"new/x","to":"cur/x"}',
    );
    expect(at.failing({ kind: 'stat', path: '/home/jura/Maildir/..', follow: true })).toBe('stat');
  });

  test.each<readonly [FileRequest, string]>([
    [rename('/home/jura/Maildir/new/x', '/home/jura/x'), 'EXDEV'],
    [rename('/home/jura/box', '/home/jura/Maildir/new/box'), 'EXDEV'],
    [rename('/home/jura/Maildir', '/home/jura/x'), 'EXDEV'],
    [rename('/home/jura/Maildir/new/x', '/home/anna/Maildir/new/x'), 'EXDEV'],
    [{ kind: 'rmdir', path: '/home/jura/Maildir' }, 'EBUSY'],
    [{ kind: 'mkdir', path: '/home/jura/Maildir' }, 'EEXIST'],
    [read('/home/anna/Maildir/new/x'), 'EACCES'],
  ])('%j', (request, expected) => {
    expect(disk('jura').failing(request)).toBe(expected);
  });
});

describe('what there is room for', () => {
  test('a file', () => {
    expect(disk('jura').failing(write('/tmp/x', 'x'.repeat(FILE_LIMIT)))).toBe('done');
    expect(disk('jura').failing(write('/tmp/x', 'x'.repeat(FILE_LIMIT + 1)))).toBe('EFBIG');
  });

  test('a disk', () => {
    const at = disk('jura');
    for (let i = 0; i < 8; i++) at.call(write(`/tmp/${i}`, 'x'.repeat(FILE_LIMIT - 1000)));
    expect(at.failing(write('/tmp/more', 'x'.repeat(10_000)))).toBe('ENOSPC');
  });

  test('files', () => {
    const own = { owner: 'jura', mtime: NOW };
    const entries = Array.from({ length: NODE_LIMIT }, (_, i) => ({
      name: String(i).padStart(6, '0'),
      node: file(own, 0o644, '' as Octets),
    }));
    const at = disk('jura', withChild(ROOT, 'many', { ...directory(own, 0o755), entries }, null));
    expect(at.failing(write('/tmp/x'))).toBe('ENOSPC');
    expect(at.failing({ kind: 'mkdir', path: '/tmp/x' })).toBe('ENOSPC');
    expect(at.failing(write('/many/000001'))).toBe('done');
  });
});

test('a directory is not moved into itself, nor over one that is not empty', () => {
  const at = disk('root');
  expect(at.failing(rename('/home', '/home/x/y'))).toBe('ENOENT');
  expect(at.failing(rename('/home', '/home/jura/x'))).toBe('EINVAL');
  expect(at.failing(rename('/home/jura/box', '/home/anna'))).toBe('ENOTEMPTY');
  expect(at.failing(rename('/home/jura/box', '/tmp/box'))).toBe('done');
  expect(at.failing(read('/tmp/box/letter'))).toBe('content');
  expect(at.failing(read('/home/jura/box/letter'))).toBe('ENOENT');
});

test('whatever is asked, in whatever order: an answer, and a tree whose names are in order', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    '..',
    '.',
    '',
    'Maildir',
    'box',
    'letter',
    'new',
    'jura',
    'home',
    'tmp',
  );
  const path = fc.array(name, { maxLength: 6 }).map((names) => `/${names.join('/')}`);
  const request: fc.Arbitrary<FileRequest> = fc.oneof(
    fc.record({ kind: fc.constantFrom('list', 'read', 'mkdir', 'rmdir', 'unlink'), path }),
    fc.record({ kind: fc.constant('stat' as const), path, follow: fc.boolean() }),
    path.chain((to) => path.map((from) => rename(from, to))),
    path.map((where) => write(where, 'x', 'append')),
  );
  const inOrder = ({ entries }: DirectoryNode): boolean =>
    entries.every(
      ({ name: here, node }, i) =>
        (i === 0 || entries[i - 1]!.name < here) &&
        !['', '.', '..'].includes(here) &&
        (node.kind !== 'directory' || inOrder(node)),
    );
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), fc.constantFrom('root', 'jura'), (requests, user) => {
      const at = disk(user);
      for (const each of requests) expect(at.call(each)).toBeDefined();
      expect(inOrder(at.root())).toBe(true);
    }),
  );
});
