import { expect, test } from 'vitest';
import { counters } from './counters.ts';
import { journeyLog } from './journey.testing.ts';
import { accepted, act, emit, LETTER, logBuilder, record, STAGE, typeLine } from './log.testing.ts';

const { log, ids } = journeyLog();
const at = (count: number, host: string) => counters(log, count, STAGE).hosts[host]!;

test('queues fill when a letter is accepted and empty when it is removed', () => {
  const queues = (id: number) => ['neo', 'mx1', 'store'].map((host) => at(id + 1, host).queue);
  expect(queues(ids.dot!)).toEqual([0, 0, 0]);
  expect(queues(ids.atNeo!)).toEqual([1, 0, 0]);
  expect(queues(ids.atMx1!)).toEqual([1, 1, 0]);
  expect(queues(log.length - 1)).toEqual([0, 0, 0]);
});

test('mailboxes count what is delivered and not expunged, folders what was fetched', () => {
  expect(at(0, 'store').mailboxes).toEqual({ walter: 0 });
  expect(at(ids.delivered! + 1, 'store').mailboxes).toEqual({ walter: 1 });
  expect(at(log.length, 'store').mailboxes).toEqual({ walter: 0 });
  expect(at(log.length, 'pc').folders).toEqual({ 'walter@example.org': 1 });
});

test('power and links begin as the scenario has them', () => {
  const b = logBuilder();
  expect(counters(b.log, 0, STAGE)).toMatchObject({
    hosts: { mx2: { up: false, listening: [] }, neo: { up: true, listening: [587, 25] } },
    cut: [['pc', 'store']],
  });
  emit(b, 'neo', { kind: 'power', up: false }, act(b, { kind: 'power', host: 'neo', up: false }));
  emit(b, 'mx2', { kind: 'power', up: true }, act(b, { kind: 'power', host: 'mx2', up: true }));
  emit(b, 'store', { kind: 'link', between: ['store', 'pc'], up: true });
  emit(b, 'mx1', { kind: 'link', between: ['mx1', 'neo'], up: false });
  const after = counters(b.log, b.log.length, STAGE);
  expect(after.hosts).toMatchObject({
    mx2: { up: true, listening: [25] },
    neo: { up: false, listening: [] },
  });
  expect(after.cut).toEqual([['mx1', 'neo']]);
  expect(counters(b.log, 2, STAGE).hosts.mx2!.up).toBe(false);
});

test('facts told twice count once, and nothing goes below zero', () => {
  const b = logBuilder();
  const cause = typeLine(b, 'neo', 'x');
  record(b, 'neo/mta', { kind: 'expunged', mailbox: 'root', uid: '1' }, cause);
  record(b, 'neo/mta', { kind: 'expunged', mailbox: '__proto__', uid: '1' }, cause);
  record(b, 'neo/mta', accepted('L', LETTER, ''), cause);
  record(b, 'neo/mta', accepted('L', LETTER, ''), cause);
  record(b, 'neo/mta', { kind: 'removed', queueId: 'L' }, cause);
  record(b, 'neo/mta', { kind: 'removed', queueId: 'L' }, cause);
  expect(counters(b.log, 2, STAGE).hosts.neo!.mailboxes).toEqual({ root: 0 });
  expect(counters(b.log, 5, STAGE).hosts.neo!.queue).toBe(1);
  expect(counters(b.log, b.log.length, STAGE).hosts.neo!.queue).toBe(0);
});
