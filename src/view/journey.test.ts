import { expect, test } from 'vitest';
import { journey } from './journey.ts';
import { journeyLog } from './journey.testing.ts';
import { accepted, HOSTS, LETTER, logBuilder, record, STAGE, typeLine } from './log.testing.ts';

const { log, ids } = journeyLog();
const KEY = 'neo/E62233B4086';
const at = (count: number) => journey(log, count, KEY, STAGE)!;
const states = (count: number) => at(count).stations.map(({ host, state }) => `${host} ${state}`);

test('grows with every hop, and shows the next one when it was chosen', () => {
  expect(journey(log, ids.atNeo!, KEY, STAGE)).toBeNull();
  expect(states(ids.atNeo! + 1)).toEqual(['pc passed', 'neo here']);
  expect(states(ids.routed! + 1)).toEqual(['pc passed', 'neo here', 'mx1 ahead']);
  expect(states(ids.atMx1! + 1)).toEqual(['pc passed', 'neo passed', 'mx1 here']);
  expect(states(log.length)).toEqual(['pc passed', 'neo passed', 'mx1 passed', 'store passed', 'pc here']);
});

test('hops are what lies between stations', () => {
  const { legs, hopsDone, hopsTotal } = at(ids.routed! + 1);
  expect([hopsDone, hopsTotal, legs.length]).toEqual([1, 2, 2]);
  expect(legs[1]).toEqual({ elapsedMs: null });
});

test('legs take as long as the log says', () => {
  const { legs, elapsedMs, stations } = at(ids.atMx1! + 1);
  const [sent, neo, mx1] = [ids.dot!, ids.atNeo!, ids.atMx1!].map((id) => log[id]!.at);
  expect(legs).toEqual([{ elapsedMs: neo! - sent! }, { elapsedMs: mx1! - neo! }]);
  expect(legs[0]).toEqual({ elapsedMs: 20 });
  expect(elapsedMs).toBe(mx1! - sent!);
  expect(stations.map(({ hop }) => hop)).toEqual([null, 0, 1]);
});

test('stations are called what the map calls them', () => {
  expect(journey(log, ids.atNeo! + 1, KEY, STAGE, 'cs')!.stations[1]!.label).toBe('neo-cs');
  expect(journey(log, ids.atNeo! + 1, KEY, STAGE, 'hu')!.stations[1]!.label).toBe('neo');
});

test('a letter bound for a host outside is shown on its way there', () => {
  const b = logBuilder();
  const cause = typeLine(b, 'neo', 'mail');
  record(
    b,
    'neo/mta',
    accepted('L', LETTER, '', {
      origin: 'local',
      envelope: { reversePath: '', forwardPaths: ['dude@example.com'] },
    }),
    cause,
  );
  const exchangers = [{ preference: 0, name: 'mx.example.com', addresses: ['198.51.100.1'] }];
  record(b, 'neo/mta', { kind: 'routed', queueId: 'L', domain: 'example.com', by: 'mx', exchangers }, cause);
  expect(journey(b.log, 3, 'neo/L', STAGE)).toMatchObject({
    stations: [
      { host: 'neo', state: 'here' },
      { host: null, label: 'mx.example.com', state: 'ahead', at: null },
    ],
    hopsDone: 0,
    hopsTotal: 1,
    elapsedMs: 0,
  });
});

test('no way ahead for those it was never chosen for, nor once the queue file is gone', () => {
  const b = logBuilder();
  const cause = typeLine(b, 'neo', 'mail');
  const envelope = { reversePath: '', forwardPaths: ['a@example.com', 'b@Example.ORG'] };
  record(b, 'neo/mta', accepted('L', LETTER, '', { origin: 'local', envelope }), cause);
  const routed = (domain: string, name: string) =>
    record(
      b,
      'neo/mta',
      {
        kind: 'routed',
        queueId: 'L',
        domain,
        by: 'mx',
        exchangers: [{ preference: 0, name, addresses: [] }],
      },
      cause,
    );
  routed('example.org', 'mx1.example.org');
  routed('example.com', 'mx.example.com');
  const next = (count: number) => journey(b.log, count, 'neo/L', STAGE)!.stations[1]?.label;
  expect(next(4)).toBe('mx.example.com');
  record(
    b,
    'neo/mta',
    { kind: 'bounced', queueId: 'L', recipients: ['a@example.com'], why: '', notification: null },
    cause,
  );
  expect(next(5)).toBe('mx1');
  record(b, 'neo/mta', { kind: 'removed', queueId: 'L' }, cause);
  expect(next(6)).toBeUndefined();
});

test('a letter kept where it was written has one station', () => {
  const b = logBuilder();
  const cause = typeLine(b, 'neo', 'mail');
  record(
    b,
    'neo/mta',
    accepted('L', LETTER, '', {
      origin: 'local',
      envelope: { reversePath: '', forwardPaths: ['jura@firma1.intr'] },
    }),
    cause,
  );
  const exchangers = [{ preference: 0, name: HOSTS[1]!.name, addresses: [] }];
  record(
    b,
    'neo/mta',
    { kind: 'routed', queueId: 'L', domain: 'firma1.intr', by: 'local', exchangers },
    cause,
  );
  expect(journey(b.log, 3, 'neo/L', STAGE)).toMatchObject({
    stations: [{ host: 'neo', state: 'here' }],
    legs: [],
  });
});
