import { expect, test } from 'vitest';
import { imapReplyEnd, lineEnd, pop3ReplyEnd, smtpReplyEnd } from './converse.ts';
import {
  COMMON_VOLATILES,
  scrub,
  scrubNames,
  showConversation,
  showOctets,
  showRecording,
  showText,
} from './transcript.ts';

test('octets that do not print are named, long runs counted', () => {
  expect(showOctets('a\0b\tc\r\x1b\xe9')).toBe('a<NUL>b<TAB>c<CR><0x1B><0xE9>');
  expect(showOctets(`<${'x'.repeat(80)}>`)).toBe('<<80 x "x">>');
  expect(showOctets('x'.repeat(79))).toBe('x'.repeat(79));
});

test('a stored text keeps its spaces and line ends visible', () => {
  expect(showText('M:', 'a \n\nb\r\nc')).toBe('M: a<SP>\nM:\nM: b<CR>\nM: c<end>\n');
});

test('the start of TLS is a remark between what was said before and after', () => {
  const session = { title: 'x', from: '192.0.2.10', to: { address: '192.0.2.25', port: 25 }, steps: [] };
  const said = [
    { who: 'server', octets: '220 2.0.0 Ready to start TLS\r\n' },
    { who: 'tls', octets: 'TLSv1.3 begins' },
    { who: 'client', octets: 'EHLO x\r\n' },
  ] as const;
  expect(showConversation({ session, said, closedBy: 'client' })).toBe(
    '# --- x (client 192.0.2.10)\nS: 220 2.0.0 Ready to start TLS\n# TLSv1.3 begins\nC: EHLO x\n# the client closes\n',
  );
});

test('dates of the recording go, dates of the scripts stay', () => {
  const text = 'Date: Mon, 5 Jan 2015 10:00:00 +0100\nfor <a@b>; Sun,  2 Nov 2025 02:36:00 +0000 (UTC)\n';
  expect(scrub(text, COMMON_VOLATILES)).toBe(
    'Date: Mon, 5 Jan 2015 10:00:00 +0100\nfor <a@b>; <date> (UTC)\n',
  );
});

test('a name found in one place is replaced everywhere, each with its own number', () => {
  const text = '250 2.0.0 Ok: queued as 4BFE12\n(queued as 4BFE13)\nid 4BFE12; 4BFE12.x SIZE 10240000';
  expect(scrubNames(text, /queued as ([0-9A-F]{6,12})/g, 'queue-id')).toBe(
    '250 2.0.0 Ok: queued as <queue-id>\n(queued as <queue-id-2>)\nid <queue-id>; <queue-id>.x SIZE 10240000',
  );
});

test('a recording that names the machine is not written', () => {
  expect(() => showRecording({ name: 'x', head: [], body: 'at /mnt/neo' }, ['/mnt/'])).toThrow('/mnt/');
});

test('a reply ends at its last line', () => {
  expect(smtpReplyEnd('250-a\r\n250 b\r\n250 c\r\n', false)).toBe(14);
  expect(smtpReplyEnd('250-a\r\n250', false)).toBe(0);
  expect(pop3ReplyEnd('+OK\r\n1 2\r\n.\r\n+OK\r\n', true)).toBe(13);
  expect(pop3ReplyEnd('+OK\r\n1 2\r\n', true)).toBe(0);
  expect(pop3ReplyEnd('-ERR no\r\n', true)).toBe(9);
});

test('an IMAP reply ends at its tagged line, whatever stands in literals', () => {
  expect(imapReplyEnd('* 1 FETCH (FLAGS ())\r\na OK done\r\nb OK x\r\n', false)).toBe(33);
  expect(imapReplyEnd('* 1 FETCH (BODY[] {7}\r\na OK\r\nx)\r\n', false)).toBe(0);
  expect(imapReplyEnd('* 1 FETCH (BODY[1] {6}\r\na OK\r\n BODY[2] {3}\r\nb\r\n)\r\na OK\r\nb', false)).toBe(
    56,
  );
  expect(imapReplyEnd('* LIST () "." {3}\r\na\r\n\r\n', false)).toBe(0);
  expect(imapReplyEnd('+ OK\r\n', false)).toBe(6);
  expect(imapReplyEnd('* OK a {5}\r\na OK\r\n', false)).toBe(18);
  expect(imapReplyEnd('* BAD no tag\r\n', false)).toBe(14);
  expect(imapReplyEnd('* BAD [ALERT] x\r\na NO x\r\nb', false)).toBe(25);
  expect(imapReplyEnd('* OK Still here\r\n* 1 EXISTS\r\n', false)).toBe(17);
  expect(imapReplyEnd('* OK [UNSEEN 1]\r\na O', false)).toBe(0);
  expect(lineEnd('* OK ready\r\n', false)).toBe(12);
});
