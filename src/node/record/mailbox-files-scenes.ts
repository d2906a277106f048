/** What happens to the mailboxes in the recordings of mailboxes as files, scene by scene. */
import { readFileSync } from 'node:fs';
import type { Desk } from './mailbox-files-say.ts';
import { imap, LATER, LETTERS, letter, listing, lmtp, look, pop3, post, run } from './mailbox-files-say.ts';
import { showText } from './transcript.ts';

export const MBOX_LOOKS = ['/var/mail/jura', 'ls -l /var/mail'];

export async function* mbox(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS);
  yield await pop3(desk, 'STAT');
  yield await pop3(desk, listing('RETR 1'), listing('UIDL'));
  yield await post(desk, [LATER]);
  yield await pop3(desk, 'DELE 2');
}

export async function* mboxImap(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS);
  yield await imap(desk, 'SELECT INBOX');
  yield await imap(desk, 'SELECT INBOX', 'FETCH 1 BODY[]');
  yield await imap(
    desk,
    'SELECT INBOX',
    'STORE 1 +FLAGS (\\Answered)',
    'STORE 2 +FLAGS (\\Flagged \\Draft)',
    'STORE 3 +FLAGS ($Label1 custom)',
    'STORE 4 +FLAGS (\\Deleted $Label1 \\Seen)',
  );
  yield await post(desk, [LATER]);
  const more = {
    ...desk,
    looks: [
      ...desk.looks,
      'ls -lA /home/jura/mail /home/jura/mail/a',
      '/home/jura/mail/Sent',
      '/home/jura/mail/.subscriptions',
    ],
  };
  yield await imap(
    more,
    'CREATE Sent',
    'CREATE a/b',
    'SUBSCRIBE Sent',
    'SELECT INBOX',
    'COPY 1,3 Sent',
    'APPEND Sent (\\Seen) "01-Feb-2006 12:52:30 +0100" {33}',
    '=Subject: filed\r\n\r\nFrom me.\r\nEnd\r\n',
    'EXPUNGE',
  );
}

export async function* mboxEdited(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS.slice(0, 2));
  yield await imap(desk, 'SELECT INBOX', 'STORE 1 +FLAGS (\\Seen)');
  yield run("sed -i '1,/^$/d' /var/mail/jura") + look(desk);
  yield await pop3(desk);
  yield run('rm /var/mail/jura; echo no mailbox > /var/mail/jura; chown jura /var/mail/jura') + look(desk);
  yield await pop3(desk);
  yield await imap(desk, 'SELECT INBOX');
  yield await post(desk, [LATER]);
  yield await pop3(desk);
}

export const MAILDIR_LOOKS = ['ls -lAR /home/jura/Maildir'];
const UID_LISTS = [
  '/home/jura/Maildir/dovecot-uidlist',
  '/home/jura/Maildir/dovecot-keywords',
  '/home/jura/Maildir/subscriptions',
];

export async function* maildir(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS.slice(0, 2));
  const first = 'cat $(ls -d /home/jura/Maildir/new/* | head -1)';
  yield run(first);
  yield await pop3(desk, 'STAT');
  yield await pop3(desk, listing('RETR 1'), 'DELE 2');
  yield await post(desk, LETTERS.slice(2));
  const more = { ...desk, looks: [...desk.looks, ...UID_LISTS] };
  yield await imap(more, 'SELECT INBOX');
  yield await imap(
    more,
    'SELECT INBOX',
    'STORE 1 +FLAGS (\\Answered \\Flagged)',
    'STORE 2 +FLAGS (\\Draft $Forwarded)',
    'STORE 3 +FLAGS ($Label1 custom \\Seen)',
    'STORE 1 +FLAGS (\\Deleted custom)',
  );
  yield await imap(
    more,
    'CREATE Sent',
    'CREATE a.b',
    'SUBSCRIBE Sent',
    'SUBSCRIBE a.b',
    'SELECT INBOX',
    'COPY 3 Sent',
    'APPEND Sent (\\Seen) "01-Feb-2006 12:52:30 +0100" {33}',
    '=Subject: filed\r\n\r\nFrom me.\r\nEnd\r\n',
    'EXPUNGE',
  );
}

export async function* maildirLmtp(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, LETTERS.slice(0, 2));
  yield run('cat $(ls -d /home/jura/Maildir/new/* | head -1)');
  yield await imap(desk, 'SELECT INBOX', 'STORE 1 +FLAGS (\\Seen)');
}

export async function* mboxLmtp(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, LETTERS);
  yield await pop3(desk, 'STAT');
}

const hidden = (command: string): void => {
  run(command);
};

/** A letter of some 3000 octets. */
const LARGE = letter(
  'ann@example.org',
  'Subject: large',
  '',
  ...Array.from({ length: 40 }, () => 'x'.repeat(70)),
);

export async function* lmtpTroubles(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, [LARGE, LARGE]);
  hidden(
    'mount -t tmpfs -o size=64k,mode=1777 tmpfs /home/anna && head -c 100000 /dev/zero > /home/anna/fill',
  );
  const toAnna = { ...LARGE, to: 'anna@firma1.intr' };
  yield await lmtp(desk, [toAnna]);
  hidden('umount /home/anna');
  yield await lmtp(desk, [{ ...LARGE, to: 'nobody@firma1.intr' }]);
}

export async function* maildirTroubles(desk: Desk): AsyncGenerator<string> {
  hidden(
    'mount -t tmpfs -o size=64k,mode=1777 tmpfs /home/anna && head -c 100000 /dev/zero > /home/anna/fill',
  );
  yield await post(desk, [{ ...LARGE, to: 'anna@firma1.intr' }]);
  hidden('umount /home/anna');
  const fates = readFileSync(desk.postfix.log, 'latin1').match(/^.* status=.*\n/gm) ?? [];
  yield `# log\n${showText('J:', fates.join(''))}`;
}
