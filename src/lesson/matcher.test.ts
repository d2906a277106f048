// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a lesson writes its parameters like this.
import { describe, expect, test } from 'vitest';
import { parseMatcher } from './check-schema.ts';
import { fillParams, globMatches, matches, type Value } from './matcher.ts';

const fits = (written: unknown, value: Value | undefined): boolean => {
  const complaints: string[] = [];
  const matcher = parseMatcher('text', written, [], (_, message) => complaints.push(message));
  expect(complaints).toEqual([]);
  return matches(matcher, value);
};

test('a glob is whole, without case, and * is any text', () => {
  expect(globMatches('250 *', '250 2.1.0 Ok')).toBe(true);
  expect(globMatches('*need mail before rcpt*', '5.0.0 Need MAIL before RCPT')).toBe(true);
  expect(globMatches('*.org', 'example.org.au')).toBe(false);
  expect(globMatches('a*b*c', 'a--b--b--c')).toBe(true);
  expect(globMatches('', '')).toBe(true);
  expect(globMatches('*', '')).toBe(true);
  expect(globMatches('', 'x')).toBe(false);
  expect(globMatches('a.c', 'abc')).toBe(false);
});

test('many stars against a long text end soon', () => {
  const glob = `${'*a'.repeat(30)}*b`;
  expect(globMatches(glob, 'a'.repeat(20_000))).toBe(false);
});

describe('the values of LESSONS.md 4.3', () => {
  test('texts, numbers and reply classes', () => {
    expect(fits('quit', 'QUIT')).toBe(true);
    expect(fits(250, '250')).toBe(true);
    expect(fits('2xx', '250')).toBe(true);
    expect(fits('2xx', '354')).toBe(false);
    expect(fits('5xx', '5')).toBe(false);
  });

  test('addresses compare without angle brackets', () => {
    expect(fits('walter@example.org', '<walter@example.org>')).toBe(true);
    expect(fits('<walter@example.org>', 'Walter@Example.org')).toBe(true);
    expect(fits('walter@example.org', 'walter@example.com')).toBe(false);
  });

  test('lists, not, contains, starts, ends, min, max, nonempty', () => {
    expect(fits(['HELO', 'EHLO'], 'EHLO')).toBe(true);
    expect(fits({ one_of: ['HELO', 'EHLO'] }, 'MAIL')).toBe(false);
    expect(fits({ not: '*:25' }, ['mail:110', '192.0.2.25:110'])).toBe(true);
    expect(fits({ not: '*:25' }, ['mail:25', '192.0.2.25:25'])).toBe(false);
    expect(fits({ contains: '\b' }, 'HELP\b\bLO')).toBe(true);
    expect(fits({ ends: '.', not: '.' }, 'See you.')).toBe(true);
    expect(fits({ ends: '.', not: '.' }, '.')).toBe(false);
    expect(fits({ starts: 'host.' }, 'host.neo')).toBe(true);
    expect(fits({ min: 2, max: 3 }, 3)).toBe(true);
    expect(fits({ min: 2, max: 3 }, 4)).toBe(false);
    expect(fits({ min: 1 }, '')).toBe(false);
    expect(fits({ nonempty: true }, '')).toBe(false);
    expect(fits({ not: '' }, undefined)).toBe(false);
    expect(fits('', [])).toBe(true);
  });

  test('header fields by name, any of several', () => {
    const complaints: string[] = [];
    const written = { Subject: 'Bowling', Received: '*mx1*' };
    const matcher = parseMatcher('text', 'x', [], () => {});
    expect(matches(matcher, { subject: ['x'] })).toBe(false);
    const fields = {
      kind: 'fields' as const,
      fields: Object.fromEntries(
        Object.entries(written).map(([name, value]) => [
          name,
          parseMatcher('text', value, [], (_, message) => complaints.push(message)),
        ]),
      ),
    };
    expect(matches(fields, { subject: ['Bowling'], received: ['by neo', 'by mx1'] })).toBe(true);
    expect(matches(fields, { subject: ['Bowling'], received: ['by neo'] })).toBe(false);
    expect(matches(fields, { subject: ['Bowling'] })).toBe(false);
  });
});

test('parameters are filled in, unknown ones are left', () => {
  expect(fillParams('Subject: ${subject} ${other}', { subject: 'Lunch' })).toBe('Subject: Lunch ${other}');
  expect(fillParams('${constructor}', {})).toBe('${constructor}');
});
