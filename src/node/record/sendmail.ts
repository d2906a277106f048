/**
 * A Sendmail 8 of our own, with the rsyslog that keeps its log. Its package and Postfix exclude each other, so both are
 * unpacked into a scratch folder instead of installed ({@link fetchSendmail}, before the room is entered, since there is
 * no network in the room) and laid over the room's /etc, /dev and /usr/sbin/sendmail.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';

export const SENDMAIL_PORT = 10225;
const SERVER = ['sendmail-bin', 'sendmail-base', 'sendmail-cf', 'm4', 'libsigsegv2', 'liblockfile1'];
const SYSLOG = ['rsyslog', 'libestr0', 'libfastjson4', 'liblognorm5'];
const UNPACKED = join(tmpdir(), 'posthorn-sendmail');
const unpacked = (path: string): string => join(UNPACKED, 'root', path);
const RSYSLOGD = unpacked('usr/sbin/rsyslogd');

export function fetchSendmail(): void {
  if (existsSync(RSYSLOGD)) return;
  mkdirSync(UNPACKED, { recursive: true });
  execFileSync('apt-get', ['download', ...SERVER, ...SYSLOG], { cwd: UNPACKED, stdio: 'ignore' });
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(UNPACKED, file), join(UNPACKED, 'root')]);
}

const SENDMAIL = '/usr/sbin/sendmail';
const ROOT = '/etc/mail';
const QUEUES = ['/var/spool/mqueue', '/var/spool/mqueue-client'] as const;
const [QUEUE, CLIENT_QUEUE] = QUEUES;
const LOG = '/var/log/mail.log';

/** What matters of sendmail.mc, as it stands in the recordings' heads. */
const SETTINGS = [
  "define(`confDOMAIN_NAME', `neo.firma1.intr')",
  "LOCAL_DOMAIN(`firma1.intr')",
  "RELAY_DOMAIN(`pobocka.firma1.intr 192.0.2.10')",
];
const WITHOUT_DNS = ["FEATURE(`accept_unresolvable_domains')"];
const LIMIT = ["define(`confMAX_MESSAGE_SIZE', `10240000')"];

export interface SendmailChanges {
  /** It asks a name server too, not only the hosts file. */
  readonly dns?: true;
  /** Lines of sendmail.mc. */
  readonly lines?: readonly string[];
}

export const settingsOf = ({ dns, lines = [] }: SendmailChanges): string[] => [
  ...SETTINGS,
  ...(dns ? [] : WITHOUT_DNS),
  ...LIMIT,
  ...lines,
];

const define = (name: string, value: string): string => `define(\`${name}', \`${value}')`;

function configuration(changes: SendmailChanges): string {
  const places = {
    QUEUE_DIR: QUEUE,
    ALIAS_FILE: join(ROOT, 'aliases'),
    STATUS_FILE: join(ROOT, 'statistics'),
    confPID_FILE: join(ROOT, 'pid'),
    confSERVICE_SWITCH_FILE: join(ROOT, 'switch'),
    HELP_FILE: join(ROOT, 'helpfile'),
    LOCAL_MAILER_PATH: join(ROOT, 'mail.local'),
  };
  return [
    "include(`../m4/cf.m4')",
    "OSTYPE(`linux')",
    ...Object.entries(places).map(([name, place]) => define(name, place)),
    define('confDONT_PROBE_INTERFACES', 'True'),
    define('LOCAL_MAILER_ARGS', 'mail.local -d $u'),
    define(
      'confDONT_BLAME_SENDMAIL',
      'GroupWritableDirPathSafe,WorldWritableAliasFile,GroupWritableAliasFile',
    ),
    "FEATURE(`no_default_msa')",
    define('confTO_IDENT', '0'),
    `DAEMON_OPTIONS(\`Name=MTA, Family=inet, Addr=${ADDRESSES.neo}, Port=${SENDMAIL_PORT}')`,
    "DAEMON_OPTIONS(`Name=MTA-v4, Family=inet, Addr=127.0.0.1, Port=smtp')",
    ...settingsOf(changes),
    "MAILER(`local')",
    "MAILER(`smtp')",
    '',
  ].join('\n');
}

/** The client half: what sendmail(1) hands to the server when somebody on the host types it. */
const SUBMISSION = [
  "include(`../m4/cf.m4')",
  define('__OSTYPE__', ''),
  define('confTIME_ZONE', 'USE_TZ'),
  define('confDONT_INIT_GROUPS', 'True'),
  define('confDONT_PROBE_INTERFACES', 'True'),
  define('MSP_QUEUE_DIR', CLIENT_QUEUE),
  "FEATURE(`msp', `[127.0.0.1]')",
  '',
].join('\n');

const macros = (input: string): string =>
  execFileSync(unpacked('usr/bin/m4'), [], {
    cwd: unpacked('usr/share/sendmail/cf/cf'),
    input,
    encoding: 'latin1',
  });

/** Where a shared library of the unpacked packages lies. */
const placeOf = (library: string): string =>
  execFileSync('find', [unpacked('usr/lib'), '-name', library, '-printf', '%h'], { encoding: 'latin1' });

function startSyslog(scratch: string): ChildProcess {
  const config = join(scratch, 'rsyslog.conf');
  writeFileSync(
    config,
    `module(load="imuxsock")\n$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat\nmail.* ${LOG}\n`,
  );
  return spawn(RSYSLOGD, ['-n', '-iNONE', '-f', config, '-M', placeOf('imuxsock.so')], {
    env: { ...process.env, LD_LIBRARY_PATH: placeOf('libestr.so.0') },
    stdio: 'inherit',
  });
}

/** Lays Sendmail's files over the room's, makes the folders its packages would have made, and starts its log. */
export function furnishSendmail(scratch: string): ChildProcess {
  const kept = ['hosts', 'passwd', 'group'].map(
    (name) => [name, readFileSync(`/etc/${name}`, 'latin1')] as const,
  );
  for (const over of ['/etc', '/dev']) {
    const [upper, work] = [join(scratch, `upper${over}`), join(scratch, `work${over}`)];
    for (const place of [upper, work]) mkdirSync(place, { recursive: true });
    const layers = `lowerdir=${over},upperdir=${upper},workdir=${work}`;
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, over]);
  }
  for (const [name, text] of kept) writeFileSync(`/etc/${name}`, text);
  writeFileSync('/etc/passwd', 'smmsp:x:5026:5026::/var/spool/mqueue-client:/usr/sbin/nologin\n', {
    flag: 'a',
  });
  writeFileSync('/etc/group', 'smmsp:x:5026:\n', { flag: 'a' });
  writeFileSync('/etc/resolv.conf', 'nameserver 127.0.0.1\n');
  for (const place of ['/var/spool', '/var/log'])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', place]);
  chmodSync('/home', 0o755); // or it would warn of every .forward it looks for
  mkdirSync(QUEUE, { mode: 0o700 });
  mkdirSync(CLIENT_QUEUE);
  chmodSync(CLIENT_QUEUE, 0o770);
  execFileSync('chown', ['smmsp:smmsp', CLIENT_QUEUE]);
  mkdirSync(ROOT);
  writeFileSync(join(ROOT, 'aliases'), 'postmaster: anna\nMAILER-DAEMON: postmaster\ninfo: jura, anna\n', {
    mode: 0o644,
  });
  writeFileSync(join(ROOT, 'statistics'), '');
  copyFileSync(unpacked('etc/mail/helpfile'), join(ROOT, 'helpfile'));
  const mailLocal = unpacked('usr/libexec/sendmail/mail.local');
  writeFileSync(
    join(ROOT, 'mail.local'),
    `#!/bin/sh\nLD_LIBRARY_PATH=${placeOf('liblockfile.so.1')} exec ${mailLocal} "$@"\n`,
    { mode: 0o755 },
  );
  writeFileSync(join(ROOT, 'submit.cf'), macros(SUBMISSION), { mode: 0o644 });
  execFileSync('mount', ['--bind', unpacked('usr/libexec/sendmail/sendmail'), SENDMAIL]);
  return startSyslog(scratch);
}

export function startSendmail(changes: SendmailChanges): void {
  const hosts = changes.dns ? 'files dns' : 'files';
  writeFileSync('/etc/nsswitch.conf', `passwd: files\ngroup: files\nhosts: ${hosts}\nservices: files\n`);
  writeFileSync(join(ROOT, 'switch'), `hosts ${hosts}\naliases files\npasswd files\n`);
  writeFileSync(join(ROOT, 'sendmail.cf'), macros(configuration(changes)), { mode: 0o644 });
  for (const args of [['-bi'], ['-L', 'sm-mta', '-bd']]) {
    const { status } = spawnSync(SENDMAIL, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) throw new Error(`sendmail ${args.join(' ')}: ${status}`);
  }
}

/** Stops the daemon and throws away what it has in its queues. */
export function stopSendmail(): void {
  const number = Number(readFileSync(join(ROOT, 'pid'), 'latin1').split('\n')[0]);
  if (number > 1) process.kill(number, 'SIGTERM');
  for (const queue of QUEUES)
    for (const name of readdirSync(queue)) rmSync(join(queue, name), { force: true });
}

export const logLength = (): number => (existsSync(LOG) ? statSync(LOG).size : 0);
export const logSince = (offset: number): string =>
  existsSync(LOG) ? readFileSync(LOG, 'latin1').slice(offset) : '';

export const sendmailVersion = (): string =>
  /Version (\S+)/.exec(
    spawnSync(SENDMAIL, ['-d0.1', '-bt'], { input: '', encoding: 'latin1' }).stdout,
  )?.[1] ?? '?';
