/**
 * Vite plugin: the `lessons/` folder as modules. Content is read, checked and turned into plain data at build time, so
 * the page ships neither the YAML reader nor the schemas; an error in a file stops the build with file and line.
 */
import type { Plugin } from 'vite';
import { loadStage } from '../agents/scenario.ts';
import type { Stage } from '../agents/stage.ts';
import { loadCourse } from '../lesson/load.ts';
import type { LoadedCourse } from '../lesson/load.ts';
import { courseFiles, LESSONS_FOLDER } from './course-files.ts';
import { readScenarioFiles, scenarioNames } from './scenarios.ts';

const STAGES = 'virtual:posthorn/stages';
const COURSE = 'virtual:posthorn/course';
const LESSON = 'virtual:posthorn/lesson/';

export function contentPlugin(): Plugin {
  return {
    name: 'posthorn-content',
    resolveId: (id) => (id.startsWith('virtual:posthorn/') ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith('\0virtual:posthorn/')) return null;
      for (const file of watched()) this.addWatchFile(file);
      const name = id.slice(1);
      if (name === STAGES) return asModule(stages());
      const loaded = course();
      if (name === COURSE) return courseModule(loaded);
      const lesson = loaded.course.lessons[name.slice(LESSON.length)];
      if (!lesson) throw new Error(`no lesson ${name.slice(LESSON.length)}`);
      return asModule(lesson);
    },
  };
}

const watched = (): readonly string[] =>
  [...Object.keys(courseFiles()), ...Object.keys(readScenarioFiles()).map((name) => `scenarios/${name}`)].map(
    (name) => new URL(name, LESSONS_FOLDER).pathname,
  );

/** JSON.parse of a string is quicker for the page to read than the same object as code. */
const asModule = (data: unknown): string =>
  `export default JSON.parse(${JSON.stringify(JSON.stringify(data))});`;

function stages(): readonly Stage[] {
  const files = readScenarioFiles();
  const order = ['firma1', 'two-companies', 'firma1-2006', 'course-notes'];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...scenarioNames(files)]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => {
      const loaded = loadStage(name, files);
      if ('stage' in loaded) return loaded.stage;
      throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
    });
}

function course(): LoadedCourse {
  const loaded = loadCourse(courseFiles());
  const problems = [...loaded.problems, ...loaded.folders.flatMap(({ schema, texts }) => [...schema, ...texts])];
  if (problems.length === 0) return loaded;
  throw new Error(problems.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`).join('\n'));
}

/** The catalogue at once, each lesson when it is opened. */
function courseModule({ course: { tracks, terms, mistakes, lessons } }: LoadedCourse): string {
  const entries = Object.values(lessons).map(({ folder, lesson, texts, stale }) => ({
    folder,
    id: lesson.id,
    number: lesson.number,
    minutes: lesson.minutes,
    scenario: lesson.scenario,
    titles: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, text?.title])),
    stale,
  }));
  const loaders = entries.map(
    ({ folder }) => `${JSON.stringify(folder)}: () => import(${JSON.stringify(`${LESSON}${folder}`)})`,
  );
  return [
    asModule({ tracks, terms, mistakes, entries }),
    `export const lessonLoaders = { ${loaders.join(', ')} };`,
  ].join('\n');
}

