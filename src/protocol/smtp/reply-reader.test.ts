/** Reading replies, and waiting for them. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { smtpClient, smtpClientState } from './client.ts';
import { CLIENT, LETTER, talk } from './client.testing.ts';
import { NO_REPLY, readReplyLines } from './reply-reader.ts';
import type { SmtpClientAnswer } from './types.ts';

describe('replies', () => {
  const read = (...lines: readonly string[]) => {
    let partial = NO_REPLY;
    for (const line of lines) {
      const step = readReplyLines(partial, `${line}\r\n` as Octets);
      if (step.kind !== 'more') return step;
      partial = step.partial;
    }
    return partial;
  };
  test.each([
    [['250 Ok'], 250, '', ['Ok']],
    [['250'], 250, '', ['']],
    [['250 2.1.0 Ok'], 250, '2.1.0', ['Ok']],
    [['550 5.1.1 <a>: no'], 550, '5.1.1', ['<a>: no']],
    [['550 2.1.1 odd'], 550, '', ['2.1.1 odd']],
    [['250-a', '250-2.0.0 b', '250 c'], 250, '', ['a', 'b', 'c']],
    [['250-a', 'garbage', '250 c'], 250, '', ['a', 'c']],
    [['250-a', '550 c'], 550, '', ['a', 'c']],
    [['199 x', '2x0 x', '600 x', '250xx', '250 c'], 250, '', ['c']],
  ])('%j', (lines, code, enhanced, text) => {
    const whole = { kind: 'reply', reply: { code, enhanced, lines: text } };
    expect(read(...lines)).toEqual(whole);
    expect(read(lines.join('\r\n'))).toEqual(whole);
  });
  test('a bare LF ends a line', () => {
    expect(readReplyLines(NO_REPLY, '250 Ok\n' as Octets)).toMatchObject({ reply: { lines: ['Ok'] } });
  });
  test('a flood keeps 100 lines and ends the session at last', () => {
    const many = read(...Array.from({ length: 500 }, () => '250-x'));
    expect(many).toMatchObject({ count: 500 });
    expect('lines' in many && many.lines.length).toBe(100);
    const { over, log } = talk(['220 hi', ...Array.from({ length: 1001 }, () => '250-x')]);
    expect(over).toMatchObject([{ stage: 'helo', reply: null }]);
    expect(log[log.length - 1]).toBe('<close>');
  });
  test('what the server says while the agent thinks waits for its turn', () => {
    const [held] = drive(smtpClient, driven(smtpClientState(CLIENT)), { kind: 'opened', peer: '' });
    const lines = '220 hi\r\n250 hello\r\n421 busy\r\n' as Octets;
    const [waiting, effects] = drive(smtpClient, held, { kind: 'octets', octets: lines });
    expect(effects.at(-1)).toMatchObject({ kind: 'ask', question: { kind: 'next' } });
    expect(waiting.buffer).toBe('421 busy\r\n');
    const [over, more] = drive(smtpClient, waiting, {
      kind: 'answer',
      answer: { kind: 'transaction', transaction: LETTER },
    });
    expect(over.state.phase).toBe('over');
    expect(more.filter(({ kind }) => kind === 'ask')).toMatchObject([
      { question: { kind: 'over', outcome: { letter: 'Q1' }, stage: 'mail', reply: { code: 421 } } },
    ]);
  });

  test('the reply timer runs for each reply and stops while the agent thinks', () => {
    let held = driven(smtpClientState(CLIENT));
    const timers = (arrival: Arrival<SmtpClientAnswer>) => {
      const [next, effects] = drive(smtpClient, held, arrival);
      held = next;
      return effects.flatMap((effect) => (effect.kind === 'timer' ? [effect.after] : []));
    };
    expect(timers({ kind: 'opened', peer: '' })).toEqual([60_000]);
    expect(timers({ kind: 'octets', octets: '220 hi\r\n' as Octets })).toEqual([60_000]);
    expect(timers({ kind: 'octets', octets: '250 hi\r\n' as Octets })).toEqual([null]);
    expect(timers({ kind: 'answer', answer: { kind: 'transaction', transaction: LETTER } })).toEqual([
      60_000,
    ]);
  });
});
