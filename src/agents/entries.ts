/**
 * Lists of things with an id: the sessions, jobs and letters a program has at the moment. Few at a time, they come and
 * go with every connection, and a list bears that better than a record with ever new keys.
 */
export interface Entry {
  readonly id: number | string;
}

export function entryOf<T extends Entry>(entries: readonly T[], id: T['id']): T | undefined {
  for (let i = 0; i < entries.length; i++) if (entries[i]!.id === id) return entries[i];
  return undefined;
}

/** The list with this entry in the place of the one with its id, or at the end. */
export function withEntry<T extends Entry>(entries: readonly T[], entry: T): readonly T[] {
  if (entries.length === 0) return [entry];
  const next = entries.slice();
  let i = 0;
  while (i < next.length && next[i]!.id !== entry.id) i++;
  next[i] = entry;
  return next;
}

export function withoutEntry<T extends Entry>(entries: readonly T[], id: T['id']): readonly T[] {
  return entries.filter((entry) => entry.id !== id);
}
