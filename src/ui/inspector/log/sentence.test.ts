import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DESCRIPTION_KEYS } from '../../../view/description.ts';

const CATALOGUE = new URL('../../strings/en/inspector.json', import.meta.url);

test('there is a sentence for every kind of event, and none besides', () => {
  const { log } = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { log: Record<string, string | object> };
  const keys = Object.entries(log).flatMap(([key, value]) =>
    typeof value === 'string' ? [key] : Object.keys(value).map((inner) => `${key}.${inner}`),
  );
  // Plural forms of one sentence.
  const kinds = new Set(keys.map((key) => key.replace(/_(?:one|other)$/, '')));
  expect([...kinds].sort()).toEqual([...DESCRIPTION_KEYS].sort());
});
