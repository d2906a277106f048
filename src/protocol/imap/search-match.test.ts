/** What a search costs: a message is read once and a set is put in order once, however many the keys. */
import { expect, test, vi } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { octets } from '../../base/octets.ts';
import { parseMailDate } from '../../mail/date.ts';
import type { Message } from '../../mail/mailbox.ts';
import { searchableBody, searchableHeader, searchableText } from '../../mail/searchable.ts';
import { readArguments } from './arguments.ts';
import type { SearchKey } from './search-keys.ts';
import { searchKey } from './search-keys.ts';
import type { Searching } from './search-match.ts';
import { matches } from './search-match.ts';
import type { Range } from './sequence-set.ts';

vi.mock('../../mail/searchable.ts', { spy: true });
vi.mock('../../mail/date.ts', { spy: true });

const LETTER = octets('Date: 1 Jan 2015 10:00:00 +0000\r\nSubject: one\r\nX-Kind: two\r\n\r\nthree\r\n');

const message = (uid: number, content: Octets = LETTER): Message => ({
  uid,
  content,
  internalDate: 0,
  flags: [],
  modseq: 1,
});

const searchingIn = (count: number, lastUid: number): Searching => ({
  count,
  lastUid,
  recent: new Set(),
  saved: new Set(),
  offsetMinutes: 0,
  now: 0,
  bounds: new Map(),
});

function keyOf(text: string): SearchKey {
  const read = readArguments(text as Octets, 0);
  const key = read.kind === 'arguments' ? searchKey(read.items, 'utf-8') : { wrong: read.why };
  if ('wrong' in key) throw new Error(key.wrong);
  return key;
}

const holds = (text: string): boolean => matches(searchingIn(1, 1), message(1), 1, keyOf(text));

test.each([
  ['TEXT two', 'NOT TEXT four', searchableText],
  ['BODY three', 'NOT BODY two', searchableBody],
  ['SUBJECT one', 'NOT SUBJECT two', searchableHeader],
  ['HEADER X-Kind two', 'NOT HEADER X-Kind one', searchableHeader],
  ['SENTON 1-Jan-2015', 'NOT SENTON 2-Jan-2015', parseMailDate],
])('%s many times reads once', (holding, other, read) => {
  vi.mocked(read).mockClear();
  expect(holds(`${holding} ${other} `.repeat(400))).toBe(true);
  expect(read).toHaveBeenCalledTimes(1);
});

test('a field read in two ways has two values', () => {
  expect(holds('SUBJECT one HEADER Subject one NOT SUBJECT two NOT HEADER Subject two')).toBe(true);
});

/** A key with a set that counts how often its ranges are looked at. */
function countingKey(text: string): { readonly key: SearchKey; readonly looks: () => number } {
  let looks = 0;
  const key = keyOf(text) as Extract<SearchKey, { kind: 'numbers' | 'uids' }>;
  const set = new Proxy(key.set, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
      return Reflect.get(target, name) as readonly Range[];
    },
  });
  return { key: { kind: key.kind, set }, looks: () => looks };
}

test.each(['', 'UID '])('the ranges of a set of %snumbers are not gone through for each message', (by) => {
  const texts = Array.from({ length: 1000 }, (_, i) => `${3 * i + 1}:${3 * i + 2}`);
  const { key, looks } = countingKey(`${by}${texts.join(',')}`);
  const searching = searchingIn(3000, 3000);
  let found = 0;
  for (let n = 1; n <= 3000; n++) if (matches(searching, message(n), n, key)) found++;
  expect(found).toBe(2000);
  expect(looks()).toBeLessThanOrEqual(2 * texts.length);
});
