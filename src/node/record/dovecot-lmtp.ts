/** Dovecot's LMTP service, which Debian keeps in a package of its own: unpacked, not installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const UNPACKED = join(tmpdir(), 'posthorn-dovecot-lmtp');
export const LMTP_EXECUTABLE = join(UNPACKED, 'root/usr/lib/dovecot/lmtp');

export function fetchLmtp(): void {
  if (existsSync(LMTP_EXECUTABLE)) return;
  mkdirSync(UNPACKED, { recursive: true });
  execFileSync('apt-get', ['download', 'dovecot-lmtpd'], { cwd: UNPACKED, stdio: 'ignore' });
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(UNPACKED, file), join(UNPACKED, 'root')]);
}
