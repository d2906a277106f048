/** Starts and stops a Dovecot of our own with POP3 on a high port and its configuration in a scratch folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';

export const POP3_PORT = 10110;

/** What matters of the configuration, as it stands in the recordings' heads; the rest is where things are. */
export const DOVECOT_SETTINGS = [
  'protocols = pop3',
  'ssl = no',
  'disable_plaintext_auth = no',
  'mail_location = mbox:~/mail:INBOX=/var/mail/%u',
];

export interface Dovecot {
  readonly config: string;
  readonly log: string;
}

export function startDovecot(scratch: string, name: string, changes: readonly string[]): Dovecot {
  const root = join(scratch, name);
  for (const part of ['run', 'state']) mkdirSync(join(root, part), { recursive: true });
  const config = join(root, 'dovecot.conf');
  const users = join(root, 'users');
  const log = join(root, 'dovecot.log');
  writeFileSync(users, 'jura:{PLAIN}heslo:5001:5001::/home/jura\nanna:{PLAIN}heslo:5002:5002::/home/anna\n');
  writeFileSync(
    config,
    [
      `base_dir = ${join(root, 'run')}`,
      `state_dir = ${join(root, 'state')}`,
      `log_path = ${log}`,
      `listen = ${ADDRESSES.neo}`,
      ...DOVECOT_SETTINGS,
      'service pop3-login {',
      '  chroot =',
      `  inet_listener pop3 {\n    port = ${POP3_PORT}\n  }`,
      '  inet_listener pop3s {\n    port = 0\n  }',
      '}',
      'service stats {\n  chroot =\n}',
      'service anvil {\n  chroot =\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}',
      `passdb {\n  driver = passwd-file\n  args = ${users}\n}`,
      `userdb {\n  driver = passwd-file\n  args = ${users}\n}`,
      ...changes,
      '',
    ].join('\n'),
  );
  const { status } = spawnSync('dovecot', ['-c', config], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`dovecot did not start: ${status}`);
  return { config, log };
}

export const stopDovecot = (dovecot: Dovecot): void => {
  spawnSync('dovecot', ['-c', dovecot.config, 'stop'], { stdio: 'inherit' });
};

export const dovecotVersion = (): string =>
  execFileSync('dovecot', ['--version'], { encoding: 'latin1' }).trim().split(' ')[0]!;
