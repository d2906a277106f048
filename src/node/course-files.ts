/** Reads the `lessons/` folder from disk. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CourseFiles } from '../lesson/load.ts';

export const LESSONS_FOLDER = new URL('../../lessons/', import.meta.url);

/** Every text file of the course by its path within the folder; zone files have their own reader. */
export function courseFiles(folder: URL = LESSONS_FOLDER): CourseFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(yaml|md|script)$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}
