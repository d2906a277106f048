/** Values that differ from student to student: picked by name, put into every text of a lesson. */
import { hashText } from '../base/prng.ts';
import { fillParams } from './matcher.ts';
import type { Lesson, Params } from './types.ts';

/** One value of each list of the lesson, always the same for the same student. */
export function chooseParams(lesson: Lesson, student: string): Params {
  const chosen: Record<string, string> = {};
  for (const [name, values] of Object.entries(lesson.params)) {
    const index = hashText(`${student.trim().toLowerCase()}\n${lesson.id}\n${name}`) % values.length;
    chosen[name] = values[index] ?? '';
  }
  return chosen;
}

/** The lesson with `${name}` filled in everywhere. */
export function bindLesson(lesson: Lesson, params: Params): Lesson {
  return Object.keys(params).length === 0 ? lesson : (fill(lesson, params) as Lesson);
}

function fill(value: unknown, params: Params): unknown {
  if (typeof value === 'string') return fillParams(value, params);
  if (Array.isArray(value)) return value.map((item) => fill(item, params));
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) out[key] = fill(inner, params);
  return out;
}
