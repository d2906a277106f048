/**
 * Letters that find no place: a full disk, a quota that is used up, a lock file in the way, a mailbox larger than it may
 * be. The same postings for each kind of server; a quota is one of btrfs, since Linux' others are not in every kernel.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from './converse.ts';
import { ANN, EHLO, JURA, NOTE, posting, type Posting } from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';

const { neo, outsider } = ADDRESSES;
const UNPACKED = join(tmpdir(), 'posthorn-btrfs');
const TOOLS = join(UNPACKED, 'root');

export function fetchBtrfs(): void {
  if (existsSync(TOOLS)) return;
  mkdirSync(UNPACKED, { recursive: true });
  execFileSync('apt-get', ['download', 'btrfs-progs', 'liblzo2-2'], { cwd: UNPACKED, stdio: 'ignore' });
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(UNPACKED, file), TOOLS]);
}

const LIBRARIES = `LD_LIBRARY_PATH=${TOOLS}/lib/x86_64-linux-gnu:${TOOLS}/usr/lib/x86_64-linux-gnu`;
const BTRFS = `${LIBRARIES} ${TOOLS}/bin/btrfs`;

/** Not recorded, since their beginning is not: how the disk is made is no news of the server's. */
const unseen = (command: string): string => `sleep 0; (${command}) >/dev/null 2>&1`;

const SMALL_DISK = unseen('mount -t tmpfs -o size=64k,mode=1777 tmpfs /var/mail');
const FULL = 'head -c 100000 /dev/zero > /var/mail/fill';
const QUOTA = unseen(
  [
    'truncate -s 150M /mnt/quota.img',
    `${LIBRARIES} ${TOOLS}/sbin/mkfs.btrfs -q -M /mnt/quota.img`,
    'mkdir -p /mnt/quota && mount -o loop /mnt/quota.img /mnt/quota',
    `${BTRFS} quota enable /mnt/quota`,
    `${BTRFS} subvolume create /mnt/quota/mail`,
    `${BTRFS} qgroup limit 512K /mnt/quota/mail`,
    'chmod 1777 /mnt/quota/mail && mount --bind /mnt/quota/mail /var/mail',
    'head -c 480000 /dev/zero > /var/mail/fill',
  ].join('\n'),
);
const NORMAL = unseen('umount /var/mail');

const say = (title: string, ...afterwards: string[]): Posting => ({
  title,
  from: neo,
  steps: [],
  afterwards,
});
const letter = (title: string, ...afterwards: string[]): Posting => ({
  ...posting(title, outsider, EHLO, ANN, [JURA], NOTE),
  afterwards,
});

/** Letters of some 65,000 octets. */
const large = (title: string, letters: number, ...afterwards: string[]): Posting => {
  const body = `${'x'.repeat(70)}\r\n`.repeat(900);
  const one: Step[] = [ANN, JURA, 'DATA', { send: `Subject: large\r\n\r\n${body}.\r\n` }];
  const steps = Array.from({ length: letters }, () => one).flat();
  return { title, from: outsider, steps: [...EHLO, ...steps, 'QUIT'], afterwards };
};

/** `queue`: the command that lists the queue. */
export const troubles = (queue: string): readonly Posting[] => [
  say('the disk of the mailboxes gets full', SMALL_DISK, FULL),
  letter('a letter for a full disk', queue, NORMAL),
  say('little is left of the quota of the mailboxes', QUOTA),
  large('a letter over quota', 1, queue, NORMAL),
  say('somebody left a lock file', 'touch /var/mail/jura.lock'),
  letter('a letter for a locked mailbox', 'sleep 45', queue),
  say('the lock file is gone', 'rm /var/mail/jura.lock'),
];

/** For those with a limit of their own on a mailbox. */
export const tooLarge = (queue: string): readonly Posting[] => [
  large('a second letter larger than what is left of the mailbox', 2, queue),
];
