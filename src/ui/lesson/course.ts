/** The course as the page knows it: its catalogue in one chunk, each lesson in one of its own. */
import type { Language } from '../../agents/stage.ts';
import type { Course, CourseLesson } from '../../lesson/load.ts';
import type { Inline } from '../../lesson/markdown.ts';

export interface LessonEntry {
  /** Folder name, as the tracks list it. */
  readonly folder: string;
  readonly id: string;
  readonly number: number;
  readonly minutes: number;
  readonly scenario: string;
  readonly titles: Readonly<Partial<Record<Language, readonly Inline[]>>>;
  /** Translations made from another English text than today's. */
  readonly stale: readonly Language[];
}

export interface CourseBook extends Pick<Course, 'tracks' | 'terms' | 'mistakes'> {
  readonly entries: readonly LessonEntry[];
}

let book: CourseBook | null = null;

export async function loadCourse(): Promise<CourseBook> {
  book ??= (await import('virtual:posthorn-course')).course;
  return book;
}

export async function loadLesson(entry: LessonEntry): Promise<CourseLesson> {
  const { lessonLoaders } = await import('virtual:posthorn-course');
  const load = lessonLoaders[entry.folder];
  if (load === undefined) throw new Error(`the build holds no lesson ${entry.folder}`);
  return (await load()).default;
}

/** A lesson by its id, its folder's name or its number: `smtp-by-hand`, `04-smtp-by-hand`, `4`. */
export function entryNamed(course: CourseBook, name: string): LessonEntry | null {
  const asked = name.trim().toLowerCase();
  const found = course.entries.find(({ id, folder }) => id === asked || folder === asked);
  if (found !== undefined) return found;
  return (/^\d{1,3}$/.test(asked) && course.entries.find(({ number }) => number === Number(asked))) || null;
}

/** Lessons in the order of the course: those of the tracks first, each once. */
export function inOrder(course: CourseBook): readonly LessonEntry[] {
  const folders = course.tracks.flatMap((track) => track.lessons);
  const listed = [...new Set(folders)].flatMap((folder) => {
    const entry = course.entries.find((one) => one.folder === folder);
    return entry === undefined ? [] : [entry];
  });
  return [...listed, ...course.entries.filter((entry) => !listed.includes(entry))];
}

/** The lesson a first visitor sees. */
export const firstEntry = (course: CourseBook): LessonEntry | null => inOrder(course)[0] ?? null;

export function entryAfter(course: CourseBook, id: string): LessonEntry | null {
  const all = inOrder(course);
  const here = all.findIndex((entry) => entry.id === id);
  return here < 0 ? null : (all[here + 1] ?? null);
}
