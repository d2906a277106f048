/** Mailboxes looked at as files, at the shells of a scenario: what is done to the files is done to the mailboxes. */
import { describe, expect, test } from 'vitest';
import { facts, fetch, mailbox, open, power, screen, send, type } from '../../agents/world.testing.ts';
import type { StoreState } from '../../agents/message-store.ts';
import { inboxOf } from '../../mail/account.ts';
import { runIdle } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { worldFromJson, worldToJson } from '../../sim/world.ts';

/** What a line printed, without the prompt behind it. */
function shown(history: History, line: string, host = 'neo'): string {
  const before = screen(history, host).length;
  type(history, host, line);
  return screen(history, host)
    .slice(before + line.length + 1)
    .replace(/\S+@\S+:\S+[#$] $/, '');
}

const inbox = (history: History, user: string) => {
  const { accounts } = history.world.states.get('neo/store') as StoreState;
  return inboxOf(accounts.find(({ id }) => id === user)!);
};

const TO_ANNA = ['anna@firma1.intr', { subject: 'One', body: 'From here\nto there.' }] as const;

describe('Maildir, beside IMAP', () => {
  const withLetter = (): History => {
    const history = open('firma1');
    send(history, ...TO_ANNA);
    return history;
  };

  test('a letter is in new/ until a session has seen it', () => {
    const history = withLetter();
    expect(shown(history, 'ls /home/anna/Maildir')).toBe('cur  new  tmp\n');
    expect(shown(history, 'ls /home/anna/Maildir/cur')).toBe('');
    const name = shown(history, 'ls -1 /home/anna/Maildir/new').trimEnd();
    expect(name).toMatch(/^\d{10}\.V[0-9a-f]+I[0-9a-f]+M\d+\.neo\.firma1\.intr$/);
    type(history, 'neo', 'telnet neo 110', 'USER anna', 'PASS tajne', 'QUIT');
    expect(shown(history, 'ls -1 /home/anna/Maildir/cur')).toBe(`${name}:2,\n`);
    expect(shown(history, 'ls -1 /home/anna/Maildir')).toBe('cur\ndovecot-uidlist\nnew\ntmp\n');
    expect(shown(history, 'cat /home/anna/Maildir/dovecot-uidlist')).toMatch(
      new RegExp(`^3 V\\d+ N2 G[0-9a-f]{32}\\n1 :${name.replaceAll('.', '\\.')}\\n$`),
    );
  });

  test('its text is the letter, lines end in LF', () => {
    const history = withLetter();
    const text = shown(history, 'cat -A /home/anna/Maildir/new/*');
    const [letter] = mailbox(history, 'neo', 'anna');
    expect(text).toBe(letter!.replaceAll('\r\n', '$\n').replaceAll('\t', '^I'));
    expect(text).toMatch(
      /^Return-Path: <jura@firma1\.intr>\$\nX-Original-To: anna@firma1\.intr\$\nDelivered-To: anna@firma1\.intr\$\n/,
    );
    expect(shown(history, 'grep -c "^From here" /home/anna/Maildir/new/*')).toBe('1\n');
  });

  test('another name, other flags', () => {
    const history = withLetter();
    type(history, 'neo', 'cd /home/anna/Maildir');
    const name = shown(history, 'ls -1 new').trimEnd();
    expect(shown(history, `mv new/${name} cur/${name}:2,FS`)).toBe('');
    expect(inbox(history, 'anna').messages[0]!.flags).toEqual(['\\Flagged', '\\Seen']);
    expect(facts(history, 'flagged')).toMatchObject([{ mailbox: 'anna', folder: 'INBOX', uids: '1' }]);
    expect(shown(history, 'ls cur new')).toBe(`cur:\n${name}:2,FS\n\nnew:\n`);
  });

  test('a file taken away is a message expunged', () => {
    const history = withLetter();
    type(history, 'neo', 'rm /home/anna/Maildir/new/*');
    expect(mailbox(history, 'neo', 'anna')).toEqual([]);
    expect(facts(history, 'expunged')).toHaveLength(1);
    expect(shown(history, 'ls /home/anna/Maildir/new')).toBe('');
  });

  test('written in tmp/, renamed into new/: a letter as a Maildir has it delivered', () => {
    const history = open('firma1');
    type(
      history,
      'neo',
      'cd /home/anna/Maildir',
      'echo Subject: by hand > tmp/1.x.neo',
      'echo >> tmp/1.x.neo; echo Hello. >> tmp/1.x.neo',
    );
    expect(mailbox(history, 'neo', 'anna')).toEqual([]);
    expect(shown(history, 'ls tmp')).toBe('1.x.neo\n');
    type(history, 'neo', 'mv tmp/1.x.neo new/');
    expect(mailbox(history, 'neo', 'anna')).toEqual(['Subject: by hand\r\n\r\nHello.\r\n']);
    expect(shown(history, 'ls new tmp')).toBe('new:\n1.x.neo\n\ntmp:\n');
    expect(facts(history, 'filed')).toMatchObject([{ mailbox: 'anna', folder: 'INBOX', from: null }]);
  });

  test('a directory with a dot is a mailbox, and letters move there', () => {
    const history = withLetter();
    type(history, 'neo', 'cd /home/anna/Maildir', 'mkdir .Work', 'mv new/* .Work/new/');
    expect(mailbox(history, 'neo', 'anna')).toEqual([]);
    expect(shown(history, 'ls -A .Work')).toBe('cur  dovecot-uidlist  maildirfolder  new  tmp\n');
    expect(shown(history, 'grep -rh ^Subject .Work')).toBe('Subject: One\n');
  });

  test('an IMAP session hears of it', () => {
    const history = withLetter();
    type(history, 'pc', 'telnet neo 143', 'a LOGIN anna tajne', 'b SELECT INBOX', 'c NOOP');
    type(history, 'neo', 'rm /home/anna/Maildir/cur/*');
    type(history, 'pc', 'd NOOP');
    expect(screen(history, 'pc')).toMatch(/\* 1 EXPUNGE\n/);
  });

  test.each([
    [
      'rmdir /home/anna/Maildir/cur',
      "rmdir: failed to remove '/home/anna/Maildir/cur': Operation not permitted\n",
    ],
    ['rmdir /home/anna/Maildir', "rmdir: failed to remove '/home/anna/Maildir': Device or resource busy\n"],
    ['cat /home/anna/Maildir', 'cat: /home/anna/Maildir: Is a directory\n'],
    ['cat /home/anna/Maildir/nowhere/x', 'cat: /home/anna/Maildir/nowhere/x: No such file or directory\n'],
    [
      'mkdir /home/anna/Maildir/cur/x',
      'mkdir: cannot create directory ‘/home/anna/Maildir/cur/x’: Operation not permitted\n',
    ],
    ['touch /home/anna/Maildir/x', "touch: cannot touch '/home/anna/Maildir/x': Operation not permitted\n"],
  ])('%s', (line, said) => {
    expect(shown(open('firma1'), line)).toBe(said);
  });
});

describe('mbox, as Debian has it', () => {
  const MBOX = 'hosts: { neo: { mailboxes: mbox } }';
  const withLetters = (): History => {
    const history = open('firma1', MBOX);
    send(history, ...TO_ANNA);
    send(history, 'anna@firma1.intr', { subject: 'Two', body: 'Again.' });
    return history;
  };

  test('one file a user, there from the first letter on', () => {
    const history = open('firma1', MBOX);
    expect(shown(history, 'ls -l /var/mail')).toBe('total 0\n');
    send(history, ...TO_ANNA);
    expect(shown(history, 'ls -l /var/mail')).toMatch(
      /^total 4\n-rw------- 1 anna anna \d+ Feb {2}2 09:3\d anna\n$/,
    );
    expect(shown(history, 'cat /var/spool/mail/anna')).toMatch(
      /^From jura@firma1\.intr {2}Mon Feb {2}2 09:3\d:\d\d 2026\nReturn-Path: <jura@firma1\.intr>\n[\s\S]*\n\n>From here\nto there\.\n\n$/,
    );
  });

  test('a session leaves its marks', () => {
    const history = withLetters();
    expect(shown(history, 'grep -c X-UID /var/mail/anna')).toBe('0\n');
    type(history, 'neo', 'telnet neo 110', 'USER anna', 'PASS tajne', 'RETR 1', 'QUIT');
    expect(shown(history, 'grep "^\\(X-UID\\|x\\)" /var/mail/anna')).toContain(
      'grep: groups and counts are not here',
    );
    expect(shown(history, 'grep -E "^X-UID|^Status|^X-IMAPbase" /var/mail/anna')).toMatch(
      /^X-IMAPbase: \d{10} 0000000002\nX-UID: 1 {39}\nStatus: RO\nX-UID: 2 {50}\n$/,
    );
  });

  test('cut in two by an editor: what is left keeps its UIDs, what is new gets one', () => {
    const history = withLetters();
    type(history, 'neo', 'telnet neo 110', 'USER anna', 'PASS tajne', 'QUIT');
    const second = inbox(history, 'anna').messages[1]!;
    const lines = shown(history, 'grep -n "^From " /var/mail/anna').match(/^\d+/gm)!;
    type(history, 'neo', `tail -n +${lines[1]} /var/mail/anna > /root/x`, 'cp /root/x /var/mail/anna');
    expect(inbox(history, 'anna').messages.map(({ uid, content }) => [uid, content])).toEqual([
      [2, second.content],
    ]);
    type(history, 'neo', 'cat /root/x /root/x > /var/mail/anna');
    expect(inbox(history, 'anna').messages.map(({ uid }) => uid)).toEqual([2, 3]);
  });

  test('text before the first From line: nobody can read it, letters still come, and it can be mended', () => {
    const history = withLetters();
    type(
      history,
      'neo',
      'cp /var/mail/anna /root/good',
      'echo torn > /var/mail/anna',
      'cat /root/good >> /var/mail/anna',
    );
    expect(shown(history, 'head -n 1 /var/mail/anna')).toBe('torn\n');
    type(history, 'neo', 'telnet neo 110', 'USER anna', 'PASS tajne', 'QUIT');
    expect(facts(history, 'login').at(-1)).toMatchObject({ mailbox: 'anna', ok: true });
    expect(screen(history, 'neo')).toMatch(
      /\+OK Logged in\.\n-ERR \[SYS\/PERM\] Mailbox isn't a valid mbox file\nConnection closed/,
    );
    type(history, 'neo', 'tail -n +2 /var/mail/anna > /root/mended', 'cp /root/mended /var/mail/anna');
    expect(shown(history, 'cat /var/mail/anna')).toBe(shown(history, 'cat /root/good'));
    type(history, 'neo', 'telnet neo 110', 'USER anna', 'PASS tajne', 'STAT', 'QUIT');
    expect(screen(history, 'neo')).toMatch(/\+OK 2 \d+\n/);
  });

  test('a removed file comes back with the next letter', () => {
    const history = withLetters();
    type(history, 'neo', 'rm /var/mail/anna');
    expect(mailbox(history, 'neo', 'anna')).toEqual([]);
    expect(shown(history, 'ls /var/mail')).toBe('');
    send(history, ...TO_ANNA);
    expect(shown(history, 'ls /var/mail')).toBe('anna\n');
  });

  test('qpopper copies the mailbox, and needs room for that (seeds/000)', () => {
    const neo = 'mailboxes: mbox, quota: 1000, pop: { dialect: qpopper }';
    const history = open('firma1', `hosts: { neo: { ${neo} } }`);
    send(history, 'anna@firma1.intr', { body: 'x'.repeat(60) });
    type(history, 'pc', 'telnet neo 110', 'USER anna', 'PASS tajne');
    expect(screen(history, 'pc')).toContain(
      '-ERR [SYS/TEMP] Unable to copy mail spool file, quota exceeded (122)\n',
    );
  });

  test('a session of qpopper shows as its lock file', () => {
    const history = open('firma1', 'hosts: { neo: { mailboxes: mbox, pop: { dialect: qpopper } } }');
    send(history, ...TO_ANNA);
    type(history, 'pc', 'telnet neo 110', 'USER anna', 'PASS tajne');
    expect(shown(history, 'ls -A /var/mail')).toBe('.anna.pop  anna\n');
    type(history, 'pc', 'QUIT');
    expect(shown(history, 'ls -A /var/mail')).toBe('anna\n');
  });
});

describe('the files of a host', () => {
  test('what its programs were set up with is there to read, and cannot be changed', () => {
    const history = open('firma1');
    expect(shown(history, 'cat /etc/aliases')).toBe('postmaster: jura\nabuse: jura\nvsichni: jura, anna\n');
    expect(shown(history, 'cat /etc/resolv.conf', 'pc')).toBe('search firma1.intr\nnameserver 192.0.2.53\n');
    expect(shown(history, 'cat /etc/hosts', 'pc')).toBe('127.0.0.1\tlocalhost\n10.2.3.20\tpc.firma1.intr\n');
    expect(shown(history, 'echo x >> /etc/aliases')).toBe('-bash: /etc/aliases: Operation not permitted\n');
    expect(shown(history, 'echo x >> /etc/hosts', 'pc')).toBe('-bash: /etc/hosts: Permission denied\n');
  });

  test('a scenario brings more', () => {
    const more = 'hosts: { pc: { files: { /home/jura/notes/letter.txt: "P\u0159\u00edli\u0161\\n" } } }';
    const history = open('firma1', more);
    expect(shown(history, 'cat notes/*', 'pc')).toBe('P\u0159\u00edli\u0161\n');
    expect(shown(history, 'ls -l notes', 'pc')).toMatch(
      /^total 4\n-rw-r--r-- 1 jura jura 10 Feb {2}2 09:30 letter\.txt\n$/,
    );
  });

  test('the prompt shows where one is', () => {
    const history = open('firma1');
    type(history, 'pc', 'mkdir -p a/b', 'cd a/b', 'cd /tmp');
    expect(screen(history, 'pc')).toMatch(
      /jura@pc:~\$ cd a\/b\njura@pc:~\/a\/b\$ cd \/tmp\njura@pc:\/tmp\$ $/,
    );
  });

  test('they survive a crash; the shell begins at home again', () => {
    const history = open('firma1');
    type(history, 'pc', 'echo kept > /tmp/file', 'cd /tmp');
    power(history, 'pc', false);
    power(history, 'pc', true);
    runIdle(history);
    expect(shown(history, 'cat /tmp/file; pwd', 'pc')).toBe('kept\n/home/jura\n');
  });

  test('a world with files goes through JSON at any moment', () => {
    const history = open('firma1');
    send(history, ...TO_ANNA);
    type(history, 'neo', 'cd /home/anna/Maildir', 'ls -lR', 'mv new/* cur/1.hand:2,S', 'mkdir .Work');
    const again = { ...history, world: worldFromJson(worldToJson(history.world)) };
    expect(shown(again, 'ls -AR')).toBe(shown(history, 'ls -AR'));
    fetch(history, 'pc', 'jura@firma1.intr');
  });

  test('hosts without a shell have none', () => {
    const history = open('firma1');
    expect([...history.world.states.keys()].filter((id) => id.endsWith('/files'))).toEqual(
      [...history.world.states.keys()]
        .filter((id) => id.endsWith('/shell'))
        .map((id) => id.replace('shell', 'files')),
    );
  });
});
