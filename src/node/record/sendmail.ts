/**
 * A Sendmail 8 of our own. Its package and Postfix exclude each other, so it is unpacked into a scratch folder instead
 * of installed ({@link fetchSendmail}, before the room is entered, since there is no network in the room).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';

export const SENDMAIL_PORT = 10225;
const PACKAGES = ['sendmail-bin', 'sendmail-base', 'sendmail-cf', 'm4', 'libsigsegv2', 'liblockfile1'];
const UNPACKED = join(tmpdir(), 'posthorn-sendmail');

export function fetchSendmail(): void {
  if (existsSync(UNPACKED)) return;
  mkdirSync(UNPACKED);
  execFileSync('apt-get', ['download', ...PACKAGES], { cwd: UNPACKED, stdio: 'ignore' });
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(UNPACKED, file), join(UNPACKED, 'root')]);
}

const unpacked = (path: string): string => join(UNPACKED, 'root', path);
const SENDMAIL = unpacked('usr/libexec/sendmail/sendmail');

/** What matters of sendmail.mc, as it stands in the recordings' heads. */
export const SENDMAIL_SETTINGS = [
  "define(`confDOMAIN_NAME', `neo.firma1.intr')",
  "LOCAL_DOMAIN(`firma1.intr')",
  "RELAY_DOMAIN(`pobocka.firma1.intr 192.0.2.10')",
  "FEATURE(`accept_unresolvable_domains')",
  "define(`confMAX_MESSAGE_SIZE', `10240000')",
];

function configuration(root: string, changes: readonly string[]): string {
  const places = {
    QUEUE_DIR: 'mqueue',
    ALIAS_FILE: 'aliases',
    STATUS_FILE: 'statistics',
    confPID_FILE: 'pid',
    confSERVICE_SWITCH_FILE: 'switch',
    HELP_FILE: 'helpfile',
  };
  return [
    "include(`../m4/cf.m4')",
    "OSTYPE(`linux')",
    ...Object.entries(places).map(([name, file]) => `define(\`${name}', \`${join(root, file)}')`),
    `define(\`LOCAL_MAILER_PATH', \`${join(root, 'mail.local')}')`,
    "define(`confDONT_PROBE_INTERFACES', `True')",
    "define(`LOCAL_MAILER_ARGS', `mail.local -d $u')",
    "define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,WorldWritableAliasFile,GroupWritableAliasFile')",
    "FEATURE(`no_default_msa')",
    "define(`confTO_IDENT', `0')",
    `DAEMON_OPTIONS(\`Name=MTA, Family=inet, Addr=${ADDRESSES.neo}, Port=${SENDMAIL_PORT}')`,
    ...SENDMAIL_SETTINGS,
    ...changes,
    "MAILER(`local')",
    "MAILER(`smtp')",
    '',
  ].join('\n');
}

export interface Sendmail {
  readonly pid: string;
}

export function startSendmail(scratch: string, name: string, changes: readonly string[]): Sendmail {
  const root = join(scratch, name);
  mkdirSync(join(root, 'mqueue'), { recursive: true });
  chmodSync(join(root, 'mqueue'), 0o700);
  writeFileSync(join(root, 'switch'), 'hosts files\naliases files\npasswd files\n');
  writeFileSync(join(root, 'aliases'), 'postmaster: anna\nMAILER-DAEMON: postmaster\ninfo: jura, anna\n', {
    mode: 0o644,
  });
  writeFileSync(join(root, 'statistics'), '');
  copyFileSync(unpacked('etc/mail/helpfile'), join(root, 'helpfile'));
  const libraries = execFileSync(
    'find',
    [unpacked('usr/lib'), '-name', 'liblockfile.so.1', '-printf', '%h'],
    {
      encoding: 'latin1',
    },
  );
  const mailLocal = unpacked('usr/libexec/sendmail/mail.local');
  writeFileSync(
    join(root, 'mail.local'),
    `#!/bin/sh\nLD_LIBRARY_PATH=${libraries} exec ${mailLocal} "$@"\n`,
    { mode: 0o755 },
  );
  const cf = execFileSync(unpacked('usr/bin/m4'), [], {
    cwd: unpacked('usr/share/sendmail/cf/cf'),
    input: configuration(root, changes),
    encoding: 'latin1',
  });
  const config = join(root, 'sendmail.cf');
  writeFileSync(config, cf, { mode: 0o644 });
  for (const args of [['-bi'], ['-bd']]) {
    const { status } = spawnSync(SENDMAIL, ['-C', config, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error(`sendmail ${args.join(' ')}: ${status}`);
  }
  return { pid: join(root, 'pid') };
}

export function stopSendmail({ pid }: Sendmail): void {
  const number = Number(readFileSync(pid, 'latin1').split('\n')[0]);
  if (number > 1) process.kill(number, 'SIGTERM');
}

export const sendmailVersion = (): string =>
  /Version (\S+)/.exec(
    spawnSync(SENDMAIL, ['-d0.1', '-bt'], { input: '', encoding: 'latin1' }).stdout,
  )?.[1] ?? '?';
