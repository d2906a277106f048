import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageIdText, queueIdText } from './queue-id.ts';
import type { ReceivedStyle } from './received.ts';

/** 17 Oct 2019, 08:30:00 UTC. */
const CLOCK = { epochMs: 1_571_301_000_000, offsetMinutes: 0 };

/** The shapes of ids of the course notes and of real servers, with one of each. */
const SHAPES: Readonly<Record<ReceivedStyle, { readonly shape: RegExp; readonly real: string }>> = {
  postfix2006: { shape: /^[0-9A-F]{5}[23][0-9A-F]{5}$/, real: '970EB3B4086' },
  postfix3: { shape: /^[0-9A-F]{5}4[0-9A-F]{4}$/, real: '6A8C740014' },
  sendmail8: { shape: /^[0-9A-Za-x]{8}0\d{5}$/, real: 'x9H8U0a1012345' },
  bizsmtp: { shape: /^[0-9A-Za-z]{5}10[0-9A-Za-z]{8}01[0-9A-Za-z]{5}$/, real: 'EKxC2100L4saP3E01KyXnc' },
  exim4: { shape: /^[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}$/, real: '1iKz5c-0004Vy-3K' },
  exchange: {
    shape: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    real: '7f9c24e8-3b12-4f5e-91a0-0305e82c3301',
  },
  qmail: { shape: /^\d{10}\.\d{3,}$/, real: '1571293800.12345' },
  'pre-esmtp': { shape: /^[A-Z]{2}\d{5}$/, real: 'AA12345' },
  'dovecot-lmtp': { shape: /^[0-9A-Za-z+/]{22}$/, real: '8JkQBzGhmGEdFAAA0J78UA' },
};
const STYLES = Object.keys(SHAPES) as ReceivedStyle[];

describe.each(STYLES)('queueIdText %s', (style) => {
  const { shape, real } = SHAPES[style];

  test('has the shape of a real one', () => {
    expect(real).toMatch(shape);
    for (let number = 0; number < 200; number++)
      expect(queueIdText(style, number, number * 997, CLOCK)).toMatch(shape);
  });

  test('each number has its own id, at one instant or at many', () => {
    const ids = new Set<string>();
    for (let number = 0; number < 20_000; number++)
      ids.add(queueIdText(style, number, (number * 7919) % 3000, CLOCK));
    expect(ids.size).toBe(20_000);
    const number = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 45 }));
    fc.assert(
      fc.property(number, number, fc.nat(5000), fc.nat(5000), (a, b, now, later) => {
        fc.pre(a !== b);
        expect(queueIdText(style, a, now, CLOCK)).not.toBe(queueIdText(style, b, later, CLOCK));
      }),
    );
  });

  test('numbers that share their last digits in some base do not share an id', () => {
    const steps = [1, 2 ** 14, 2 ** 16, 2 ** 32, 2 ** 33, 2 ** 34, 62 ** 6, 676 * 2 ** 14];
    const numbers = new Set(
      [0, 7, 2 ** 20, 2 ** 33 + 5].flatMap((from) => [from, ...steps.map((step) => from + step)]),
    );
    expect(new Set([...numbers].map((number) => queueIdText(style, number, 0, CLOCK))).size).toBe(
      numbers.size,
    );
  });

  test('the same number at the same time gives the same id, without a clock too', () => {
    expect(queueIdText(style, 7, 1234)).toBe(queueIdText(style, 7, 1234));
  });
});

test('postfix: the first five digits are microseconds of the second', () => {
  const id = queueIdText('postfix2006', 3, 61_942);
  expect(Math.floor(Number.parseInt(id.slice(0, 5), 16) / 1000)).toBe(942);
});

test('sendmail: the first six letters are the time', () => {
  expect(queueIdText('sendmail8', 3, 0, CLOCK).slice(0, 6)).toBe('x9H8U0');
});

test('exim: the first six digits are the seconds, the last two the fraction', () => {
  const number = (text: string): number =>
    [...text].reduce(
      (sum, digit) =>
        sum * 62 + '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit),
      0,
    );
  const [time = '', pid = '', fraction = ''] = queueIdText('exim4', 3, 61_942, CLOCK).split('-');
  expect(number(time)).toBe(1_571_301_061);
  expect(number(pid)).toBeLessThan(32_768);
  expect(number(fraction)).toBe(942 * 2);
});

describe('Message-IDs, of a letter that came on 17 Oct 2019 at 10:30 in Brussels', () => {
  const brussels = { epochMs: CLOCK.epochMs, offsetMinutes: 120 };
  test.each<[ReceivedStyle, string, string]>([
    ['postfix3', '6A8C740014', '<20191017083000.6A8C740014@neo.firma1.intr>'],
    ['postfix2006', '970EB3B4086', '<20191017083000.970EB3B4086@neo.firma1.intr>'],
    ['sendmail8', 'x9H8U0a1012345', '<201910170830.x9H8U0a1012345@neo.firma1.intr>'],
    ['pre-esmtp', 'AA12345', '<1910170830.AA12345@neo.firma1.intr>'],
    ['exim4', '1iKz5c-0004Vy-3K', '<E1iKz5c-0004Vy-3K@neo.firma1.intr>'],
    ['qmail', '1571301000.12345', '<20191017083000.12345.qmail@neo.firma1.intr>'],
    [
      'exchange',
      '7f9c24e8-3b12-4f5e-91a0-0305e82c3301',
      '<7f9c24e83b124f5e91a00305e82c3301@neo.firma1.intr>',
    ],
  ])('%s', (style, id, expected) => {
    expect(messageIdText(style, id, 0, brussels, 'neo.firma1.intr')).toBe(expected);
  });
});
