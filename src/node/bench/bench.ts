/**
 * `npm run bench`: how fast the engine is, beside real mail software in the same run. `-- --json` prints one JSON
 * object instead of the table: name → {value, unit, goal, met}. The engine is built first, as for the page: run from
 * its sources, a loader’s additions would be measured with it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Two folders deep like this one, so that the course is found at the same place.
const outDir = path('../../../.cache/bench');

await build({
  configFile: false,
  root: path('../../../'),
  logLevel: 'error',
  publicDir: false,
  build: { ssr: path('measure.ts'), outDir, emptyOutDir: true, target: 'node20', minify: false },
});
const { status } = spawnSync(process.execPath, [`${outDir}/measure.js`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
