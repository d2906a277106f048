import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import type { Mailbox } from './mailbox.ts';
import { emptyMailbox, mailboxWith, withFlags, withMessages, withoutMessages } from './mailbox.ts';
import { looksAt } from './mailbox-recordings.testing.ts';
import type { MboxWriter } from './mbox.ts';
import { mboxText, parseMbox } from './mbox.ts';

const CLOCK = { epochMs: 0, offsetMinutes: 60 };
/** 2006-02-01T12:52:24+01:00 */
const THEN = Date.UTC(2006, 1, 1, 11, 52, 24);

const LINE = 'From x  Wed Feb  1 12:52:24 2006';

/** Each message apart, without what differs from one run to the next. */
const comparable = (text: string): readonly string[] =>
  text.replace(/^X-IMAPbase: (?:<uidvalidity(?:-\d)?>|\d+)/gm, 'X-IMAPbase: V').split(/^(?=From )/m);

const boxOf = (text: Octets, messages = parseMbox(text).messages): Mailbox =>
  withMessages(
    emptyMailbox(1, 'INBOX', 1138266105),
    messages.map(({ content }) => ({ content, internalDate: THEN, flags: [] })),
  );

const shown = (mailbox: Mailbox, writer: MboxWriter): readonly string[] =>
  comparable(mboxText(mailbox, { writer, owner: 'jura@neo.firma1.intr', clock: CLOCK }));

const claimed = (mailbox: Mailbox): Mailbox => mailboxWith(mailbox, { recentFrom: mailbox.uidNext });

/** The third letter brought fields that Dovecot believes; those stay where they were in the header. */
const HONEST = [0, 1, 3];
const only = (messages: readonly string[], which: readonly number[]): readonly (string | undefined)[] =>
  which.map((i) => messages[i]);

describe('what Postfix appends and Dovecot reads', () => {
  const [fresh, looked, read, later, left] = looksAt('mbox', '/var/mail/jura');
  const box = boxOf(fresh!);

  test('as it was delivered', () => {
    expect(only(shown(box, 'mta'), HONEST)).toEqual(only(comparable(fresh!), HONEST));
  });

  test('after a session that only looked', () => {
    expect(only(shown(claimed(box), 'mta'), HONEST)).toEqual(only(comparable(looked!), HONEST));
  });

  const seen = withFlags(claimed(box), [1], 'add', ['\\Seen'], null).mailbox;

  test('after a message was read', () => {
    expect(only(shown(seen, 'mta'), HONEST)).toEqual(only(comparable(read!), HONEST));
  });

  const [, , , , last] = parseMbox(later!).messages;
  const grown = withMessages(seen, [{ content: last!.content, internalDate: THEN, flags: [] }]);

  test('after one more was delivered', () => {
    expect(only(shown(grown, 'mta'), [...HONEST, 4])).toEqual(only(comparable(later!), [...HONEST, 4]));
  });

  test('after one was deleted', () => {
    expect(shown(claimed(withoutMessages(grown, [2])), 'mta')[0]).toBe(comparable(left!)[0]);
  });
});

describe('flags and keywords', () => {
  const [fresh, , , flagged] = looksAt('mbox-imap', '/var/mail/jura');
  let box = withFlags(claimed(boxOf(fresh!)), [1], 'add', ['\\Seen', '\\Answered'], null).mailbox;
  box = withFlags(box, [2], 'add', ['\\Flagged', '\\Draft'], null).mailbox;
  box = withFlags(box, [3], 'add', ['$Label1', 'custom'], null).mailbox;
  box = withFlags(box, [4], 'add', ['\\Deleted', '$Label1', '\\Seen'], null).mailbox;

  test('stand in the header', () => {
    expect(only(shown(box, 'mta'), HONEST)).toEqual(only(comparable(flagged!), HONEST));
  });

  test('are read from it', () => {
    expect(parseMbox(flagged!).messages.map(({ flags }) => [...flags].sort())).toEqual([
      ['\\Answered', '\\Seen'],
      ['\\Draft', '\\Flagged'],
      ['$Label1', '\\Flagged', '\\Seen', 'custom'],
      ['$Label1', '\\Deleted', '\\Seen'],
    ]);
  });

  test('a folder that clients filled', () => {
    const [sent] = looksAt('mbox-imap', '/home/jura/mail/Sent');
    const read = parseMbox(sent!).messages;
    const filled = withMessages(
      emptyMailbox(2, 'Sent', 1138266105),
      read.map(({ content, flags }) => ({ content, internalDate: THEN, flags })),
    );
    expect(shown(filled, 'client')).toEqual(comparable(sent!));
  });
});

test("what Dovecot's LMTP service writes, before and after a session", () => {
  const [fresh, looked] = looksAt('mbox-lmtp', '/var/mail/jura');
  const box = boxOf(fresh!);
  expect(shown(box, 'lmtp')).toEqual(comparable(fresh!));
  expect(shown(claimed(box), 'lmtp')).toEqual(comparable(looked!));
});

test('the date is that of the delivery, where the host is', () => {
  const content = 'Return-Path: <>\r\n\r\n' as Octets;
  const box = withMessages(emptyMailbox(1, 'INBOX', 1), [{ content, internalDate: THEN, flags: [] }]);
  const text = mboxText(box, { writer: 'mta', owner: '', clock: CLOCK });
  expect(text).toBe('From MAILER-DAEMON  Wed Feb  1 12:52:24 2006\nReturn-Path: <>\n\n\n');
});

describe('reading what anybody may have written', () => {
  test('text before the first From line', () => {
    const [, , cut, , plain] = looksAt('mbox-edited', '/var/mail/jura');
    expect(parseMbox(cut!).torn).toMatch(/^>From here on:\n[\s\S]*The end\.\n\n$/);
    expect(parseMbox(cut!).messages).toHaveLength(1);
    expect(parseMbox(plain!)).toEqual({ torn: 'no mailbox\n', messages: [] });
  });

  test.each([
    '',
    'From ',
    LINE,
    `${LINE}\n`,
    `\n${LINE}\n`,
    `${LINE}\n${LINE}\n\n`,
    `${LINE}\n\r\n\r\nb`,
    `${LINE}\na\r\r\n`,
  ])('%j', (text) => {
    const { torn, messages } = parseMbox(text as Octets);
    for (const { content } of messages) expect(content).toMatch(/^(?:[^\n]*\r\n)*$/);
    expect(torn.length + messages.length).toBeGreaterThanOrEqual(text === '' ? 0 : 1);
  });

  test('a large one takes a time that grows with it alone', () => {
    const text = `${`${LINE}\nFrom \n`.repeat(100_000)}${'\n'.repeat(2_000_000)}` as Octets;
    expect(parseMbox(text).messages).toHaveLength(100_000);
  });
});
