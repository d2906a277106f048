import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueIdText } from './queue-id.ts';
import type { ReceivedStyle } from './received.ts';

/** 17 Oct 2019, 08:30:00 UTC. */
const CLOCK = { epochMs: 1_571_301_000_000, offsetMinutes: 0 };

/** The shapes of ids of the course notes and of real servers, with one of each. */
const SHAPES: Readonly<Record<ReceivedStyle, { readonly shape: RegExp; readonly real: string }>> = {
  postfix2006: { shape: /^[0-9A-F]{5}[23][0-9A-F]{5}$/, real: '970EB3B4086' },
  postfix3: { shape: /^[0-9A-F]{5}4[0-9A-F]{4}$/, real: '6A8C740014' },
  sendmail8: { shape: /^[0-9A-Za-x]{8}0\d{5}$/, real: 'x9H8U0a1012345' },
  bizsmtp: { shape: /^[0-9A-Za-z]{5}10[0-9A-Za-z]{8}01[0-9A-Za-z]{5}$/, real: 'EKxC2100L4saP3E01KyXnc' },
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
