/** Types at a program on a terminal and keeps what the terminal showed, typed keys included as the terminal echoes them. */
import { spawn } from 'node:child_process';

/** Keys pressed, then a pause to let the program answer. */
export interface Keys {
  readonly keys: string;
  readonly thenMs?: number;
}

const QUICK_MS = 350;
const LIMIT_MS = 15_000;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export async function typeAt(command: string, presses: readonly Keys[]): Promise<string> {
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', LANG: 'C', COLUMNS: '80', LINES: '24' },
  });
  let screen = '';
  let over = false;
  const ended = new Promise<void>((done) => terminal.on('close', () => done()));
  terminal.on('close', () => {
    over = true;
  });
  terminal.stdin.on('error', () => {
    over = true;
  });
  terminal.stdout.setEncoding('latin1');
  terminal.stdout.on('data', (chunk: string) => {
    screen += chunk;
  });
  await pause(QUICK_MS * 2);
  for (const { keys, thenMs } of presses) {
    if (over) break;
    terminal.stdin.write(keys, 'latin1');
    await pause(thenMs ?? QUICK_MS);
  }
  if (!over) await Promise.race([ended, pause(presses.length === 0 ? LIMIT_MS : QUICK_MS)]);
  if (!over) terminal.kill('SIGKILL');
  await ended;
  return screen;
}
