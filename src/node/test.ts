/** `npm test`: everything a change must pass, in the order that fails soonest. Prints the time each part took. */
import { spawnSync } from 'node:child_process';

interface Part {
  readonly name: string;
  readonly command: readonly string[];
}

const bin = (name: string): string => `node_modules/${name}`;
const node = (script: string, ...args: string[]): readonly string[] => [
  process.execPath,
  bin(script),
  ...args,
];

const PARTS: readonly Part[] = [
  { name: 'types', command: node('typescript/bin/tsc', '-b') },
  { name: 'lint', command: node('@biomejs/biome/bin/biome', 'lint', '--error-on-warnings') },
  { name: 'unit tests and import arrows', command: node('vitest/vitest.mjs', 'run') },
  { name: 'lesson proofs', command: node('tsx/dist/cli.mjs', 'src/node/lesson.ts', 'check') },
  { name: 'browser', command: node('tsx/dist/cli.mjs', 'src/node/browser.ts') },
  { name: 'build', command: node('vite/bin/vite.js', 'build') },
  { name: 'browser tests', command: node('@playwright/test/cli.js', 'test') },
];

const times: string[] = [];
for (const { name, command } of PARTS) {
  console.log(`\n== ${name}`);
  const began = performance.now();
  const { status, error } = spawnSync(command[0]!, command.slice(1), { stdio: 'inherit' });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (error || status !== 0) {
    console.error(`\n${name} failed after ${seconds} s${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
  times.push(`${seconds.padStart(7)} s  ${name}`);
}
console.log(`\nall passed\n${times.join('\n')}`);
