import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Written by src/node/browser.ts, which finds or installs a Chromium. */
const CACHED_PATH = '.chromium-path';
const found = existsSync(CACHED_PATH) ? readFileSync(CACHED_PATH, 'utf8').trim() : '';
const executablePath = process.env.CHROMIUM_PATH ?? found;
const url = 'http://127.0.0.1:4173/';

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: process.env.CI === undefined ? 2 : 1,
  timeout: 30_000,
  reporter: [['list']],
  use: {
    baseURL: url,
    viewport: { width: 1600, height: 1000 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === '' ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
  webServer: {
    command: 'node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port 4173 --strictPort',
    url,
    reuseExistingServer: false,
  },
});
