/**
 * The `lessons/` folder as plain data. Build time and tests only (it needs the YAML reader): a page gets the result as
 * JSON.
 */
import type { Language } from '../agents/stage.ts';
import { readCatalog, readGlossary, readLesson, readMistakes } from './schema.ts';
import type { Script } from './script.ts';
import { readScript } from './script.ts';
import { readSections } from './sections.ts';
import type { LessonTexts, Passage } from './texts.ts';
import { baseHash, lessonTexts, sharedMistakeTexts } from './texts.ts';
import type { CatalogTrack, Lesson, MistakeRule, Problem, Term } from './types.ts';
import { LANGUAGES } from './types.ts';

/** Texts by path within `lessons/`, with `/`: `04-smtp-by-hand/en.md`. */
export type CourseFiles = Readonly<Record<string, string>>;

export interface CourseLesson {
  /** Its folder's name. */
  readonly folder: string;
  readonly lesson: Lesson;
  readonly texts: Readonly<Partial<Record<Language, LessonTexts>>>;
  /** Translations made from another English text than today's. */
  readonly stale: readonly Language[];
  readonly solution: Script;
  readonly demo: Script | null;
  readonly wrong: readonly Script[];
}

/** Everything a page needs. Plain data. */
export interface Course {
  readonly tracks: readonly CatalogTrack[];
  readonly terms: readonly Term[];
  readonly mistakes: Readonly<Partial<Record<Language, Readonly<Record<string, Passage>>>>>;
  /** By folder. */
  readonly lessons: Readonly<Record<string, CourseLesson>>;
}

/** A lesson's folder with what is wrong in it, by the proof it breaks (LESSONS.md 4.8). */
export interface LoadedFolder {
  readonly folder: string;
  /** null when `lesson.yaml` cannot be used. */
  readonly lesson: CourseLesson | null;
  readonly schema: readonly Problem[];
  readonly texts: readonly Problem[];
}

export interface LoadedCourse {
  readonly course: Course;
  /** Of the shared files. */
  readonly problems: readonly Problem[];
  readonly folders: readonly LoadedFolder[];
}

const EMPTY_SCRIPT = (file: string): Script => ({ file, lines: [] });

export function loadCourse(files: CourseFiles): LoadedCourse {
  const problems: Problem[] = [];
  const shared = <T>(file: string, read: (file: string, text: string) => Read<T>, none: T): T => {
    const text = files[file];
    if (text === undefined) {
      problems.push({ file, line: 0, message: 'missing' });
      return none;
    }
    const found = read(file, text);
    problems.push(...found.problems);
    return found.value ?? none;
  };
  const tracks = shared<readonly CatalogTrack[]>('catalog.yaml', readCatalog, []);
  const terms = shared<readonly Term[]>('glossary.yaml', readGlossary, []);
  const rules = shared<Readonly<Record<string, MistakeRule>>>('mistakes.yaml', readMistakes, {});
  const mistakes = loadSharedTexts(files, rules, problems);
  const folders = folderNames(files).map((folder) => loadFolder(files, folder, rules, terms));
  const known = folders.map((one) => one.folder);
  for (const track of tracks)
    for (const folder of track.lessons)
      if (!known.includes(folder))
        problems.push({ file: 'catalog.yaml', line: 0, message: `${track.id}: no lesson ${folder}` });
  problems.push(...conceptProblems(folders));
  const lessons: Record<string, CourseLesson> = {};
  for (const one of folders) if (one.lesson) lessons[one.folder] = one.lesson;
  return { course: { tracks, terms, mistakes, lessons }, problems, folders };
}

interface Read<T> {
  readonly value: T | null;
  readonly problems: readonly Problem[];
}

function folderNames(files: CourseFiles): string[] {
  const names = Object.keys(files).flatMap((path) => {
    const slash = path.indexOf('/');
    return slash > 0 && path.slice(slash + 1) === 'lesson.yaml' ? [path.slice(0, slash)] : [];
  });
  return names.sort();
}

function loadSharedTexts(
  files: CourseFiles,
  rules: Readonly<Record<string, MistakeRule>>,
  problems: Problem[],
): Course['mistakes'] {
  const mistakes: Partial<Record<Language, Readonly<Record<string, Passage>>>> = {};
  for (const language of LANGUAGES) {
    const file = `mistakes.${language}.md`;
    const text = files[file];
    if (text === undefined && language !== 'en') continue;
    const read = sharedMistakeTexts(rules, readSections(file, text ?? ''));
    problems.push(...read.problems.filter((one) => language === 'en' || one.line > 0));
    mistakes[language] = read.texts;
  }
  return mistakes;
}

function loadFolder(
  files: CourseFiles,
  folder: string,
  rules: Readonly<Record<string, MistakeRule>>,
  terms: readonly Term[],
): LoadedFolder {
  const file = `${folder}/lesson.yaml`;
  const { value: lesson, problems } = readLesson(file, files[file] ?? '', rules);
  const schema: Problem[] = [...problems];
  if (!lesson) return { folder, lesson: null, schema, texts: [] };
  if (!Object.hasOwn(files, `scenarios/${lesson.scenario}.yaml`))
    schema.push({ file, line: 0, message: `no scenario ${lesson.scenario}` });
  const script = (path: string): Script => {
    const read = readScript(path, files[path] ?? '');
    schema.push(...read.problems);
    return read.script;
  };
  const solution = `${folder}/solution.script`;
  if (!Object.hasOwn(files, solution)) schema.push({ file: solution, line: 0, message: 'missing' });
  const wrong = Object.keys(files)
    .filter((path) => path.startsWith(`${folder}/wrong/`) && path.endsWith('.script'))
    .sort();
  const demo = `${folder}/demo.script`;
  const texts = loadTexts(files, folder, lesson, new Set(terms.map((term) => term.id)));
  const loaded: CourseLesson = {
    folder,
    lesson,
    texts: texts.byLanguage,
    stale: texts.stale,
    solution: Object.hasOwn(files, solution) ? script(solution) : EMPTY_SCRIPT(solution),
    demo: Object.hasOwn(files, demo) ? script(demo) : null,
    wrong: wrong.map(script),
  };
  return { folder, lesson: loaded, schema, texts: texts.problems };
}

function loadTexts(files: CourseFiles, folder: string, lesson: Lesson, terms: ReadonlySet<string>) {
  const byLanguage: Partial<Record<Language, LessonTexts>> = {};
  const stale: Language[] = [];
  const problems: Problem[] = [];
  const english = files[`${folder}/en.md`] ?? '';
  for (const language of LANGUAGES) {
    const file = `${folder}/${language}.md`;
    const source = files[file];
    if (source === undefined && language !== 'en') continue;
    const text = readSections(file, source ?? '');
    const read = lessonTexts(lesson, text, terms);
    byLanguage[language] = read.texts;
    // What a translation lacks is shown in English; that is no error.
    problems.push(...read.problems.filter((one) => language === 'en' || one.line > 0));
    if (text.lang !== language)
      problems.push({ file, line: 1, message: `expected lang: ${language} at the top` });
    if (language !== 'en' && text.base !== baseHash(english)) stale.push(language);
  }
  return { byLanguage, stale, problems };
}

/** Concepts nobody teaches and circles of needs, among lessons that are there. */
function conceptProblems(folders: readonly LoadedFolder[]): Problem[] {
  const problems: Problem[] = [];
  const lessons = folders.flatMap((one) => (one.lesson ? [one.lesson] : []));
  const teachers = new Map(
    lessons.flatMap((one) => one.lesson.teaches.map((concept) => [concept, one] as const)),
  );
  const reaches = (from: CourseLesson, target: CourseLesson, seen: Set<CourseLesson>): boolean =>
    from.lesson.needs.some((concept) => {
      const next = teachers.get(concept);
      if (!next || seen.has(next)) return false;
      seen.add(next);
      return next === target || reaches(next, target, seen);
    });
  for (const one of lessons) {
    const file = `${one.folder}/lesson.yaml`;
    for (const concept of one.lesson.needs)
      if (!teachers.has(concept)) problems.push({ file, line: 0, message: `nobody teaches "${concept}"` });
    if (reaches(one, one, new Set()))
      problems.push({ file, line: 0, message: 'its needs go round in a circle' });
  }
  return problems;
}
