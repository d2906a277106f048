/** The dialects: words for everything, no place-holder without a value, no code of another kind. */
import { describe, expect, test } from 'vitest';
import { DIALECTS } from './dialects/dialect.ts';
import type { PathTrouble } from './path-trouble.ts';
import type { ReplyName, ReplyValues } from './replies.ts';
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
  today: ' DATE',
  login: 'l',
  octets: '12',
  chunk: '12',
  challenge: 'QQ==',
  known: 'c.example ',
  client: 'c.example',
  remote: 'c.example',
  nameless: '',
  scanned: 'FROM',
  before: '<',
  rest: '>',
  part: 'sender',
  value: '1',
  seconds: '1571301000',
  process: '12345',
  refusal: 'no',
  valid: 'Valid',
};

/** Told in other ways by other servers: HELP that is not done, hanging up, VRFY that nobody may use. */
const OF_BOTH_KINDS: readonly ReplyName[] = ['R214Help', 'R221NoMailClient', 'R502VrfyDisabled'];

test('the number is in the name', () => {
  for (const name of NAMES) expect(name).toMatch(new RegExp(`^R${REPLIES[name].code}[A-Z][A-Za-z]+$`));
});

test('enhanced codes are of the class of their code (RFC 2034 §4)', () => {
  for (const name of NAMES) {
    const { code, enhanced } = REPLIES[name];
    if (enhanced !== '') expect(enhanced).toMatch(new RegExp(`^${String(code)[0]}\\.\\d\\.\\d$`));
  }
});

const valueFor = (place: keyof ReplyValues): string => VALUES[place];

describe.each(Object.values(DIALECTS))('$name', (dialect) => {
  test.each(NAMES)('%s', (name) => {
    const reply = compose(dialect, name, valueFor);
    const template = dialect.replies[name];
    const texts = [typeof template === 'string' ? template : template.text].flat();
    for (const [, key] of texts.join('\n').matchAll(/\{(\w+)\}/g)) expect(VALUES).toHaveProperty(key!);
    expect(reply.lines).toHaveLength(texts.length);
    expect(reply.lines.join('')).not.toMatch(/[{}\r\n]|undefined/);
    if (!dialect.enhanced) expect(reply.enhanced).toBe('');
    else if (reply.enhanced !== '') expect(reply.enhanced[0]).toBe(String(reply.code)[0]);
    // Temporary and permanent may differ between servers; success and refusal may not.
    if (!OF_BOTH_KINDS.includes(name)) expect(reply.code < 400).toBe(REPLIES[name].code < 400);
  });

  test('words for troubles refuse, too', () => {
    for (const trouble of Object.keys(dialect.troubles) as PathTrouble[]) {
      const reply = compose(dialect, 'R501BadSender', valueFor, '', undefined, trouble);
      expect(reply.code).toBeGreaterThan(499);
      expect(reply.lines.join('')).not.toMatch(/[{}]/);
    }
  });
});

const FILLED: Partial<ReplyValues> = { host: 'h', mailbox: '{host}\r\n250 ok' };

test('place-holders are filled once, and what the client said cannot become a line or a place-holder', () => {
  expect(fill('a {host} {mailbox} {nothing} {', (place) => FILLED[place])).toBe('a h {host}??250 ok  {');
  expect(printable('\0\x1b[31m\xe9')).toBe('??[31m?');
  expect(printable('x'.repeat(5000))).toHaveLength(400);
});

test.each([
  ['try-later', 'CONNECT', 'R421Unavailable'],
  ['too-many-connections', 'CONNECT', 'R421TooManyConnections'],
  ['try-later', 'RCPT', 'R451TryLater'],
  ['rejected', 'CONNECT', 'R554NoService'],
  ['rejected', 'MAIL', 'R554Rejected'],
  ['too-large', 'MAIL', 'R552TooLarge'],
  ['too-large', 'END-OF-DATA', 'R552DataTooLarge'],
] as const)('%s at %s is %s', (why, verb, name) => {
  expect(refusalReply(why, verb)).toBe(name);
});
