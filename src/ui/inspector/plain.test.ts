import { expect, test } from 'vitest';
import { cutAt, plain, plainLine } from './plain.ts';

test('controls are shown in caret notation, as cat -v does', () => {
  expect(plain('\x1b[31mred\x07\x7f')).toBe('^[[31mred^G^?');
  expect(plain('a\r\nb\tc')).toBe('a^M\nb\tc');
  expect(plain('\x00')).toBe('^@');
});

test('the pictures that the views use read the same', () => {
  expect(plain('␛[2J␍␡')).toBe('^[[2J^M^?');
});

test('C1 controls and characters that turn the writing round are told by number', () => {
  expect(plain('\x9b31m')).toBe('<U+009B>31m');
  expect(plain('moc.elgoog\u202e')).toBe('moc.elgoog<U+202E>');
  expect(plain('a\u200bb\ufeff')).toBe('a<U+200B>b<U+FEFF>');
});

test('accented letters and emoji stay', () => {
  expect(plain('Dvořák, „Grüße“, 📮')).toBe('Dvořák, „Grüße“, 📮');
});

test('a single line keeps its tabs and line feeds in sight', () => {
  expect(plainLine('a\tb\nc')).toBe('a^Ib^Jc');
});

test('a cut text says how much was left out, and never ends in half a character', () => {
  expect(cutAt('abc', 3)).toEqual({ text: 'abc', left: 0 });
  expect(cutAt('abcdef', 4)).toEqual({ text: 'abcd', left: 2 });
  expect(cutAt('ab📮d', 3)).toEqual({ text: 'ab', left: 3 });
});
