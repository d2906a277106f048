/** Reads the `lessons/` folder from disk: for tests, tools and the build. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CourseFiles } from '../lesson/load.ts';

export const LESSONS_FOLDER = new URL('../../lessons/', import.meta.url);

/** Every text file of a folder by its path within it, with `/`, in order of name. */
export function courseFiles(folder: URL = LESSONS_FOLDER): CourseFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(yaml|md|script|zone)$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}
