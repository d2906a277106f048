import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Incoming } from './netstring.ts';
import { hearNetstring, NOT_BEGUN, netstring, netstringFraming, netstringsIn, PIECE } from './netstring.ts';

const o = (text: string): Octets => text as Octets;

/** Cuts as the framing says until the netstring is whole; null when it is malformed or does not end. */
function heard(text: string, most = 1000): Incoming | null {
  let incoming: Incoming | null = NOT_BEGUN;
  for (let at = 0; incoming !== null && incoming.left !== 0; ) {
    const framing = netstringFraming(incoming);
    const count = framing.kind === 'octets' ? framing.count : 0;
    if (at + count > text.length) return null;
    incoming = hearNetstring(incoming, o(text.slice(at, at + count)), most);
    at += count;
  }
  return incoming;
}

describe('QMTP §6', () => {
  test.each([
    ['hello world!', '12:hello world!,'],
    ['', '0:,'],
    [',', '1:,,'],
    ['5:x', '3:5:x,'],
  ])('%j is %j', (string, encoded) => {
    expect(netstring(o(string))).toBe(encoded);
    expect(heard(encoded)).toEqual({ length: string.length, left: 0, kept: string });
    expect(netstringsIn(o(encoded))).toEqual([string]);
  });

  test.each([
    ['a zero in front', '05:hello,'],
    ['two zeros', '00:,'],
    ['no digits', ':,'],
    ['a letter', '1a:x,'],
    ['a minus', '-1:x,'],
    ['a plus', '+1:x,'],
    ['a space', ' 1:x,'],
    ['white space behind', '1 :x,'],
    ['no comma', '5:hello;'],
    ['a string too short', '5:hell,x'],
    ['a string too long', '5:helloo,'],
    ['eleven digits', '10000000000:'],
    ['ten digits and too much', '3000000000:'],
    ['digits without end', '1'.repeat(100)],
    ['an octet above 127', '1\xb2:x,'],
  ])('%s is malformed', (_, text) => {
    expect(heard(text)).toBeNull();
    expect(netstringsIn(o(text))).toBeNull();
  });

  test.each(['5:hello', '5', '5:', '5:hello,3:abc'])('a list that breaks off: %j', (text) => {
    expect(netstringsIn(o(text))).toBeNull();
  });

  test('whatever is in the strings, the list gives them back', () => {
    const octets = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(octets, { maxLength: 10 }), (lists) => {
        const strings = lists.map((codes) => o(String.fromCharCode(...codes)));
        expect(netstringsIn(o(strings.map(netstring).join('')))).toEqual(strings);
        for (const string of strings) expect(heard(netstring(string))?.kept).toBe(string);
      }),
      { numRuns: 200 },
    );
  });
});

test('ten digits are heard, and the string in bounded pieces of which the beginning is kept', () => {
  let incoming: Incoming | null = NOT_BEGUN;
  for (const octet of '2000000000:') incoming = hearNetstring(incoming!, o(octet), 3);
  expect(incoming).toEqual({ length: 2_000_000_000, left: 2_000_000_001, kept: '' });
  expect(netstringFraming(incoming!)).toEqual({ kind: 'octets', count: 1 });
  incoming = hearNetstring(incoming!, o('a'), 3);
  expect(netstringFraming(incoming!)).toEqual({ kind: 'octets', count: PIECE });
  incoming = hearNetstring(incoming!, o('b'.repeat(PIECE)), 3);
  expect(incoming).toEqual({ length: 2_000_000_000, left: 2_000_000_000 - PIECE, kept: 'abb' });
});
