import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { accountWith, newAccount } from './account.ts';
import { emptyMailbox, mailboxWith, withFlags, withMessages, withoutMessages } from './mailbox.ts';
import { looksAt, printedBy } from './mailbox-recordings.testing.ts';
import {
  flagLetters,
  flagsOfLetters,
  keywordsText,
  maildirBase,
  maildirText,
  splitName,
  subscriptionsText,
  uidListText,
} from './maildir.ts';

const THEN = Date.UTC(2006, 1, 1, 11, 52, 24);
const letter = (content: string) => ({ content: content as Octets, internalDate: THEN, flags: [] });

/** The recorded session: three messages left of four, with these flags and keywords. */
const KEYWORDS = ['$Forwarded', '$Label1', 'custom'];

describe('names', () => {
  test('flags as letters, as Dovecot wrote them', () => {
    const looks = printedBy('maildir', 'ls -lAR /home/jura/Maildir');
    const letters = [...looks.at(-2)!.matchAll(/:2,(\S*)$/gm)].map(([, found]) => found);
    expect(letters).toEqual(['FRSTc', 'Da', 'Sbc']);
    const flags = [
      ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', 'custom'],
      ['\\Draft', '$Forwarded'],
      ['\\Seen', '$Label1', 'custom'],
    ];
    expect(flags.map((each) => flagLetters(each, KEYWORDS))).toEqual(letters);
    expect(letters.map((each) => [...flagsOfLetters(each!, KEYWORDS)].sort())).toEqual(
      flags.map((each) => [...each].sort()),
    );
  });

  const box = withMessages(emptyMailbox(1, 'INBOX', 1138266105), [letter('a: b\r\n\r\nc\r\n')]);
  const [message] = box.messages;
  const seconds = THEN / 1000;

  test.each([
    ['postfix', `^${seconds}\\.V[0-9a-f]+I[0-9a-f]+M\\d+\\.neo\\.firma1\\.intr$`],
    ['dovecot', `^${seconds}\\.M\\d+P\\d+\\.neo\\.firma1\\.intr,S=8,W=11$`],
    ['qmail', `^${seconds}\\.\\d+\\.neo\\.firma1\\.intr$`],
  ] as const)('of %s', (writer, pattern) => {
    const base = maildirBase(message!, box, { writer, hostname: 'neo.firma1.intr' });
    expect(base).toMatch(new RegExp(pattern));
  });

  test('sizes are those Dovecot counts', () => {
    const [look] = printedBy('maildir-lmtp', 'ls -lAR /home/jura/Maildir');
    const [text] = printedBy('maildir-lmtp', 'cat $(ls -d /home/jura/Maildir/new/* | head -1)');
    const [, s, w] = /,S=(\d+),W=(\d+)$/m.exec(look!)!;
    // Place-holders in the text have not the length of what they stand for: the difference is that of line ends.
    expect(Number(w) - Number(s)).toBe(text!.split('\n').length - 1);
    expect(maildirText('a\r\nb\r\n' as Octets)).toBe('a\nb\n');
  });

  test('are read back', () => {
    expect(splitName('1.x.y:2,FS')).toEqual({ base: '1.x.y', letters: 'FS' });
    expect(splitName('1.x.y')).toEqual({ base: '1.x.y', letters: null });
    expect(splitName('1.x.y:1,z')).toEqual({ base: '1.x.y', letters: '' });
    expect(splitName(':')).toEqual({ base: '', letters: '' });
  });
});

describe("Dovecot's own files", () => {
  test('dovecot-uidlist', () => {
    const looks = looksAt('maildir', '/home/jura/Maildir/dovecot-uidlist');
    let box = withMessages(
      emptyMailbox(1, 'INBOX', 1138266105),
      [1, 2, 3, 4].map(() => letter('x: y\r\n')),
    );
    box = mailboxWith(withoutMessages(box, [2]), { recentFrom: 5 });
    const names = ['<postfix-name>', '', '<postfix-name-3>', '<postfix-name-4>'];
    const ours = uidListText(box, ({ uid }) => `${names[uid - 1]}.neo.firma1.intr`);
    const comparable = (text: string) =>
      text.replace(/^3 V\S+ N(\d+) G\S+$/m, '3 V N$1 G').replace(/ W\d+(?= :)/g, '');
    expect(comparable(ours)).toBe(comparable(looks.at(-1)!));
    expect(ours).toMatch(/^3 V1138266105 N5 G[0-9a-f]{32}\n/);
  });

  test('dovecot-keywords', () => {
    const box = withFlags(
      withMessages(emptyMailbox(1, 'INBOX', 1), [letter('x: y\r\n')]),
      [1],
      'add',
      KEYWORDS,
      null,
    );
    expect(keywordsText(box.mailbox.keywords)).toBe(
      looksAt('maildir', '/home/jura/Maildir/dovecot-keywords').at(-1),
    );
  });

  test('subscriptions', () => {
    const account = accountWith(newAccount('jura', 0, 1), { subscriptions: ['Sent', 'a.b'] });
    expect(subscriptionsText(account)).toBe(looksAt('maildir', '/home/jura/Maildir/subscriptions').at(-1));
  });
});
