import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { Stage } from './src/agents/stage.ts';
import { coursePlugin } from './src/node/course-plugin.ts';
import { readScenarioFiles, readStage, scenarioNames } from './src/node/scenarios.ts';

/** What a visitor downloads before the map and the lesson stand, in gzipped octets. */
const FIRST_PAINT_LIMIT = 200 * 1024;

/** Prints gzipped sizes of the build and fails it when the first paint grew over its limit. */
function budget(): Plugin {
  return {
    name: 'posthorn-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const gz = new Map<string, number>();
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') gz.set(file.fileName, gzipSync(file.code).length);
      }
      const first = new Set<string>();
      const follow = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || first.has(name)) return;
        first.add(name);
        for (const next of chunk.imports) follow(next);
      };
      for (const file of Object.values(bundle))
        if (file.type === 'chunk' && file.isEntry) follow(file.fileName);
      // One catalogue of strings comes before the first paint too: count the largest.
      const catalogues = [...gz.keys()].filter((name) => /strings-[a-z]{2}-/.test(name));
      const largest = catalogues.sort((a, b) => gz.get(b)! - gz.get(a)!)[0];
      if (largest !== undefined) first.add(largest);
      const total = [...first].reduce((sum, name) => sum + (gz.get(name) ?? 0), 0);
      const kb = (octets: number): string => `${(octets / 1024).toFixed(1).padStart(7)} KB`;
      const rows = [...gz].sort((a, b) => b[1] - a[1]);
      const shown = rows.map(
        ([name, size]) => `${kb(size)} gz  ${first.has(name) ? 'first' : 'later'}  ${name}`,
      );
      console.log(
        `\n${shown.join('\n')}\n${kb(total)} gz  before first paint (limit ${kb(FIRST_PAINT_LIMIT).trim()})\n`,
      );
      if (total > FIRST_PAINT_LIMIT) {
        this.error(`first paint needs ${kb(total).trim()} of gzipped JavaScript; the limit is 200 KB`);
      }
    },
  };
}

const SCENARIOS = 'lessons/scenarios';
/** The one that opens when the address names none. */
const FIRST_SCENARIO = 'two-companies';

/** Scenario files are read and checked here: the page gets stages as data, and neither YAML reader nor schema. */
function readStages(): Stage[] {
  const files = readScenarioFiles();
  const stages = scenarioNames(files).map((name) => readStage(name, files));
  return stages.sort((a, b) => Number(b.id === FIRST_SCENARIO) - Number(a.id === FIRST_SCENARIO));
}

const STAGES_MODULE = 'virtual:posthorn-stages';
const ABOUT_MODULE = 'virtual:posthorn-stages-about';
const STAGE_PREFIX = 'virtual:posthorn-stage/';

/** `virtual:posthorn-stages`: titles of all scenarios; what they are about, and each one's stage, as chunks of their own. */
function stages(): Plugin {
  return {
    name: 'posthorn-stages',
    resolveId: (id) =>
      id === STAGES_MODULE || id === ABOUT_MODULE || id.startsWith(STAGE_PREFIX) ? `\0${id}` : null,
    load(id) {
      if (id === `\0${STAGES_MODULE}`) {
        for (const name of Object.keys(readScenarioFiles())) this.addWatchFile(resolve(SCENARIOS, name));
        const entries = readStages().map(
          ({ id: name, title }) =>
            `{ id: ${JSON.stringify(name)}, title: ${JSON.stringify(title)}, ` +
            `load: () => import(${JSON.stringify(STAGE_PREFIX + name)}) }`,
        );
        return `export const STAGES = [${entries.join(',\n')}];`;
      }
      if (id === `\0${ABOUT_MODULE}`) {
        const abouts = Object.fromEntries(readStages().map(({ id: name, about }) => [name, about]));
        return `export const ABOUTS = JSON.parse(${JSON.stringify(JSON.stringify(abouts))});`;
      }
      if (!id.startsWith(`\0${STAGE_PREFIX}`)) return null;
      const name = id.slice(STAGE_PREFIX.length + 1);
      const stage = readStages().find((one) => one.id === name);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(stage))});`;
    },
  };
}

/** The built page may talk to its own folder and nobody else. */
function closedPage(): Plugin {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return {
    name: 'posthorn-closed-page',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  base: './',
  plugins: [react(), stages(), coursePlugin(), budget(), closedPage()],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        chunkFileNames: (chunk) => {
          const language = /strings\/([a-z]{2})\/index\.ts$/.exec(chunk.facadeModuleId ?? '')?.[1];
          return language === undefined ? 'assets/[name]-[hash].js' : `assets/strings-${language}-[hash].js`;
        },
      },
    },
  },
  preview: { port: 4173, strictPort: true },
  // `npm run peers` plays with programs of the operating system, which not every machine has.
  test: { include: [process.env.PEERS ? 'src/**/*.peers.ts' : 'src/**/*.test.ts'], environment: 'node' },
});
