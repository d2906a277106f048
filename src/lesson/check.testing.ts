/** Checks as a lesson writes them, asked of a toy log; and a letter to ask about. */
import { expect } from 'vitest';
import type { Envelope } from '../agents/facts.ts';
import { octets } from '../base/octets.ts';
import type { Starts } from './check.ts';
import { holds, watch } from './check.ts';
import { parseCheck } from './check-schema.ts';
import { foldEvent, noFacts } from './facts.ts';
import { TOY_HOSTS, type toyLog } from './toy.testing.ts';
import type { Check } from './types.ts';

export function check(written: unknown): Check {
  const complaints: string[] = [];
  const parsed = parseCheck(written, [], (path, message) => complaints.push(`${path.join('.')}: ${message}`));
  expect(complaints).toEqual([]);
  return parsed;
}

const ALWAYS: Starts = { step: 0, passed: () => 0 };

/** Asked after every event, as the grader does, and once at the end: both must say the same. */
export function isTrue(written: unknown, { log }: ReturnType<typeof toyLog>, starts = ALWAYS): boolean {
  const facts = noFacts(TOY_HOSTS);
  const often = watch(check(written));
  let now = holds(often, facts, starts);
  for (const event of log) {
    foldEvent(facts, log, event);
    now = holds(often, facts, starts);
  }
  expect(holds(watch(check(written)), facts, starts)).toBe(now);
  return now;
}

export const ENVELOPE: Envelope = { reversePath: 'dude@example.com', forwardPaths: ['walter@example.org'] };
export const CONTENT = octets('Received: by mx\r\nSubject: Bow\r\n ling\r\n\r\nSee you.\r\n');
export const ACCEPTED = {
  kind: 'accepted',
  queueId: 'A1',
  envelope: ENVELOPE,
  content: CONTENT,
  trace: octets(''),
  origin: 'smtp',
  about: null,
  blankLine: true,
} as const;
export const DELIVERED = {
  kind: 'delivered',
  queueId: 'B1',
  recipient: 'walter@example.org',
  mailbox: 'walter',
  uid: 'u1',
  envelope: ENVELOPE,
  content: CONTENT,
  blankLine: true,
} as const;
