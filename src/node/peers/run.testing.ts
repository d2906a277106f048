/** Runs programs of the operating system for the tests with peers. */
import { execFile } from 'node:child_process';

export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Runs a program to its end, 20 seconds at the most. `home`: its home folder, so that it reads nobody's settings. */
export function run(program: string, args: readonly string[], input = '', home?: string): Promise<Ran> {
  const env =
    home === undefined ? process.env : { ...process.env, HOME: home, TERM: 'xterm', LC_ALL: 'C.UTF-8' };
  const options = { timeout: 20_000, encoding: 'latin1', maxBuffer: 64 * 1024 * 1024, env } as const;
  return new Promise((done) => {
    const child = execFile(program, args, options, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ status, output: out + err });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
