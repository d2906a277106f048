import { describe, expect, test } from 'vitest';
import { logBuilder, print, typeLine } from './log.testing.ts';
import { isAtPrompt, transcript, transcriptLines } from './terminal.ts';

function screen(...runs: readonly (readonly [string, 'prompt' | 'typed' | 'plain' | 'remote'])[]) {
  const b = logBuilder();
  const cause = typeLine(b, 'pc', 'x');
  for (const [text, style] of runs) print(b, 'pc', text, style, cause);
  return b.log;
}

const SESSION = screen(
  ['jura@pc:~$ ', 'prompt'],
  ['telnet neo 25\n', 'typed'],
  ['Trying 10.2.3.168...\nConnected to neo.\n', 'plain'],
  ['220 neo', 'remote'],
  ['.firma1.intr ESMTP\n', 'remote'],
);

describe('transcript', () => {
  test('runs in order, as far as the log is seen', () => {
    expect(transcript(SESSION, 3, 'pc')).toEqual([
      { id: 1, text: 'jura@pc:~$ ', style: 'prompt' },
      { id: 2, text: 'telnet neo 25\n', style: 'typed' },
    ]);
    expect(transcript(SESSION, SESSION.length, 'pc')).toHaveLength(5);
    expect(transcript(SESSION, 2, 'pc')).toHaveLength(1);
    expect(transcript(SESSION, 6, 'neo')).toEqual([]);
  });

  test('what comes over the wire cannot drive the terminal; what the shell draws may', () => {
    const log = screen(['\u001b]0;x\u0007\u009b2Ja\tb\b\r\n', 'remote'], ['\u001b[2J', 'plain']);
    expect(transcript(log, 3, 'pc').map(({ text }) => text)).toEqual([
      '␛]0;x␇\ufffd2Ja\tb\b\r\n',
      '\u001b[2J',
    ]);
  });
});

test("at a prompt: the shell's, or one of a program in it; not while a program runs", () => {
  const log = screen(
    ['jura@pc:~$ ', 'prompt'],
    ['telnet neo 25\n', 'typed'],
    ['220 neo ESMTP\n', 'remote'],
    ['\ntelnet> ', 'prompt'],
    ['close\n', 'typed'],
    ['Connection closed.\n', 'plain'],
    ['jura@pc:~$ ', 'prompt'],
  );
  const begins = log.length - 7;
  const seen = Array.from({ length: 8 }, (_, i) => isAtPrompt(log, begins + i, 'pc'));
  expect(seen).toEqual([false, true, false, false, true, false, false, true]);
  expect(isAtPrompt(log, log.length, 'neo')).toBe(false);
});

describe('transcriptLines', () => {
  const lines = (log: typeof SESSION, count = log.length) => transcriptLines(log, count, 'pc');

  test('lines however they were printed; the last may be unfinished', () => {
    expect(lines(SESSION)).toEqual([
      { id: 1, text: 'jura@pc:~$ telnet neo 25' },
      { id: 3, text: 'Trying 10.2.3.168...' },
      { id: 3, text: 'Connected to neo.' },
      { id: 4, text: '220 neo.firma1.intr ESMTP' },
    ]);
    expect(lines(SESSION, 5).at(-1)).toEqual({ id: 4, text: '220 neo' });
  });

  test('the past stays as it was after going on and back', () => {
    lines(SESSION);
    expect(lines(SESSION, 2)).toEqual([{ id: 1, text: 'jura@pc:~$ ' }]);
    expect(lines(SESSION, 3)).toHaveLength(1);
    expect(lines(SESSION)).toHaveLength(4);
  });

  test('a long transcript read to its end, from the middle, and to its end again', () => {
    const log = screen(...Array.from({ length: 2000 }, (_, i) => [`${i}\n`, 'plain'] as const));
    const whole = Array.from({ length: 2000 }, (_, i) => String(i));
    const read = (count: number) => lines(log, count).map(({ text }) => text);
    expect(read(log.length)).toEqual(whole);
    expect(read(1501)).toEqual(whole.slice(0, 1500));
    expect(read(log.length)).toEqual(whole);
  });

  test('backspace takes away a character, carriage return is not drawn', () => {
    expect(lines(screen(['MIAL\b\b\bAIL FROM\r\n', 'typed']))[0]!.text).toBe('MAIL FROM');
    expect(lines(screen(['\b\bok\n', 'typed']))[0]!.text).toBe('ok');
  });

  test('a line without end is broken', () => {
    const log = screen(...Array.from({ length: 100 }, () => ['x'.repeat(1000), 'remote'] as const));
    expect(Math.max(...lines(log).map(({ text }) => text.length))).toBeLessThan(6000);
  });
});
