/** When letters that cannot be delivered are tried again, and until when. */
import { describe, expect, test } from 'vitest';
import { runUntil } from '../../sim/history.ts';
import { facts } from '../world.testing.ts';
import { mtaOf, openPost, post, readPostings } from './post.testing.ts';

const [refused] = readPostings('exim-queue').filter(({ title }) => title === 'connection refused');
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Minutes after the letter came at which it was put aside again. */
function tries(dialect: 'postfix3' | 'exim4' | 'sendmail8' | 'qmail' | 'exchange', days: number) {
  const history = openPost({ ports: [25, 25], aliases: {}, neo: { dialect } });
  post(history, refused!, 25);
  const began = facts(history, 'deferred')[0]!.at;
  runUntil(history, history.world.now + days * DAY);
  const at = facts(history, 'deferred').map((fact) => Math.round((fact.at - began) / MINUTE));
  const left = mtaOf(history, 'neo').queue.length;
  return { at, left };
}

describe('a letter to a host that refuses connections', () => {
  test('Postfix: after as long as it has been here, up to 4000 s', () => {
    const { at, left } = tries('postfix3', 6);
    expect(at.slice(0, 5)).toEqual([0, 10, 20, 40, 80]);
    expect(at.at(-1)! - at.at(-2)!).toBe(70);
    expect(left).toBe(0);
  });
  test('Exim: quarters of an hour as the half-hourly runs meet them, in the end every six and a half, four days', () => {
    const { at, left } = tries('exim4', 5);
    expect(at.slice(0, 4)).toEqual([0, 30, 60, 90]);
    expect(at.at(-1)! - at.at(-2)!).toBe(390);
    expect(at.at(-1)!).toBeLessThanOrEqual(4 * 24 * 60);
    expect(left).toBe(0);
  });
  test('Sendmail: with every run of the queue', () => {
    const { at, left } = tries('sendmail8', 6);
    expect(at.slice(0, 4)).toEqual([0, 10, 20, 30]);
    expect(left).toBe(0);
  });
  test('qmail: 400, 1600, 3600, 6400 seconds after it came, a week long', () => {
    const { at, left } = tries('qmail', 8);
    expect(at.slice(0, 5)).toEqual([0, 7, 27, 60, 107]);
    expect(at.at(-1)!).toBeGreaterThan(6 * 24 * 60);
    expect(left).toBe(0);
  });
  test('Exchange: soon, then every ten minutes, two days long', () => {
    const { at, left } = tries('exchange', 3);
    expect(at.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 9]);
    expect(at.at(-1)! - at.at(-2)!).toBe(10);
    expect(left).toBe(0);
  });
});
