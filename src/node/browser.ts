/**
 * Finds a Chromium for the browser tests, or installs one, and leaves its path in `.chromium-path` for
 * `playwright.config.ts`. Order: CHROMIUM_PATH, Playwright's own, the system's, Playwright's download, apt-get.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a system browser, or null. */
function systemBrowser(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, ...ELSEWHERE].find((path) => existsSync(path)) ?? null;
}

function run(command: string, args: readonly string[]): boolean {
  console.log(`browser: ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** Installs through the system's package manager where that is apt. */
function aptInstall(): string | null {
  if (process.platform !== 'linux') return null;
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = [...prefix, 'apt-get'];
  run(apt[0]!, [...apt.slice(1), 'update']);
  run(apt[0]!, [...apt.slice(1), 'install', '-y', '--no-install-recommends', 'chromium']);
  return systemBrowser();
}

function playwrightBrowser(): string | null {
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

function find(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && existsSync(named)) return named;
  const here = playwrightBrowser() ?? systemBrowser();
  if (here !== null) return here;
  const cli = join('node_modules', '@playwright', 'test', 'cli.js');
  if (run(process.execPath, [cli, 'install', 'chromium']) && playwrightBrowser() !== null) {
    return playwrightBrowser();
  }
  return aptInstall();
}

const path = find();
if (path === null) {
  console.error(
    'browser: no Chromium found, and neither Playwright nor apt-get could install one.\n' +
      'Install Chromium, Chrome or Edge, or name one: CHROMIUM_PATH=/path/to/chromium npm test',
  );
  process.exitCode = 1;
} else {
  writeFileSync('.chromium-path', `${path}\n`);
  console.log(`browser: ${path}`);
}
