import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import { fieldAt, fieldName, fieldValueAt, headerEnd } from './header-fields.ts';

function read(content: Octets): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (let place = fieldAt(content, 0); place !== null; place = fieldAt(content, place.end))
    found.push([fieldName(content, place), fieldValueAt(content, place)]);
  return found;
}

test('names in lower case, values with their folds (RFC 5322 §2.2.3)', () => {
  expect(read(octets('Subject: This\r\n is a test\r\nTO :  x\r\n\r\nno: field'))).toEqual([
    ['subject', 'This\n is a test'],
    ['to', 'x'],
  ]);
});

test('what is no field is one without a name', () => {
  expect(read(octets('no field\r\n at all\r\nSubject: x\r\n: y\r\n\xe9 z: u\r\n'))).toEqual([
    ['', 'no field\n at all'],
    ['subject', 'x'],
    ['', 'y'],
    ['\xe9 z', 'u'],
  ]);
});

test('blanks and nothing', () => {
  expect(read(octets('A:\r\nB:   \r\nC:\r\n x\r\nD: y\r\n \r\n z'))).toEqual([
    ['a', ''],
    ['b', '  '],
    ['c', '\n x'],
    ['d', 'y \n z'],
  ]);
});

test('where a header ends', () => {
  expect(headerEnd(octets('A: b\r\n\r\ntext'), 0)).toBe(8);
  expect(headerEnd(octets('A: b\n\ntext'), 0)).toBe(6);
  expect(headerEnd(octets('\r\ntext'), 0)).toBe(2);
  expect(headerEnd(octets('A: b\r\ntext'), 0)).toBe(10);
});

test('whatever comes, fields are the header without its empty line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', ':', ' ', '\r\n', '\n', '\r', '\t', '\0'), { maxLength: 40 }),
      (chosen) => {
        const content = octets(chosen.join(''));
        let at = 0;
        for (let place = fieldAt(content, at); place !== null; place = fieldAt(content, at)) {
          expect(place.at).toBe(at);
          expect(place.end).toBeGreaterThan(at);
          at = place.end;
        }
        const blank = headerEnd(content, 0) - at;
        expect(['', '\n', '\r\n']).toContain(content.slice(at, at + blank));
      },
    ),
  );
});
