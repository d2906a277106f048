/** The dialects: words for everything, no place-holder without a value, no code of another kind. */
import { describe, expect, test } from 'vitest';
import { DIALECTS } from './dialects/dialect.ts';
import type { ReplyName } from './replies.ts';
import { compose, fill, printable, REPLIES, refusalReply } from './replies.ts';

const NAMES = Object.keys(REPLIES) as ReplyName[];
const VALUES = {
  host: 'h.example',
  peer: '192.0.2.1',
  helo: 'c.example',
  verb: 'MAIL',
  line: 'L',
  mailbox: 'm@m.example',
  typed: '<m@m.example>',
  sender: 's@s.example',
  role: 'Sender',
  parameter: 'P=1',
  keyword: 'P',
  id: 'ID',
  limit: '100',
  date: '; DATE',
  login: 'l',
  octets: '12',
  challenge: 'QQ==',
};

test('the number is in the name', () => {
  for (const name of NAMES) expect(name).toMatch(new RegExp(`^R${REPLIES[name].code}[A-Z][A-Za-z]+$`));
});

test('enhanced codes are of the class of their code (RFC 2034 §4)', () => {
  for (const name of NAMES) {
    const { code, enhanced } = REPLIES[name];
    if (enhanced !== '') expect(enhanced).toMatch(new RegExp(`^${String(code)[0]}\\.\\d\\.\\d$`));
  }
});

describe.each(Object.values(DIALECTS))('$name', (dialect) => {
  test.each(NAMES)('%s', (name) => {
    const reply = compose(dialect, name, VALUES);
    const template = dialect.replies[name];
    const texts = [typeof template === 'string' ? template : template.text].flat();
    for (const [, key] of texts.join('\n').matchAll(/\{(\w+)\}/g)) expect(VALUES).toHaveProperty(key!);
    expect(reply.lines).toHaveLength(texts.length);
    expect(reply.lines.join('')).not.toMatch(/[{}\r\n]|undefined/);
    if (!dialect.enhanced) expect(reply.enhanced).toBe('');
    else if (reply.enhanced !== '') expect(reply.enhanced[0]).toBe(String(reply.code)[0]);
    // Temporary and permanent may differ between servers; success and refusal may not, but for HELP.
    const positive = name !== 'R214Help' && REPLIES[name].code < 400;
    if (name !== 'R214Help') expect(reply.code < 400).toBe(positive);
  });
});

test('place-holders are filled once, and what the client said cannot become a line or a place-holder', () => {
  expect(fill('a {host} {mailbox} {nothing} {', { host: 'h', mailbox: '{host}\r\n250 ok' })).toBe(
    'a h {host}??250 ok  {',
  );
  expect(printable('\0\x1b[31m\xe9')).toBe('??[31m?');
  expect(printable('x'.repeat(5000))).toHaveLength(400);
});

test.each([
  ['try-later', 'CONNECT', 'R421Unavailable'],
  ['try-later', 'RCPT', 'R451TryLater'],
  ['rejected', 'CONNECT', 'R554NoService'],
  ['rejected', 'MAIL', 'R554Rejected'],
  ['too-large', 'MAIL', 'R552TooLarge'],
  ['too-large', 'END-OF-DATA', 'R552DataTooLarge'],
] as const)('%s at %s is %s', (why, verb, name) => {
  expect(refusalReply(why, verb)).toBe(name);
});
