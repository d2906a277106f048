/**
 * Debian's Exim 4, with Debian's own configuration. Its package and Postfix exclude each other, so it is unpacked into a
 * scratch folder ({@link fetchExim}, before the room is entered) and laid over /usr and /etc of the room.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';

/** The three parts of Exim and those libraries that a Debian without it is likely to lack. */
const PACKAGES = ['exim4-daemon-heavy', 'exim4-base', 'exim4-config', 'libspf2-2', 'libidn12', 'libmariadb3'];
const UNPACKED = join(tmpdir(), 'posthorn-exim');
const MAINLOG = '/var/log/exim4/mainlog';

export function fetchExim(): void {
  if (existsSync(UNPACKED)) return;
  mkdirSync(UNPACKED);
  execFileSync('apt-get', ['download', ...PACKAGES], { cwd: UNPACKED, stdio: 'ignore' });
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(UNPACKED, file), join(UNPACKED, 'root')]);
}

const USER = 'Debian-exim:x:5025:5025::/var/spool/exim4:/usr/sbin/nologin\n';
const ALIASES = [
  'postmaster: anna',
  'mailer-daemon: postmaster',
  'root: anna',
  'info: jura, anna',
  'branch: karel@pobocka.firma1.intr',
  'gone: :fail: gone is now at gone@example.org',
  'later: :defer: later is being moved',
  'nothing: :blackhole:',
  'broken: jura, @@@',
  '',
].join('\n');

/** What a reader must know of the settings; {@link DEBCONF} has the same as the file of Debian's installer. */
export const EXIM_SETTINGS = [
  'dc_eximconfig_configtype=internet dc_other_hostnames=firma1.intr dc_relay_domains=pobocka.firma1.intr',
  'dc_relay_nets=192.0.2.0/28 dc_localdelivery=mail_spool MESSAGE_SIZE_LIMIT=10240000; all else as Debian has it:',
  'no AUTH, and STARTTLS with a certificate that Exim makes itself.',
  'aliases: postmaster, root: anna; info: jura, anna; branch: karel@pobocka.firma1.intr; gone: :fail: ...; later: :defer: ...;',
  'nothing: :blackhole:; broken: jura, @@@.',
];

const DEBCONF = [
  "dc_eximconfig_configtype='internet'",
  "dc_other_hostnames='firma1.intr'",
  `dc_local_interfaces='${ADDRESSES.neo}.10025'`,
  "dc_readhost=''",
  "dc_relay_domains='pobocka.firma1.intr'",
  "dc_minimaldns='false'",
  "dc_relay_nets='192.0.2.0/28'",
  "dc_smarthost=''",
  "CFILEMODE='644'",
  "dc_use_split_config='false'",
  "dc_hide_mailname=''",
  "dc_mailname_in_oh='true'",
  "dc_localdelivery='mail_spool'",
  '',
].join('\n');

/** Lays Exim's files over the room's and makes the folders its packages would have made. */
export function furnishExim(scratch: string): void {
  const kept = ['hosts', 'nsswitch.conf', 'passwd', 'group'].map(
    (name) => [name, readFileSync(`/etc/${name}`, 'latin1')] as const,
  );
  for (const part of ['upper', 'work']) mkdirSync(join(scratch, part));
  const overlay = (over: string, more: string) =>
    execFileSync('mount', [
      '-t',
      'overlay',
      'overlay',
      '-o',
      `lowerdir=${UNPACKED}/root${over}:${over}${more}`,
      over,
    ]);
  overlay('/usr', '');
  overlay('/etc', `,upperdir=${scratch}/upper,workdir=${scratch}/work`);
  for (const [name, text] of kept) writeFileSync(`/etc/${name}`, text);
  writeFileSync('/etc/passwd', USER, { flag: 'a' });
  writeFileSync('/etc/group', 'Debian-exim:x:5025:\n', { flag: 'a' });
  writeFileSync('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n');
  writeFileSync('/etc/resolv.conf', 'nameserver 127.0.0.1\n');
  writeFileSync('/etc/mailname', 'firma1.intr\n');
  writeFileSync('/etc/aliases', ALIASES);
  writeFileSync('/etc/exim4/update-exim4.conf.conf', DEBCONF);
  for (const place of ['/var/spool', '/var/log']) execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place]);
  for (const place of ['/var/spool/exim4', '/var/log/exim4']) mkdirSync(place);
  execFileSync('chown', ['Debian-exim:Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
  execFileSync('ln', ['-s', '/var/mail', '/var/spool/mail']);
}

/** How a job's configuration differs from the plain one. */
export interface EximChanges {
  /** Lines of exim4.conf.localmacros: macros of Debian's template and main options. */
  readonly local?: readonly string[];
  /** Take the comment signs off Debian's examples of PLAIN, LOGIN and CRAM-MD5. */
  readonly authenticators?: true;
  readonly retry?: string;
}

function configuration({ local = [], authenticators, retry }: EximChanges): string {
  const size = 'MESSAGE_SIZE_LIMIT = 10240000';
  writeFileSync('/etc/exim4/exim4.conf.localmacros', `${[size, ...local].join('\n')}\n`);
  execFileSync('update-exim4.conf', ['-o', '/etc/exim4/generated', '--keepcomments']);
  let text = readFileSync('/etc/exim4/generated', 'latin1');
  if (authenticators)
    text = text.replace(/^# (?=plain_server:)[\s\S]*?(?=\n# Here is an example)/m, (examples) =>
      examples.replace(/^# ?(?=[a-z_5]+:$| {2})/gm, ''),
    );
  if (retry !== undefined) text = text.replace(/^(begin retry\n[\s\S]*?\n)\* .*/m, `$1${retry}`);
  return text;
}

export interface Exim {
  readonly daemon: ChildProcess;
}

export function startExim(changes: EximChanges): Exim {
  writeFileSync('/etc/exim4/exim4.conf', configuration(changes));
  const check = spawnSync('exim4', ['-bV'], { encoding: 'latin1' });
  if (check.status !== 0) throw new Error(`exim -bV: ${check.stdout}${check.stderr}`);
  execFileSync('rm', ['-rf', '/var/spool/exim4/db']);
  const daemon = spawn('exim4', ['-bdf', '-oP', '/var/spool/exim4/daemon.pid'], { stdio: 'inherit' });
  return { daemon };
}

export async function stopExim({ daemon }: Exim): Promise<void> {
  const ended = new Promise<void>((done) => daemon.once('close', () => done()));
  if (daemon.exitCode !== null) return;
  daemon.kill('SIGTERM');
  await ended;
}

export const logLength = (): number => (existsSync(MAINLOG) ? statSync(MAINLOG).size : 0);
export const logSince = (offset: number): string =>
  existsSync(MAINLOG) ? readFileSync(MAINLOG, 'latin1').slice(offset) : '';

export const eximVersion = (): string =>
  /version (\S+)/.exec(spawnSync('exim4', ['-bV'], { encoding: 'latin1' }).stdout)?.[1] ?? '?';
