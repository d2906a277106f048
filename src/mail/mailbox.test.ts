import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import type { Mailbox } from './mailbox.ts';
import {
  emptyMailbox,
  KEYWORD_LIMIT,
  messageOf,
  REMOVED_LIMIT,
  removedMessage,
  uidIn,
  uniqueId,
  withFlags,
  withMessages,
  withoutMessages,
} from './mailbox.ts';

const letter = (content: string, flags: readonly string[] = []) => ({
  content: content as Octets,
  internalDate: 0,
  flags,
});
const three = (): Mailbox =>
  withMessages(emptyMailbox(1, 'INBOX', 7), [letter('a'), letter('bb', ['work', '\\Seen']), letter('ccc')]);

const flagsOf = ({ messages }: Mailbox) => messages.map(({ flags }) => flags.join(' '));

describe('UIDs (RFC 3501 §2.3.1.1)', () => {
  test('ascend, and are never given again', () => {
    const gone = withoutMessages(three(), [3]);
    expect(withMessages(gone, [letter('d')]).messages.map(({ uid }) => uid)).toEqual([1, 2, 4]);
  });
  test('with UIDVALIDITY they name a message for good, as POP3 shows it', () => {
    expect(uniqueId(258, 0x54a37b00)).toBe('0000010254a37b00');
    expect(uidIn(uniqueId(258, 0x54a37b00))).toBe(258);
  });
});

describe('flags', () => {
  test('those of the system first, keywords in the order they came', () => {
    const { mailbox } = withFlags(three(), [2], 'add', ['later', '\\Flagged'], null);
    expect(flagsOf(mailbox)).toEqual(['', '\\Flagged \\Seen work later', '']);
    expect(mailbox.keywords).toEqual(['work', 'later']);
  });
  test('a keyword is the same in any case, and is written as at first', () => {
    expect(flagsOf(withFlags(three(), [1], 'add', ['WORK'], null).mailbox)[0]).toBe('work');
    expect(flagsOf(withFlags(three(), [2], 'remove', ['Work'], null).mailbox)[1]).toBe('\\Seen');
  });
  test('what changes nothing leaves the modification sequence alone', () => {
    const before = three();
    expect(withFlags(before, [2], 'add', ['\\Seen'], null).mailbox).toBe(before);
    expect(withFlags(before, [9], 'add', ['\\Seen'], null).mailbox).toBe(before);
  });
  test('only where nobody changed them since (RFC 7162 §3.1.3)', () => {
    const first = withFlags(three(), [1], 'add', ['\\Seen'], null).mailbox;
    const since = three().highestModseq;
    const { mailbox, modified } = withFlags(first, [1, 3], 'add', ['\\Deleted'], since);
    expect(modified).toEqual([1]);
    expect(flagsOf(mailbox)).toEqual(['\\Seen', '\\Seen work', '\\Deleted']);
  });
  test('keywords are bounded', () => {
    const many = Array.from({ length: 500 }, (_, i) => `k${i}`);
    expect(withFlags(three(), [1], 'add', many, null).mailbox.keywords).toHaveLength(KEYWORD_LIMIT);
  });
});

test('what is removed is remembered by its flags, its octets are not', () => {
  const left = withoutMessages(three(), [2]);
  expect(left.octets).toBe(4);
  expect(messageOf(left, 2)).toBeUndefined();
  expect(removedMessage(left, 2)).toMatchObject({ content: '', flags: ['\\Seen', 'work'] });
  expect(left.highestModseq).toBe(three().highestModseq + 1);
});

describe('of those removed', () => {
  const many = withMessages(
    emptyMailbox(1, 'INBOX', 7),
    Array.from({ length: REMOVED_LIMIT + 2 }, () => letter('x', ['\\Seen'])),
  );
  const uids = many.messages.map(({ uid }) => uid);

  test('the last are remembered, in whatever order they went', () => {
    const left = withoutMessages(withoutMessages(many, uids.slice(2)), [1, 2]);
    expect(left.removed.map(({ uid }) => uid)).toEqual([1, 2, ...uids.slice(4)]);
    for (const uid of [1, 2, 5, REMOVED_LIMIT + 2])
      expect(removedMessage(left, uid)).toMatchObject({ uid, flags: ['\\Seen'], modseq: 2 });
  });
  test('one that is forgotten has a modification sequence above zero (RFC 7162 §7)', () => {
    const left = withoutMessages(many, uids);
    expect(removedMessage(left, 2)).toMatchObject({ flags: ['\\Deleted'], modseq: left.highestModseq });
  });
});
