/** The scenarios of the course, as stages: for tests, tools and the build. */
import { loadStage } from '../agents/scenario.ts';
import type { ScenarioFiles } from '../agents/scenario.ts';
import type { Stage } from '../agents/stage.ts';
import { courseFiles, LESSONS_FOLDER } from './course-files.ts';

export const readScenarioFiles = (): ScenarioFiles => courseFiles(new URL('scenarios/', LESSONS_FOLDER));

export const scenarioNames = (files: ScenarioFiles): readonly string[] =>
  Object.keys(files).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []));

/** A stage by name; throws with every problem when it does not load. */
export function readStage(name: string, files: ScenarioFiles = readScenarioFiles()): Stage {
  const loaded = loadStage(name, files);
  if ('stage' in loaded) return loaded.stage;
  throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
}
