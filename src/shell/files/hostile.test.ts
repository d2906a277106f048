import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { open, screen, send, type } from '../../agents/world.testing.ts';
import type { Octets } from '../../base/octets.ts';
import { matches } from './glob.ts';
import { grep } from './grep.ts';
import { parseLine } from './syntax.ts';

const PLACE = {
  user: 'jura',
  home: '/home/jura',
  cwd: '/',
  before: '/',
  clock: { epochMs: 0, offsetMinutes: 0 },
  now: 0,
};

function grepped(pattern: string, input: string, ...options: readonly string[]): string {
  const words = ['grep', ...options, pattern] as readonly string[] as readonly Octets[];
  const line = grep({ words, place: PLACE, input: input as Octets, terminal: false });
  const { done, value } = line.next();
  return done ? value.pieces.map(({ text }) => text).join('') : 'it asks';
}

describe('patterns for names', () => {
  test.each([
    ['*', 'a', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['a*b*c', 'aXXbXXbc', true],
    ['a*b*c', 'aXXbXXb', false],
    ['?', 'ab', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[', '[', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['*:2,*S*', '1.x:2,FS', true],
  ])('%s %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test('many stars take no long time', () => {
    expect(matches('a*'.repeat(200), `${'a'.repeat(10_000)}b`)).toBe(true);
    expect(matches(`${'a*'.repeat(200)}c`, `${'a'.repeat(10_000)}b`)).toBe(false);
  });
});

describe('expressions', () => {
  test.each([
    ['a.c', 'abc', true],
    ['a.c', 'ac', false],
    ['^b', 'ab', false],
    ['b$', 'ab', true],
    ['^$', '', true],
    ['a*', '', true],
    ['xa*y', 'xaaay', true],
    ['xa*y', 'xy', true],
    ['[^a]', 'a', false],
    ['[]a]', ']', true],
    ['a\\|b', 'b', true],
    ['a\\+', 'b', false],
    ['\\.', 'a', false],
    ['a\\$', 'a$', true],
    ['*a', '*a', true],
    ['\u00c5\u0099', '\u00c5\u0099', true],
    ['^.$', '\u00c5\u0099', true],
  ])('%s in %j', (pattern, text, expected) => {
    expect(grepped(pattern, `${text}\n`)).toBe(expected ? `${text}\n` : '');
  });

  test('with -E', () => {
    expect(grepped('a+b?c', 'aac\nbc\n', '-E')).toBe('aac\n');
    expect(grepped('x|y', 'x\ny\nz\n', '-E')).toBe('x\ny\n');
  });

  test('the worst ones take a time that grows with the text alone', () => {
    const text = `${'a'.repeat(300_000)}\n`;
    expect(grepped(`${'a*'.repeat(30)}b`, text)).toBe('');
    expect(grepped('a'.repeat(65), text)).toBe('grep: regular expression too big\n');
  });

  test('what is no text is not printed', () => {
    expect(grepped('a', 'a\0b\n')).toBe('grep: (standard input): binary file matches\n');
  });
});

describe('lines', () => {
  test.each([
    ['a |', 'newline'],
    ['| a', '|'],
    ['a ; ; b', ';'],
    ['a >', 'newline'],
    ['a > > b', '>'],
    ['a && b', '&&'],
    ['a &', '&'],
  ])('%s', (line, token) => {
    expect(parseLine(line as Octets)).toEqual({ kind: 'unexpected', token });
  });

  test('any at all: the prompt comes back, and nobody throws', () => {
    const history = open('firma1');
    send(history, 'anna@firma1.intr');
    const word = fc.constantFrom(
      ...[
        'ls',
        'cat',
        'cd',
        'mv',
        'rm',
        'cp',
        'grep',
        'wc',
        'head',
        'tail',
        'echo',
        'mkdir',
        'touch',
        'rmdir',
        'pwd',
      ],
      ...[
        '-l',
        '-R',
        '-a',
        '-n',
        '-r',
        '-p',
        '-f',
        '-',
        '--',
        '*',
        '?',
        '[a-',
        '~',
        '~x',
        '..',
        '.',
        '/',
        'x',
        'new',
      ],
      ...[
        '/home/anna/Maildir/new/*',
        '/home/anna/Maildir',
        '/var/mail',
        '/etc/*',
        '>',
        '>>',
        '<',
        '|',
        ';',
        '"',
        "'",
        '\\',
      ],
    );
    const line = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    const noise = fc
      .string({ maxLength: 60, unit: 'binary' })
      .map((text) => `ls ${text.replace(/[\r\n]/g, '')}`);
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: line }, noise), (text) => {
        type(history, 'neo', text);
        expect(screen(history, 'neo')).toMatch(/[#$] $/);
      }),
      { numRuns: 600 },
    );
  });
});
