import { describe, expect, test } from 'vitest';
import { IMAP_COMMANDS } from '../protocol/imap/commands.ts';
import { CONTENT, DELIVERED, isTrue } from './check.testing.ts';
import { parseCheck } from './check-schema.ts';
import { toyLog } from './toy.testing.ts';

describe('IMAP', () => {
  const imap = { protocol: 'imap', eol: 'crlf' } as const;

  /** A student logs in, selects INBOX and asks what is new. */
  function asked(tls = false) {
    const toy = toyLog();
    toy.connect(1, 'pc/shell');
    const login = {
      ...imap,
      tag: 'a1',
      verb: 'LOGIN',
      line: 'a1 LOGIN walter x',
      ...(tls ? { tls: true } : {}),
    };
    toy.fact('mail', 1, { kind: 'login', protocol: 'imap', mailbox: 'walter', ok: true });
    toy.reply(1, 'mail', {
      ...login,
      code: 'OK',
      enhanced: 'CAPABILITY IMAP4rev1',
      text: 'Logged in',
      stateBefore: 'not-authenticated',
      state: 'authenticated',
    });
    toy.fact('mail', 1, { kind: 'selected', mailbox: 'walter', folder: 'INBOX', readOnly: false });
    toy.reply(1, 'mail', {
      ...imap,
      tag: 'a2',
      verb: 'SELECT',
      line: 'a2 SELECT inbox',
      argument: 'inbox',
      code: 'OK',
      enhanced: 'READ-WRITE',
      text: 'Select completed',
      data: ['* 2 EXISTS'],
      stateBefore: 'authenticated',
      state: 'selected',
    });
    const noop = { ...imap, tag: 'a3', verb: 'NOOP', line: 'a3 NOOP', code: 'OK', text: 'NOOP completed' };
    toy.reply(1, 'mail', { ...noop, data: ['* 1 EXPUNGE'], stateBefore: 'selected', state: 'selected' });
    return toy;
  }

  test('a reply by its tag, status, words, mailbox, and the data it brings', () => {
    const toy = asked();
    expect(
      isTrue({ imap: { by: 'student', host: 'mail', verb: 'LOGIN', status: 'OK', tag: 'A1' } }, toy),
    ).toBe(true);
    for (const text of ['Logged in', '[CAPABILITY*', 'OK [CAPABILITY*in', 'a1 OK *'])
      expect(isTrue({ imap: { verb: 'LOGIN', text } }, toy), text).toBe(true);
    expect(isTrue({ imap: { verb: 'SELECT', mailbox: 'INBOX', text: '* 2 EXISTS' } }, toy)).toBe(true);
    expect(
      isTrue({ imap: { verb: 'NOOP', mailbox: 'INBOX', text: '*EXPUNGE', state: 'selected' } }, toy),
    ).toBe(true);
    expect(isTrue({ imap: { verb: 'NOOP', line: 'a3 NOOP', tls: false } }, toy)).toBe(true);
    expect(isTrue({ imap: { verb: 'LOGIN', status: ['NO', 'BAD'] } }, toy)).toBe(false);
    expect(isTrue({ imap: { verb: 'FETCH' } }, toy)).toBe(false);
    expect(isTrue({ imap: { verb: 'LOGIN', tls: true } }, toy)).toBe(false);
    expect(isTrue({ imap: { verb: 'LOGIN', tls: true } }, asked(true))).toBe(true);
  });

  test('data that nobody asked for have no status', () => {
    const toy = asked();
    const news = { ...imap, tag: '*', verb: 'IDLE', line: 'a4 IDLE', code: '*', text: '1 EXPUNGE' };
    toy.reply(1, 'mail', { ...news, stateBefore: 'selected', state: 'selected' });
    expect(isTrue({ imap: { verb: 'IDLE', text: '* 1 EXPUNGE', tag: '*' } }, toy)).toBe(true);
    expect(isTrue({ imap: { verb: 'IDLE', status: 'OK' } }, toy)).toBe(false);
  });

  test('login and session', () => {
    const toy = asked();
    expect(isTrue({ auth: { proto: 'imap', user: 'walter', ok: true } }, toy)).toBe(true);
    expect(isTrue({ auth: { proto: 'pop3' } }, toy)).toBe(false);
    const session = { proto: 'imap', state: 'selected', user: 'walter', mailbox: 'inbox', by: 'student' };
    expect(isTrue({ session }, toy)).toBe(true);
    const close = { ...imap, tag: 'a4', verb: 'CLOSE', line: 'a4 CLOSE', code: 'OK' };
    toy.reply(1, 'mail', { ...close, stateBefore: 'selected', state: 'authenticated' });
    expect(isTrue({ session }, toy)).toBe(false);
    expect(isTrue({ session: { proto: 'imap', mailbox: '' } }, toy)).toBe(true);
  });

  describe('letters in folders', () => {
    const uid = '0000000500000000';
    const filed = (from: string, to: string, one = uid, two = uid) =>
      ({
        kind: 'filed',
        mailbox: 'walter',
        folder: to,
        uids: [two],
        from: { folder: from, uids: [one] },
      }) as const;
    const inMailbox = (toy: ReturnType<typeof toyLog>, more: object) =>
      isTrue({ message: { in: 'walter', header: { subject: 'Bow ling' }, ...more } }, toy);
    const arrived = () => {
      const toy = toyLog();
      toy.fact('mx', 0, { ...DELIVERED, uid });
      return toy;
    };

    test('flags come and go', () => {
      const toy = arrived();
      const flag = (change: 'add' | 'remove' | 'replace', uids: string, ...flags: readonly string[]) =>
        toy.fact('mx', 0, { kind: 'flagged', mailbox: 'walter', folder: 'INBOX', uids, change, flags });
      expect(inMailbox(toy, { flags: '\\Seen' })).toBe(false);
      expect(inMailbox(toy, { flags: { not: '\\Seen' } })).toBe(true);
      flag('add', '6:9', '\\Seen');
      expect(inMailbox(toy, { flags: '\\Seen' })).toBe(false);
      flag('add', '5', '\\Seen', '\\Flagged');
      expect(inMailbox(toy, { flags: '\\seen' })).toBe(true);
      flag('remove', '4:6', '\\SEEN');
      expect(inMailbox(toy, { flags: '\\Seen' })).toBe(false);
      expect(inMailbox(toy, { flags: '\\Flagged' })).toBe(true);
      flag('replace', '1,5', 'Work');
      expect(inMailbox(toy, { flags: '\\Flagged' })).toBe(false);
      expect(inMailbox(toy, { flags: 'Work', count: 1 })).toBe(true);
    });

    test('copied, moved, and deleted with their folder', () => {
      const toy = arrived();
      expect(inMailbox(toy, { folder: 'INBOX', count: 1 })).toBe(true);
      toy.fact('mx', 0, filed('INBOX', 'Old'));
      expect(inMailbox(toy, { count: 2 })).toBe(true);
      toy.fact('mx', 0, { kind: 'expunged', mailbox: 'walter', uid, folder: 'INBOX' });
      expect(inMailbox(toy, { folder: 'INBOX' })).toBe(false);
      expect(inMailbox(toy, { folder: 'Old', count: 1 })).toBe(true);
      toy.fact('mx', 0, { kind: 'folder', mailbox: 'walter', what: 'deleted', folder: 'Old' });
      expect(inMailbox(toy, {})).toBe(false);
    });

    test('renamed with what is below; INBOX stays, empty', () => {
      const toy = arrived();
      const rename = (from: string, folder: string) =>
        toy.fact('mx', 0, { kind: 'folder', mailbox: 'walter', what: 'renamed', folder, from });
      toy.fact('mx', 0, filed('INBOX', 'Old.2025'));
      rename('Old', 'Older');
      expect(inMailbox(toy, { folder: 'Older.2025' })).toBe(true);
      rename('INBOX', 'Kept');
      expect(inMailbox(toy, { folder: 'INBOX' })).toBe(false);
      expect(inMailbox(toy, { folder: 'Kept' })).toBe(true);
      // There it has a UID of its own, the first.
      toy.fact('mx', 0, { kind: 'expunged', mailbox: 'walter', uid: '00000001abcdef00', folder: 'Kept' });
      expect(inMailbox(toy, { folder: 'Kept' })).toBe(false);
    });

    test('appended: nobody sent it', () => {
      const toy = toyLog();
      const sent = { mailbox: 'walter', folder: 'Sent', uids: [uid], from: null, contents: [CONTENT] };
      toy.fact('mx', 0, { kind: 'filed', ...sent });
      expect(inMailbox(toy, { folder: 'Sent', envelope_from: '' })).toBe(true);
      expect(isTrue({ message: { in: 'walter@mx.example.org', folder: 'Sent', count: 1 } }, toy)).toBe(true);
    });
  });

  test('every command of the table may be asked for', () => {
    const complaints: string[] = [];
    for (const { verb } of IMAP_COMMANDS)
      parseCheck({ imap: { verb } }, [], (_, message) => complaints.push(message));
    expect(complaints).toEqual([]);
  });

  test('an unknown verb or status is an error', () => {
    const complaints: string[] = [];
    const fail = (_: unknown, message: string) => complaints.push(message);
    parseCheck({ imap: { verb: 'FETHC' } }, [], fail);
    parseCheck({ imap: { status: '250' } }, [], fail);
    expect(complaints).toEqual([
      expect.stringContaining('Did you mean "FETCH"?'),
      expect.stringContaining('unknown value "250"'),
    ]);
  });
});
