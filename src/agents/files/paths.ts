/** Paths as text: absolute ones begin with a slash, `.` and `..` are as everywhere. */

/** POSIX's `NAME_MAX` and `PATH_MAX` on Linux. */
export const NAME_LIMIT = 255;
export const PATH_LIMIT = 4096;

/** A path against a working directory, made absolute but not tidied: `..` behind a symlink is not known here. */
export const absolute = (path: string, cwd: string): string =>
  path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`;

/** An absolute path without `.`, `..` and double slashes, by its text alone. */
export function tidy(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

export const joined = (folder: string, name: string): string =>
  folder.endsWith('/') ? folder + name : `${folder}/${name}`;

/** The last name of a path, slashes at its end aside; `/` for the root. */
export function baseName(path: string): string {
  const bare = withoutSlashes(path);
  return bare === '' ? '/' : bare.slice(bare.lastIndexOf('/') + 1);
}

/** Without slashes at its end; empty for the root. */
export function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
