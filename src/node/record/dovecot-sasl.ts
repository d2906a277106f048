/** A Dovecot that only checks passwords, for a Postfix instance's smtpd. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dovecot } from './dovecot.ts';

/** Clear passwords, since CRAM-MD5 must compute with them. */
const USERS = 'jura:{PLAIN}heslo\nanna:{PLAIN}tajne\n';

export function startSasl(scratch: string, socket: string): Dovecot {
  const root = join(scratch, 'sasl');
  for (const part of ['run', 'state']) mkdirSync(join(root, part), { recursive: true });
  const config = join(root, 'dovecot.conf');
  const log = join(root, 'dovecot.log');
  writeFileSync(join(root, 'users'), USERS);
  writeFileSync(
    config,
    [
      `base_dir = ${join(root, 'run')}`,
      `state_dir = ${join(root, 'state')}`,
      `log_path = ${log}`,
      'protocols =',
      'ssl = no',
      'disable_plaintext_auth = no',
      'auth_mechanisms = plain login cram-md5',
      'auth_failure_delay = 0 secs',
      `service auth {\n  unix_listener ${socket} {\n    mode = 0660\n    user = postfix\n    group = postfix\n  }\n}`,
      'service stats {\n  chroot =\n}',
      // Else every wrong password makes the next answer slower.
      'service anvil {\n  chroot =\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}',
      `passdb {\n  driver = passwd-file\n  args = ${join(root, 'users')}\n}`,
      'userdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=/nonexistent\n}',
      '',
    ].join('\n'),
  );
  const { status } = spawnSync('dovecot', ['-c', config], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`dovecot did not start: ${status}`);
  return { config, log };
}
