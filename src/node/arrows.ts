/** The rooms of the house and which may use which (DESIGN.md); broken arrows are found by reading import lines. */
import { readdirSync, readFileSync } from 'node:fs';

const SRC = new URL('../', import.meta.url);

/** Room → rooms it may import from, besides itself. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  dns: ['base'],
  mail: ['base', 'dns'],
  protocol: ['base', 'mail'],
  sim: ['base'],
  agents: ['protocol', 'mail', 'dns', 'sim', 'base'],
  shell: ['agents', 'protocol', 'mail', 'dns', 'sim', 'base'],
  view: ['agents', 'sim', 'protocol', 'mail', 'dns', 'base'],
  lesson: ['agents', 'shell', 'view', 'sim', 'protocol', 'mail', 'dns', 'base'],
  ui: ['agents', 'shell', 'view', 'lesson', 'sim', 'protocol', 'mail', 'dns', 'base'],
  node: ['agents', 'shell', 'view', 'lesson', 'sim', 'protocol', 'mail', 'dns', 'base'],
};

/** Rooms that may name another's types but none of its values: they describe, they do not run it. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = { view: ['agents'] };

/** Packages the engine may use: pure, and the same in a browser and in Node. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  agents: ['yaml', 'zod'],
  lesson: ['yaml', 'zod'],
  protocol: ['@noble/hashes/hmac.js', '@noble/hashes/legacy.js'],
};
const FREE_ROOMS = ['ui', 'node'];

export interface BrokenArrow {
  readonly file: string;
  readonly imports: string;
  readonly why: string;
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

/** Every import of a source file that its room does not allow. */
export function brokenArrows(file: string, source: string): readonly BrokenArrow[] {
  const [room = ''] = file.split('/');
  const allowed = ARROWS[room];
  if (!allowed || /\.(test|testing)\.tsx?$/.test(file)) return [];
  const broken: BrokenArrow[] = [];
  for (const [, typeOnly, target = ''] of source.matchAll(IMPORT)) {
    const say = (why: string) => broken.push({ file, imports: target, why });
    if (!target.startsWith('.')) {
      if (FREE_ROOMS.includes(room) || PACKAGES[room]?.includes(target)) continue;
      say(`${room}/ uses no package ${target}`);
      continue;
    }
    const path = new URL(target, `file:///${file}`).pathname.slice(1);
    const [to = ''] = path.split('/');
    if (to === room) continue;
    if (!allowed.includes(to)) say(`${room}/ may not import ${to}/`);
    else if (TYPES_ONLY[room]?.includes(to) && !typeOnly) say(`${room}/ may import only types of ${to}/`);
  }
  return broken;
}

export function sourceFiles(): readonly string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name))
    .sort();
}

export const readSource = (file: string): string => readFileSync(new URL(file, SRC), 'utf8');
