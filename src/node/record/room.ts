/**
 * A sealed room for a recording: its own network (loopback with the course's addresses on it), host name, hosts file,
 * passwd, mail spools and processes. Nothing listens outside it and everything in it ends with it. Linux, as root.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ADDRESSES = {
  neo: '192.0.2.25',
  pobocka: '192.0.2.26',
  /** A desk in the company, inside `mynetworks`. */
  insider: '192.0.2.10',
  /** Some mail server out in the world, with a name. */
  outsider: '198.51.100.7',
  /** A client whose address has no name. */
  nameless: '198.51.100.99',
  /** Nobody listens here. */
  silent: '203.0.113.5',
} as const;

const HOSTS = [
  '127.0.0.1 localhost',
  `${ADDRESSES.neo} neo.firma1.intr neo`,
  `${ADDRESSES.pobocka} pobocka.firma1.intr pobocka`,
  `${ADDRESSES.insider} pc1.firma1.intr pc1`,
  `${ADDRESSES.outsider} mail.example.org`,
  `${ADDRESSES.silent} silent.example.net`,
  '',
].join('\n');

const USERS = ['jura:x:5001:5001:Jura:/home/jura:/bin/sh', 'anna:x:5002:5002:Anna:/home/anna:/bin/sh'];

const INSIDE = 'POSTHORN_RECORDING_ROOM';

export const isInside = (): boolean => process.env[INSIDE] === '1';

/** Runs this same program again inside a new room and gives its exit status. */
export function enterRoom(limitSeconds: number): number {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const unshare = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { status } = spawnSync(
    'timeout',
    ['--signal=KILL', String(limitSeconds), 'unshare', ...unshare, ...again],
    {
      stdio: 'inherit',
      env: { ...process.env, [INSIDE]: '1' },
    },
  );
  return status ?? 1;
}

/** Where servers keep their files. Not under /tmp: Sendmail trusts nothing below a folder all may write to. */
export const SCRATCH = '/mnt';

/** Furnishes the room from inside. All of it, {@link SCRATCH} too, goes away with the room. */
export function furnish(): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', SCRATCH]);
  const cover = (path: string, text: string) => {
    const file = join(SCRATCH, path.replaceAll('/', '-').slice(1));
    writeFileSync(file, text);
    execFileSync('mount', ['--bind', file, path]);
  };
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const address of Object.values(ADDRESSES))
    if (address !== ADDRESSES.silent) execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
  execFileSync('hostname', ['neo.firma1.intr']);
  cover('/etc/hosts', HOSTS);
  cover('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files\nservices: files\naliases: files\n');
  cover('/etc/passwd', `${readFileSync('/etc/passwd', 'latin1').trimEnd()}\n${USERS.join('\n')}\n`);
  for (const place of ['/var/mail', '/home']) execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place]);
  execFileSync('chmod', ['1777', '/var/mail']);
  for (const user of ['jura', 'anna']) {
    mkdirSync(`/home/${user}`);
    execFileSync('chown', [user, `/home/${user}`]);
  }
}

/** Processes of a program in the room; a server with no session and no delivery going on has one, the daemon. */
export function processesNamed(program: string): number {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return names.filter((pid) => {
    try {
      // Z: it has ended, but the room's first process, which is us, does not collect strangers.
      return new RegExp(`^\\d+ \\(${program}\\) [^Z]`).test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return false; // it ended while we looked
    }
  }).length;
}
