/** Dovecot's IMAP over a mailbox of given letters, without network and without login: `doveadm exec imap`. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Without files of its own Dovecot remembers nothing of a letter: each answer is the first. */
export const MIME_SETTINGS = ['mail_location = maildir:~/Maildir:INDEX=MEMORY'];

const HOME = '/home/jura';
const USER = '5001';
/** A tagged reply has come by then, or none will. */
const LIMIT_MS = 20_000;

export function fillMaildir(letters: readonly string[]): void {
  const maildir = join(HOME, 'Maildir');
  rmSync(maildir, { recursive: true, force: true });
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(maildir, part), { recursive: true });
  letters.forEach((content, i) => {
    writeFileSync(join(maildir, 'cur', `${1420448400 + i}.M1P1.neo:2,S`), content, 'latin1');
  });
  execFileSync('chown', ['-R', `${USER}:${USER}`, maildir]);
}

/** One session as jura, INBOX selected. */
export interface MimeSession {
  /** Sends a command, which gets a tag, and waits for its tagged reply. */
  readonly ask: (command: string) => Promise<{ readonly sent: string; readonly answer: string }>;
  readonly end: () => void;
}

export async function openMimeSession(scratch: string): Promise<MimeSession> {
  const config = join(scratch, 'dovecot-mime.conf');
  const settings = [
    `base_dir = ${join(scratch, 'run')}`,
    `log_path = ${join(scratch, 'log')}`,
    'ssl = no',
    'protocols = imap',
  ];
  writeFileSync(config, [...settings, ...MIME_SETTINGS, ''].join('\n'));
  mkdirSync(join(scratch, 'run'), { recursive: true });
  writeFileSync(join(scratch, 'log'), '');
  execFileSync('chmod', ['666', join(scratch, 'log')]);
  const child = spawn(
    'setpriv',
    ['--reuid', USER, '--regid', USER, '--clear-groups', 'doveadm', '-c', config, 'exec', 'imap'],
    { env: { ...process.env, USER: 'jura', HOME }, cwd: HOME },
  );
  const ask = talk(child);
  await ask('SELECT INBOX');
  return { ask, end: () => child.kill() };
}

function talk(child: ChildProcessWithoutNullStreams): MimeSession['ask'] {
  let heard = '';
  let count = 0;
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      wake();
    });
  const heardMore = () =>
    new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`dovecot says nothing more than ${heard}`)), LIMIT_MS);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  return async (command) => {
    const tag = `a${++count}`;
    const end = new RegExp(`(?:^|\\n)${tag} (?:OK|NO|BAD) .*\\r\\n$`);
    const sent = `${tag} ${command}\r\n`;
    child.stdin.write(sent, 'latin1');
    while (!end.test(heard)) await heardMore();
    const answer = heard;
    heard = '';
    return { sent, answer };
  };
}
