/** Reads the scenario folder from disk: for tests, tools and the build. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadStage } from '../agents/scenario.ts';
import type { ScenarioFiles } from '../agents/scenario.ts';
import type { Stage } from '../agents/stage.ts';

const FOLDER = new URL('../../lessons/scenarios/', import.meta.url);

export function readScenarioFiles(folder: URL | string = FOLDER): ScenarioFiles {
  const base =
    typeof folder === 'string' ? new URL(`file://${folder.endsWith('/') ? folder : `${folder}/`}`) : folder;
  const names = readdirSync(base).filter((name) => /\.(yaml|zone)$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, base), 'utf8')]));
}

export const scenarioNames = (files: ScenarioFiles): readonly string[] =>
  Object.keys(files).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []));

/** A stage by name; throws with every problem when it does not load. */
export function readStage(name: string, files: ScenarioFiles = readScenarioFiles()): Stage {
  const loaded = loadStage(name, files);
  if ('stage' in loaded) return loaded.stage;
  throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
}
