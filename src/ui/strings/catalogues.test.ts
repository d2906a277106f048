import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = import.meta.dirname;
const LANGUAGES = ['en', 'nl', 'de', 'cs', 'hu'] as const;
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) out.set(inner, text);
  }
  return out;
}

const areas = readdirSync(join(FOLDER, 'en'))
  .filter((name) => name.endsWith('.json'))
  .sort();
const read = (language: string, area: string): Map<string, string> =>
  flat(JSON.parse(readFileSync(join(FOLDER, language, area), 'utf8')) as Tree);
const base = (key: string): string => key.replace(PLURAL, '');
const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]!))].sort();

describe.each(LANGUAGES)('catalogues in %s', (language) => {
  test('has the areas of English, each in one of its two chunks', () => {
    const here = readdirSync(join(FOLDER, language)).filter((name) => name.endsWith('.json'));
    expect(here.sort()).toEqual(areas);
    const chunks = ['index.ts', 'later.ts'].map((name) => readFileSync(join(FOLDER, language, name), 'utf8'));
    for (const area of areas)
      expect(
        chunks.filter((text) => text.includes(`'./${area}'`)),
        area,
      ).toHaveLength(1);
  });

  test.each(areas)('%s: same keys and place-holders as English', (area) => {
    const english = read('en', area);
    const here = read(language, area);
    expect([...new Set([...here.keys()].map(base))].sort()).toEqual(
      [...new Set([...english.keys()].map(base))].sort(),
    );
    const wanted = new Map([...english].map(([key, text]) => [base(key), placeholders(text)]));
    for (const [key, text] of here) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(wanted.get(base(key)));
    }
  });

  test.each(areas)('%s: every plural form of the language', (area) => {
    const here = read(language, area);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = new Set([...here.keys()].filter((key) => PLURAL.test(key)).map(base));
    for (const key of counted)
      for (const form of forms) expect(here.has(`${key}_${form}`), `${key}_${form}`).toBe(true);
  });
});
