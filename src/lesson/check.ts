/**
 * Evaluates the checks of a lesson. A watch remembers how far it has read, so each event is looked at once however
 * often a check is asked.
 */
import type { ConnId } from '../sim/types.ts';
import type { Facts, LessonEvent } from './facts.ts';
import { namesOf } from './facts.ts';
import type { Letter } from './letters.ts';
import { letterValues } from './letters.ts';
import { allMatch, matches, weight } from './matcher.ts';
import type { Check, Matcher, Window } from './types.ts';

/** When `since` and `after` begin, as numbers of lesson events; null: not yet. */
export interface Starts {
  readonly step: number | null;
  readonly passed: (task: string) => number | null;
}

export interface Watch {
  readonly check: Check;
  readonly parts: readonly Watch[];
  /** Lesson events read, at least. */
  seen: number;
  /** Matches so far: of an event check or a count. */
  hits: number;
  /** In-order: how far events have come, and on which connection that was. */
  readonly reached: (Reached | null)[];
}

interface Reached {
  readonly name: string;
  readonly conn: ConnId | null;
}

export function watch(check: Check): Watch {
  const parts =
    'of' in check && check.kind !== 'count' && check.kind !== 'in-order' ? check.of.map(watch) : [];
  const length = check.kind === 'in-order' ? check.of.length : 0;
  return { check, parts, seen: 0, hits: 0, reached: Array.from({ length }, () => null) };
}

/** From now on only later events count: for mistakes that may be made again. */
export function startAgain(watched: Watch, facts: Facts): void {
  watched.seen = facts.events.length;
  watched.hits = 0;
  watched.reached.fill(null);
  for (const part of watched.parts) startAgain(part, facts);
}

function windowStart(window: Window, starts: Starts): number | null {
  const step = window.since === 'step' ? starts.step : 0;
  const after = window.after === null ? 0 : starts.passed(window.after);
  return step === null || after === null ? null : Math.max(step, after);
}

/** Whether the check is true now. */
export function holds(watched: Watch, facts: Facts, starts: Starts): boolean {
  const { check, parts } = watched;
  switch (check.kind) {
    case 'all':
      return everyPart(parts, facts, starts);
    case 'any':
      return somePart(parts, facts, starts);
    case 'none':
      return !somePart(parts, facts, starts);
    case 'state':
      return stateHolds(check, facts, starts);
    case 'event':
    case 'count':
    case 'in-order': {
      const from = windowStart(check.window, starts);
      if (from === null) return false;
      readOn(watched, facts, from);
      if (check.kind === 'count')
        return watched.hits >= check.min && (check.max === null || watched.hits <= check.max);
      return watched.hits > 0;
    }
  }
}

/** Every part is asked, so that each reads the events as they come. */
function everyPart(parts: readonly Watch[], facts: Facts, starts: Starts): boolean {
  let all = true;
  for (const part of parts) if (!holds(part, facts, starts)) all = false;
  return all;
}

function somePart(parts: readonly Watch[], facts: Facts, starts: Starts): boolean {
  let some = false;
  for (const part of parts) if (holds(part, facts, starts)) some = true;
  return some;
}

function readOn(watched: Watch, facts: Facts, from: number): void {
  const { check } = watched;
  for (let i = Math.max(watched.seen, from); i < facts.events.length; i++) {
    const event = facts.events[i]!;
    if (check.kind === 'in-order') follow(watched, check, event);
    else if (eventMatches(check.kind === 'count' ? check.of : check, event)) watched.hits++;
  }
  watched.seen = Math.max(watched.seen, facts.events.length);
}

/** One event through the chain: every prefix of the chain that has been seen is kept, so no match is missed. */
function follow(watched: Watch, check: Extract<Check, { kind: 'in-order' }>, event: LessonEvent): void {
  const { reached } = watched;
  const last = reached.length - 1;
  const between = check.noneBetween !== null && eventMatches(check.noneBetween, event);
  for (let k = last; k >= 0; k--) {
    const before = k === 0 ? null : reached[k - 1]!;
    if ((k === 0 || before !== null) && eventMatches(check.of[k]!, event)) {
      const near = k === 0 || !check.adjacent || (before?.name === event.name && before.conn === event.conn);
      if (near && k === last) watched.hits++;
      if (near) {
        reached[k] = { name: event.name, conn: event.conn };
        continue;
      }
    }
    const held = reached[k];
    if (!held) continue;
    const parted = check.adjacent && held.name === event.name && held.conn === event.conn;
    if (between || parted) reached[k] = null;
  }
}

/** Whether one event is what the check describes. */
export function eventMatches(check: Check, event: LessonEvent): boolean {
  switch (check.kind) {
    case 'event':
      return check.name === event.name && allMatch(check.fields, event.fields);
    case 'all':
      return check.of.every((part) => eventMatches(part, event));
    case 'any':
      return check.of.some((part) => eventMatches(part, event));
    case 'none':
      return !check.of.some((part) => eventMatches(part, event));
    default:
      return false;
  }
}

type StateCheck = Extract<Check, { kind: 'state' }>;

function stateHolds(check: StateCheck, facts: Facts, starts: Starts): boolean {
  switch (check.name) {
    case 'message':
      return messageHolds(check, facts, starts);
    case 'queue':
      return queueHolds(check, facts);
    case 'session':
      for (const conn of facts.conns.values()) {
        if (!conn.open || conn.protocol === 'other') continue;
        const host = conn.server === null ? [] : namesOf(facts, conn.server);
        if (
          allMatch(check.fields, {
            proto: conn.protocol,
            host,
            state: conn.state,
            user: conn.user,
            mailbox: conn.mailbox,
            by: conn.by,
          })
        )
          return true;
      }
      return false;
    case 'host':
      return facts.hosts.some((host) =>
        allMatch(check.fields, { name: namesOf(facts, host.id), up: facts.up.get(host.id) === true }),
      );
  }
}

const ONE_OR_MORE: Matcher = { kind: 'range', min: 1, max: null };

/** Without `in`, `folder` or `flags` it speaks of every letter any host took; with them, of those in mailboxes now. */
function messageHolds(check: StateCheck, facts: Facts, starts: Starts): boolean {
  const { in: mailbox, folder, flags, count = ONE_OR_MORE, ...fields } = check.fields;
  const from = windowStart(check.window, starts);
  if (from === null) return false;
  const isKept = mailbox ?? folder ?? flags;
  const letters: Iterable<Letter> = isKept
    ? facts.kept.filter(
        (kept) =>
          (!mailbox || matches(mailbox, kept.mailbox)) &&
          (!folder || matches(folder, kept.folder)) &&
          (!flags || matches(flags, kept.flags)),
      )
    : facts.letters.values();
  let found = 0;
  for (const letter of letters)
    if (letter.at >= from && allMatch(fields, letterValues(letter, namesOf(facts, letter.host)))) found++;
  return matches(count, found);
}

function queueHolds(check: StateCheck, facts: Facts): boolean {
  const { host, is = ONE_OR_MORE, why } = check.fields;
  return facts.hosts.some(({ id }) => {
    if (host && !matches(host, namesOf(facts, id))) return false;
    let length = 0;
    for (const reason of facts.queues.get(id)?.values() ?? []) if (!why || matches(why, reason)) length++;
    return matches(is, length);
  });
}

/** How much a check says: of two mistakes made at once the one that says more is shown first. */
export function specificity(check: Check): number {
  switch (check.kind) {
    case 'event':
    case 'state':
      return Object.values(check.fields).reduce((sum, matcher) => sum + weight(matcher), 1);
    case 'any':
      return Math.min(...check.of.map(specificity));
    case 'none':
      return 1;
    case 'count':
      return 1 + specificity(check.of);
    default:
      return check.of.reduce((sum, part) => sum + specificity(part), 1);
  }
}
