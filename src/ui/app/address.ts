/** The page's address: `?scenario=ID&lesson=ID&lang=..`. What is not in it is chosen here and not written back. */
export interface PageAddress {
  readonly scenario: string | null;
  readonly lesson: string | null;
  readonly lang: string | null;
}

export function readAddress(search: string): PageAddress {
  const query = new URLSearchParams(search);
  return { scenario: query.get('scenario'), lesson: query.get('lesson'), lang: query.get('lang') };
}

/** The query with some of its parts set anew (or dropped, with null); others stay as they are. */
export function withAddress(search: string, parts: Partial<PageAddress>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(parts)) {
    if (value === null || value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
