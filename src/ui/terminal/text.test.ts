import { describe, expect, test } from 'vitest';
import type { Run } from '../../view/terminal.ts';
import { caret, linesOf, piecesOf } from './text.ts';

const run = (text: string, style: Run['style'] = 'remote', id = 1): Run => ({ id, text, style });

describe('caret', () => {
  test('control characters and their pictures in caret notation, line ends and tabs as they are', () => {
    expect(caret('HELLO\b\bO\x1b[2J\x07\x7f')).toBe('HELLO^H^HO^[[2J^G^?');
    expect(caret('a\u241bb\u2421')).toBe('a^[b^?');
    expect(caret('a\tb\n\x9b')).toBe('a\tb\n\ufffd');
  });
});

describe('piecesOf', () => {
  test('reply codes at the beginning of a line are good or bad', () => {
    expect(piecesOf(run('250 2.1.0 Ok\n503 5.5.1 Error\n'), true)).toEqual([
      { text: '250', tone: 'good' },
      { text: ' 2.1.0 Ok', tone: 'plain' },
      { text: '\n', tone: 'plain' },
      { text: '503', tone: 'bad' },
      { text: ' 5.5.1 Error', tone: 'plain' },
      { text: '\n', tone: 'plain' },
    ]);
    expect(piecesOf(run('+OK 2 messages\n-ERR no\n354-a'), true).map(({ tone }) => tone)).toEqual([
      'good',
      'plain',
      'plain',
      'bad',
      'plain',
      'plain',
      'good',
      'plain',
    ]);
  });

  test('IMAP replies by their tag and status (RFC 3501 §7.1); data and a letter’s own words are plain', () => {
    const marked = (line: string) =>
      piecesOf(run(line), true).find(({ tone }) => tone !== 'plain') ?? { text: '', tone: 'plain' };
    expect(marked('a1 OK [READ-WRITE] Select completed')).toEqual({ text: 'a1 OK', tone: 'good' });
    expect(marked('* OK Dovecot ready.')).toEqual({ text: '* OK', tone: 'good' });
    expect(marked('. NO [AUTHENTICATIONFAILED] No.')).toEqual({ text: '. NO', tone: 'bad' });
    expect(marked('A0001 BAD Error')).toEqual({ text: 'A0001 BAD', tone: 'bad' });
    for (const line of ['* 1 EXPUNGE', '+ idling', '* BYE Logging out', 'Tonight OK for you?', 'a1 OKAY'])
      expect(marked(line).tone, line).toBe('plain');
  });

  test('a number that is no reply code is plain', () => {
    expect(piecesOf(run('2500 letters'), true)).toEqual([{ text: '2500 letters', tone: 'plain' }]);
    expect(piecesOf(run('250 Ok'), false)[0]?.tone).toBe('plain');
    expect(piecesOf(run('250 Ok', 'plain'), true)[0]?.tone).toBe('plain');
  });
});

describe('linesOf', () => {
  test('joins runs to lines and keeps the last ones', () => {
    const runs = [
      run('jura@pc:~$ ', 'prompt', 1),
      run('telnet neo 25\n', 'typed', 2),
      run('220 neo\n', 'remote', 3),
    ];
    const lines = linesOf(runs, 10).map(({ pieces }) => pieces.map(({ text }) => text).join(''));
    expect(lines).toEqual(['jura@pc:~$ telnet neo 25', '220 neo', '']);
    expect(linesOf(runs, 2)).toHaveLength(2);
  });
});
