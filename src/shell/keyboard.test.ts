import { expect, test } from 'vitest';
import { keyed, LINE_LIMIT } from './keyboard.ts';

test('a line with a mistake in it, and the beginning of the next', () => {
  expect(keyed('HE', 'LP\b\x7fLO\rMA')).toEqual({
    rawLine: 'MA',
    reads: [{ kind: 'line', text: 'HELO', eol: true }],
    echo: 'LP\b\bLO\nMA',
  });
});

test('a backspace takes a whole character, and nothing that is not there', () => {
  expect(keyed('', '\b🙂\bx\n').reads).toEqual([{ kind: 'line', text: 'x', eol: true }]);
});

test('^D ends a reading; of nothing it is the end', () => {
  expect(keyed('', 'abc\x04\x04').reads).toEqual([
    { kind: 'line', text: 'abc', eol: false },
    { kind: 'end' },
  ]);
});

test('^C gives the line up; a line is bounded', () => {
  expect(keyed('abc', '\x03')).toEqual({ rawLine: '', reads: [{ kind: 'interrupt' }], echo: '' });
  expect(keyed('x'.repeat(LINE_LIMIT), 'y').rawLine).toHaveLength(LINE_LIMIT);
});
