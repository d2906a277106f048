import { describe, expect, test } from 'vitest';
import type { ReplyNote } from '../../protocol/note.ts';
import type { SimEvent, What } from '../../sim/types.ts';
import { proofOf } from './proof.ts';
import { shuffled } from './shuffle.ts';

const event = (id: number, what: unknown): SimEvent => ({
  id,
  cause: id,
  at: 0,
  host: 'neo',
  what: what as What,
});
const reply = (part: Partial<ReplyNote>): unknown => ({
  kind: 'segment',
  note: {
    kind: 'reply',
    protocol: 'smtp',
    verb: 'RCPT',
    line: '',
    code: '250',
    enhanced: '2.1.5',
    text: 'Ok',
    ...part,
  },
});

describe('what a stamp says', () => {
  test('the code of the reply, and the command it answers', () => {
    const log = [
      event(7, { kind: 'power', up: true }),
      event(8, reply({ line: 'RCPT TO:<walter@example.org>' })),
    ];
    expect(proofOf(log, 8)).toEqual({ event: 8, mark: '250', line: 'RCPT TO:<walter@example.org>' });
  });

  test('IMAP: the status, and what a server tells unasked itself', () => {
    const imap = { protocol: 'imap', tag: 'a3', enhanced: '', line: 'a3 IDLE' } as const;
    const log = [
      event(0, reply({ ...imap, code: 'OK', text: 'Idle completed' })),
      event(1, reply({ ...imap, tag: '*', code: '*', text: '1 EXPUNGE' })),
      event(2, { kind: 'fact', fact: { kind: 'login', protocol: 'imap', mailbox: 'anna', ok: true } }),
    ];
    expect(proofOf(log, 0)).toMatchObject({ mark: 'OK', line: 'a3 IDLE' });
    expect(proofOf(log, 1)).toMatchObject({ mark: '*', line: '* 1 EXPUNGE' });
    expect(proofOf(log, 2)).toMatchObject({ mark: 'OK', line: 'anna' });
  });

  test('the reply itself when it answers no command line', () => {
    expect(proofOf([event(0, reply({ verb: 'END-OF-DATA' }))], 0)?.line).toBe('250 2.1.5 Ok');
  });

  test('the port of an opened connection, the reply a mail program got, a tick for the rest', () => {
    const opened = { kind: 'opened', peer: { address: '192.0.2.25', port: 25 } };
    expect(proofOf([event(0, opened)], 0)).toMatchObject({ mark: ':25', line: '192.0.2.25:25' });
    const fact = { kind: 'submitted', reply: '250 2.0.0 Ok: queued as 442B94F362' };
    expect(proofOf([event(0, { kind: 'fact', fact })], 0)?.mark).toBe('250');
    expect(proofOf([event(0, { kind: 'power', up: false })], 0)).toMatchObject({ mark: '', line: '' });
  });

  test('an event that is not in the log proves nothing; hostile lengths are cut', () => {
    expect(proofOf([], 3)).toBeNull();
    expect(proofOf([event(0, reply({}))], 9)).toBeNull();
    const long = proofOf([event(0, reply({ code: '2500000', line: 'x'.repeat(5000) }))], 0);
    expect(long?.mark).toBe('2500');
    expect(long?.line.length).toBe(120);
  });
});

describe('shuffled', () => {
  test('the same every time, all there, never in the right order', () => {
    for (const seed of ['order', 'a', 'b', 'c', 'd', 'e', 'f']) {
      const items = ['helo', 'mail', 'rcpt'];
      const once = shuffled(items, seed);
      expect(shuffled(items, seed)).toEqual(once);
      expect([...once].sort()).toEqual([...items].sort());
      expect(once).not.toEqual(items);
    }
    expect(shuffled([], 'x')).toEqual([]);
  });
});
