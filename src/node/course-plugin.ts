/**
 * Vite plugin: the course as modules. Lessons are read, checked and turned into plain data at build time, so the page
 * ships neither the YAML reader nor the schemas; an error in a file stops the build with file and line.
 */
import type { Plugin } from 'vite';
import { loadCourse } from '../lesson/load.ts';
import type { LoadedCourse } from '../lesson/load.ts';
import { courseFiles, LESSONS_FOLDER } from './course-files.ts';

const COURSE = 'virtual:posthorn-course';
const LESSON = 'virtual:posthorn-lesson/';

export function coursePlugin(): Plugin {
  return {
    name: 'posthorn-course',
    resolveId: (id) => (id === COURSE || id.startsWith(LESSON) ? `\0${id}` : null),
    load(id) {
      const name = id.slice(1);
      if (name !== COURSE && !name.startsWith(LESSON)) return null;
      for (const file of Object.keys(courseFiles()))
        this.addWatchFile(new URL(file, LESSONS_FOLDER).pathname);
      const loaded = checkedCourse();
      if (name === COURSE) return courseModule(loaded);
      const lesson = loaded.course.lessons[name.slice(LESSON.length)];
      if (!lesson) throw new Error(`no lesson ${name.slice(LESSON.length)}`);
      return `export default ${parsed(lesson)};`;
    },
  };
}

/** JSON.parse of a string is quicker for the page to read than the same object as code. */
const parsed = (data: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(data))})`;

function checkedCourse(): LoadedCourse {
  const loaded = loadCourse(courseFiles());
  const problems = [
    ...loaded.problems,
    ...loaded.folders.flatMap(({ schema, texts }) => [...schema, ...texts]),
  ];
  if (problems.length === 0) return loaded;
  throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
}

/** The catalogue at once; each lesson, with its texts, when it is opened. */
function courseModule({ course: { tracks, terms, mistakes, lessons } }: LoadedCourse): string {
  const entries = Object.values(lessons).map(({ folder, lesson, texts, stale }) => ({
    folder,
    id: lesson.id,
    number: lesson.number,
    minutes: lesson.minutes,
    scenario: lesson.scenario,
    titles: Object.fromEntries(
      Object.entries(texts).map(([language, text]) => [language, text?.title.title]),
    ),
    stale,
  }));
  const loaders = entries.map(
    ({ folder }) => `${JSON.stringify(folder)}: () => import(${JSON.stringify(LESSON + folder)})`,
  );
  return [
    `export const course = ${parsed({ tracks, terms, mistakes, entries })};`,
    `export const lessonLoaders = { ${loaders.join(', ')} };`,
    '',
  ].join('\n');
}
