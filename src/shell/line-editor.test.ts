import { describe, expect, test } from 'vitest';
import {
  candidatesFor,
  completeLine,
  EMPTY_LINE,
  editLine,
  HISTORY_LIMIT,
  keysOf,
  LINE_LIMIT,
  type LineEffect,
  type LineState,
} from './line-editor.ts';

function type(
  data: readonly string[],
  from: LineState = EMPTY_LINE,
): readonly [LineState, readonly LineEffect[]] {
  let state = from;
  const effects: LineEffect[] = [];
  for (const chunk of data) {
    for (const key of keysOf(chunk)) {
      const [next, out] = editLine(state, key);
      state = next;
      effects.push(...out);
    }
  }
  return [state, effects];
}

const line = (...data: string[]): string => {
  const [{ text, cursor }] = type(data);
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
};

describe('editing', () => {
  test('keys of a terminal', () => {
    expect(line('HELO', '\x1b[D', '\x1b[D', 'X')).toBe('HEX|LO');
    expect(line('HELO', '\x01', '\x1b[3~')).toBe('|ELO');
    expect(line('HELO', '\x1b[H', '\x05', '!')).toBe('HELO!|');
    expect(line('HELO pc', '\x7f', '\x08')).toBe('HELO |');
    expect(line('MAIL FROM:<a>', '\x17')).toBe('MAIL |');
    expect(line('MAIL FROM', '\x17', '\x17', '\x19')).toBe('MAIL |');
    expect(line('abc', '\x1b[D', '\x0b')).toBe('ab|');
    expect(line('abc', '\x1b[D', '\x15')).toBe('|c');
    expect(line('a b', '\x1bb', '\x1b[1;5D', 'x')).toBe('x|a b');
  });

  test('a character outside the basic plane is one character', () => {
    expect(line('a📯', '\x7f')).toBe('a|');
    expect(line('📯', '\x1b[D', '\x1b[C')).toBe('📯|');
  });

  test('unknown sequences and stray controls leave the line alone', () => {
    expect(line('a', '\x1b[99;99X', '\x1b', '\x00', 'b')).toBe('ab|');
  });

  test('a line has a limit', () => {
    const [state] = type(['x'.repeat(LINE_LIMIT + 50)]);
    expect(state.text).toHaveLength(LINE_LIMIT);
  });
});

describe('submitting', () => {
  test('Enter submits, also an empty line', () => {
    expect(type(['QUIT', '\r', '\r'])[1]).toEqual([
      { kind: 'submit', text: 'QUIT' },
      { kind: 'submit', text: '' },
    ]);
  });

  test('a paste of many lines submits each in order and keeps the rest', () => {
    const [state, effects] = type(['HELO pc\r\nMAIL FROM:<a@example.org>\nRCPT']);
    expect(effects).toEqual([
      { kind: 'submit', text: 'HELO pc' },
      { kind: 'submit', text: 'MAIL FROM:<a@example.org>' },
    ]);
    expect(state.text).toBe('RCPT');
  });

  test('^C drops the line, ^D deletes or ends, ^] escapes', () => {
    const [state, effects] = type(['HELO', '\x03', '\x04', 'ab', '\x01', '\x04', '\x1d']);
    expect(state.text).toBe('b');
    expect(effects).toEqual([
      { kind: 'key', key: '^C' },
      { kind: 'key', key: '^D' },
      { kind: 'key', key: '^]' },
    ]);
  });
});

describe('history', () => {
  test('up and down walk through it and come back to the draft', () => {
    expect(line('one', '\r', 'two', '\r', 'dr', '\x1b[A')).toBe('two|');
    expect(line('one', '\r', 'two', '\r', 'dr', '\x1b[A', '\x1b[A', '\x1b[A')).toBe('one|');
    expect(line('one', '\r', 'two', '\r', 'dr', '\x1b[A', '\x1b[B')).toBe('dr|');
  });

  test('blank and repeated lines are not kept, and it does not grow without end', () => {
    expect(type(['a', '\r', 'a', '\r', ' ', '\r'])[0].history).toEqual(['a']);
    const [state] = type(Array.from({ length: HISTORY_LIMIT + 20 }, (_, i) => [`l${i}`, '\r']).flat());
    expect(state.history).toHaveLength(HISTORY_LIMIT);
  });
});

describe('completion', () => {
  const vocabulary = { commands: ['telnet', 'dig', 'mailq'], names: ['mx1.example.org', 'mx2.example.org'] };
  const typing = (text: string) => {
    const [state] = type([text]);
    return { state, candidates: candidatesFor(state, vocabulary) };
  };

  test('first words are commands, later ones names', () => {
    expect(typing('te').candidates).toEqual(['telnet']);
    expect(typing('telnet mx').candidates).toEqual(['mx1.example.org', 'mx2.example.org']);
    expect(typing('telnet te').candidates).toEqual([]);
  });

  test('an empty line has none: Tab then leaves the terminal', () => {
    expect(typing('').candidates).toEqual([]);
    expect(typing('  ').candidates).toEqual([]);
  });

  test('one candidate is completed whole, several as far as they agree', () => {
    const one = typing('te');
    expect(completeLine(one.state, one.candidates).text).toBe('telnet ');
    const two = typing('telnet m');
    expect(completeLine(two.state, two.candidates).text).toBe('telnet mx');
  });
});
