import { expect, test } from 'vitest';
import type { Octets } from '../../../base/octets.ts';
import type { Hop, Letter, Recipient, RecipientStatus } from '../../../view/letter.ts';
import { copiesOf, copyBy, shownLetter, signsOf, whereabouts } from './status.ts';

const recipient = (status: RecipientStatus, address = 'walter@example.org'): Recipient => ({
  address,
  host: 'store',
  hop: 0,
  status,
  event: 1,
  at: 0,
});

const QUEUED: RecipientStatus = { kind: 'queued' };
const DELIVERED: RecipientStatus = { kind: 'delivered', mailbox: 'walter', uid: '1' };
const DEFERRED: RecipientStatus = { kind: 'deferred', why: 'connection timed out', retryAt: 300_000 };
const BOUNCED: RecipientStatus = { kind: 'bounced', why: '550 5.1.1 User unknown', notification: null };
const RELAYED: RecipientStatus = { kind: 'relayed', to: 'mx1', address: '203.0.113.10', reply: '250 Ok' };

const hop = (index: number, parent: number | null, rest: Partial<Hop> = {}): Hop => ({
  index,
  host: 'neo',
  queueId: `Q${index}`,
  parent,
  from: null,
  conn: null,
  segment: null,
  arrived: null,
  event: index,
  acceptedAt: 0,
  trace: '' as Octets,
  postmarks: 0,
  by: '',
  with: '',
  id: '',
  date: '',
  reversePath: '',
  forwardPaths: [],
  content: '' as Octets,
  recipients: [],
  routes: [],
  removedAt: null,
  ...rest,
});

const letter = (key: string, rest: Partial<Letter> = {}): Letter => ({
  key,
  subject: '',
  from: '',
  to: '',
  messageId: '',
  origin: 'smtp',
  startedAt: 'pc',
  reversePath: '',
  forwardPaths: [],
  content: '' as Octets,
  blankLine: true,
  latestHop: 0,
  hops: [hop(0, null)],
  recipients: [],
  places: [],
  fetched: [],
  about: null,
  notifications: [],
  openedEnvelope: false,
  changed: 0,
  ...rest,
});

test('each thing that became of a letter has one sign, what still needs doing first', () => {
  const statuses = [DELIVERED, BOUNCED, DELIVERED, DEFERRED, QUEUED].map((status) => recipient(status));
  expect(signsOf(letter('a', { recipients: statuses }))).toEqual(['way', 'deferred', 'bounced', 'delivered']);
});

test('what was fetched from where it was delivered is more than delivered', () => {
  const fetched = [{ host: 'wpc', account: 'walter', uid: '1', at: 5, event: 9, from: 'store' }];
  expect(signsOf(letter('a', { recipients: [recipient(DELIVERED)], fetched }))).toEqual(['fetched']);
  const elsewhere = fetched.map((one) => ({ ...one, from: 'neo' }));
  expect(signsOf(letter('a', { recipients: [recipient(DELIVERED)], fetched: elsewhere }))).toEqual([
    'delivered',
  ]);
});

test('a delivery report does not take the place of the letter one looks at', () => {
  const all = [letter('first'), letter('second'), letter('report', { origin: 'dsn' })];
  expect(shownLetter(all, null)?.key).toBe('second');
  expect(shownLetter(all, 'report')?.key).toBe('report');
  expect(shownLetter(all, 'gone with another branch')?.key).toBe('second');
  expect(shownLetter(all.slice(2), null)?.key).toBe('report');
  expect(shownLetter([], null)).toBeNull();
});

test('a letter that was split has a copy for each of its ends', () => {
  const split = letter('a', { hops: [hop(0, null), hop(1, 0), hop(2, 0), hop(3, 1)], latestHop: 3 });
  expect(copiesOf(split).map(({ index }) => index)).toEqual([2, 3]);
  expect(copyBy(split, null)?.index).toBe(3);
  expect(copyBy(split, 0)?.index).toBe(3);
  expect(copyBy(split, 1)?.index).toBe(3);
  expect(copyBy(split, 2)?.index).toBe(2);
  expect(copyBy(split, 99)?.index).toBe(3);
});

test('where a copy is follows from what became of its recipients', () => {
  const at = (status: RecipientStatus, removedAt: number | null) =>
    hop(0, null, { recipients: [recipient(status)], removedAt });
  expect(whereabouts(at(QUEUED, null), true)).toBe('to');
  expect(whereabouts(at(QUEUED, null), false)).toBe('at');
  expect(whereabouts(at(DEFERRED, null), true)).toBe('deferred');
  expect(whereabouts(at(DELIVERED, 9), false)).toBe('delivered');
  expect(whereabouts(at(BOUNCED, 9), false)).toBe('bounced');
  expect(whereabouts(at(RELAYED, 9), false)).toBe('at');
});
