/** What no recorded letter shows; the rest is compared in `post-recordings.test.ts`. */
import { expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import type { DialectName } from '../../protocol/smtp/types.ts';
import { cleanedUp } from './cleanup.ts';

const cleaned = (content: string, dialect: DialectName = 'postfix3'): string =>
  cleanedUp(dialect, octets(content)).content;

test('a mailbox separator in front becomes a field, as measured with Debian’s Postfix', () => {
  expect(cleaned('From ann today\r\nSubject: x\r\n\r\nFrom y\r\n')).toBe(
    'X-Mailbox-Line: From ann today\r\nSubject: x\r\n\r\nFrom y\r\n',
  );
  expect(cleaned('>From ann today\r\nSubject: x\r\n\r\n')).toBe(
    'X-Mailbox-Line: >From ann today\r\nSubject: x\r\n\r\n',
  );
});

test('fields are dropped folded lines and all, in any case; the body is left alone', () => {
  const body = '\r\nBcc: body\r\n';
  expect(cleaned(`BCC: a,\r\n b\r\nresent-bcc: c\r\nSubject: x\r\ncontent-length: 3\r\n${body}`)).toBe(
    `Subject: x\r\n${body}`,
  );
  expect(cleaned('Bcc: a\r\n')).toBe('');
  expect(cleaned('Bcc: a\r\nno field\r\n')).toBe('no field\r\n');
});

test('the parts are those of the letter that is kept', () => {
  const { content, split } = cleanedUp('postfix3', octets('Bcc : a\r\nTo : b\r\n\r\nx\r\n'));
  expect(content).toBe('To: b\r\n\r\nx\r\n');
  expect(split).toMatchObject({ body: 'x\r\n', blankLine: true, fields: [{ name: 'To', raw: 'To: b\r\n' }] });
});

test('a CR alone is a blank since 2023', () => {
  expect(cleaned('Subject: a\rb\r\n\r\nc\rd\r\r\r\n')).toBe('Subject: a b\r\n\r\nc d\r\n');
  expect(cleaned(`Subject: x\r\n\r\n${'\r'.repeat(1_000_000)}x`)).toContain(`${' '.repeat(1_000_000)}x`);
  expect(cleaned('Subject: a\rb\r\n\r\n', 'postfix2006')).toBe('Subject: a\rb\r\n\r\n');
});

test.each(['exim4', 'sendmail8', 'qmail', 'exchange'] as const)('%s leaves letters alone', (dialect) => {
  const letter = 'From x\r\nBcc: a\r\nTo : b\r\n\r\nc\rd\r\n';
  expect(cleaned(letter, dialect)).toBe(letter);
});
