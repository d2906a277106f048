import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import type { Account, Renamed } from './account.ts';
import {
  canonicalName,
  createMailbox,
  deleteMailbox,
  inboxOf,
  isOverQuota,
  mailboxNamed,
  newAccount,
  renameMailbox,
  subscribe,
  SUBSCRIPTION_LIMIT,
  unsubscribe,
  withMailbox,
} from './account.ts';
import { removedMessage, withMessages } from './mailbox.ts';

const done = (outcome: Renamed): Account => {
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.done;
};
const names = ({ mailboxes }: Account) => mailboxes.map(({ name }) => name);
const account = (...folders: string[]): Account =>
  folders.reduce((so, name) => done(createMailbox(so, name, '', 1000)), newAccount('ann', 100, 1000));

test('INBOX is one in any case, and only as a whole level (RFC 3501 §5.1)', () => {
  expect(canonicalName('inBox')).toBe('INBOX');
  expect(canonicalName('inbox.a')).toBe('INBOX.a');
  expect(canonicalName('inboxes')).toBe('inboxes');
});

test('a mailbox made anew has a UIDVALIDITY never used (RFC 3501 §2.3.1.1)', () => {
  const first = account('a');
  const again = done(createMailbox(done(deleteMailbox(first, 'a')), 'a', '', 1000));
  expect(mailboxNamed(again, 'a')!.uidValidity).toBeGreaterThan(mailboxNamed(first, 'a')!.uidValidity);
});

describe('RENAME (RFC 3501 §6.3.5)', () => {
  test('takes inferiors along', () => {
    expect(names(done(renameMailbox(account('foo', 'foo.bar', 'food'), 'foo', 'zap', 0)))).toEqual([
      'INBOX',
      'zap',
      'zap.bar',
      'food',
    ]);
  });
  test('makes no two mailboxes of one name', () => {
    expect(renameMailbox(account('A', 'A.x', 'B.x'), 'A', 'B', 0)).toEqual({ refused: 'exists' });
    // What moves away itself is in nobody's way.
    expect(names(done(renameMailbox(account('a.b', 'a.b.b'), 'a.b', 'a', 0)))).toEqual(['INBOX', 'a', 'a.b']);
  });
  test('makes no name longer than CREATE would', () => {
    const below = account('a', `a.${'x'.repeat(250)}`);
    expect(names(done(renameMailbox(below, 'a', 'bcde', 0)))[2]).toHaveLength(255);
    expect(renameMailbox(below, 'a', 'bcdef', 0)).toEqual({ refused: 'too-long' });
    expect(renameMailbox(below, 'INBOX', 'x'.repeat(256), 0)).toEqual({ refused: 'too-long' });
  });
  test('of INBOX moves its messages and leaves it empty', () => {
    const before = account();
    const letter = { content: 'x' as Octets, internalDate: 0, flags: ['\\Seen'] };
    const full = withMailbox(before, withMessages(inboxOf(before), [letter]));
    const after = done(renameMailbox(full, 'INBOX', 'old-mail', 1000));
    expect(inboxOf(after)).toMatchObject({ messages: [], octets: 0 });
    expect(removedMessage(inboxOf(after), 1)).toMatchObject({ flags: ['\\Seen'] });
    expect(mailboxNamed(after, 'old-mail')!.messages).toMatchObject([{ content: 'x', flags: ['\\Seen'] }]);
  });
  test.each([
    ['nope', 'x', 'nonexistent'],
    ['a', 'b', 'exists'],
    ['a', 'a.c', 'inferior'],
  ])('%s to %s: %s', (from, to, refused) => {
    expect(renameMailbox(account('a', 'b'), from, to, 0)).toEqual({ refused });
  });
});

test('DELETE leaves inferiors, and INBOX stays (RFC 3501 §6.3.4)', () => {
  expect(names(done(deleteMailbox(account('a', 'a.b'), 'a')))).toEqual(['INBOX', 'a.b']);
  expect(deleteMailbox(account(), 'INBOX')).toEqual({ refused: 'inbox' });
});

test('subscriptions are bounded: they stay when their mailboxes go', () => {
  let so = account();
  for (let i = 0; i < SUBSCRIPTION_LIMIT; i++) so = done(subscribe(so, `s${i}`));
  expect(subscribe(so, 'one')).toEqual({ refused: 'too-many' });
  expect(done(subscribe(so, 's1'))).toBe(so);
  expect(done(subscribe(unsubscribe(so, 's1'), 'one')).subscriptions).toHaveLength(SUBSCRIPTION_LIMIT);
});

test('a quota counts the octets of all mailboxes', () => {
  expect(isOverQuota(account(), 100)).toBe(false);
  expect(isOverQuota(account(), 101)).toBe(true);
});
