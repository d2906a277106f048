/** The measurements themselves; `bench.ts` builds this file and runs it, so that what is measured is what is shipped. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { draw } from '../../base/prng.ts';
import { worldAt } from '../../sim/history.ts';
import type { Companies } from './companies.ts';
import { companies, exchange, opened } from './companies.ts';
import type { Figure } from './figures.ts';
import { atLeast, atMost, median, percentile, plain, table, timed } from './figures.ts';
import { arrived, makeJourneys, stepThroughJourneys } from './journeys.ts';
import { cachedLookUps, walkedLookUps } from './lookups.ts';
import { openHop } from './loopback.ts';
import type { LargeMailbox } from './mailboxes.ts';
import { largeMailbox, SEARCHES } from './mailboxes.ts';
import type { Server } from './sessions.ts';
import { machineSessions, ourServer, theirServer } from './sessions.ts';

const ROUNDS = 9;
const JOURNEYS = 150;
/** What a mail program takes into its outbox. The other side is given all of its letters at once, too. */
const AT_ONCE = 50;
/** Rounds before the first that counts: both sides are then compiled, and go on as they would all day. */
const WARM_UP = 12;
const MACHINE_SESSIONS = 2000;
const SESSIONS = 600;
const SIZES = [10, 100, 1000] as const;
const LETTERS = 300;
const SEEK_EVENTS = 50_000;
const SEEKS = 300;
const LOOK_UPS = 500;
const MESSAGES = 10_000;

const figures: Record<string, Figure> = {};

/** Journeys a second, all of whose letters arrive. */
function journeyRate(atOnce: number): number {
  const [ms, history] = timed(() => makeJourneys(JOURNEYS, atOnce));
  if (arrived(history) !== JOURNEYS) throw new Error(`${arrived(history)} of ${JOURNEYS} letters arrived`);
  return (JOURNEYS / ms) * 1000;
}

/**
 * Whole journeys here and one hop there take turns, so that both see the same machine. Their connection is a pooled one;
 * ours are once shared by the letters of an outbox, and once made for every single letter.
 */
async function journeys(): Promise<void> {
  const hop = await openHop();
  const ours: number[] = [];
  const lone: number[] = [];
  const theirs: number[] = [];
  const steps: number[] = [];
  for (let round = 0; round < WARM_UP; round++) {
    makeJourneys(JOURNEYS, AT_ONCE);
    makeJourneys(JOURNEYS);
    await hop.send(JOURNEYS);
  }
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(journeyRate(AT_ONCE));
    const start = performance.now();
    await hop.send(JOURNEYS);
    theirs.push((JOURNEYS / (performance.now() - start)) * 1000);
    lone.push(journeyRate(1));
    const [stepMs, count] = timed(() => stepThroughJourneys(JOURNEYS));
    steps.push((count / stepMs) * 1000);
  }
  await hop.close();
  figures.stepsPerSecond = plain(median(steps), 'steps/s');
  figures.journeysPerSecond = plain(median(ours), 'whole journeys/s');
  figures.loopbackHopsPerSecond = plain(median(theirs), 'hops/s (nodemailer to smtp-server)');
  const perHop = (rates: readonly number[]): number =>
    median(rates.map((value, round) => value / theirs[round]!));
  figures.journeysPerLoopbackHop = atLeast(perHop(ours), 'journeys in the time of one hop', 1);
  figures.loneJourneysPerSecond = plain(median(lone), 'journeys/s, new connections for each letter');
  figures.loneJourneysPerLoopbackHop = plain(perHop(lone), 'of these in the time of one hop');
}

/** The pure machine; then our server and smtp-server on loopback, in turns. */
async function sessions(): Promise<void> {
  machineSessions(MACHINE_SESSIONS);
  const pure: number[] = [];
  const ours = await ourServer();
  const theirs = await theirServer();
  const rates: { ours: number; theirs: number }[] = [];
  const rate = async (server: Server): Promise<number> => {
    const start = performance.now();
    await server.sessions(SESSIONS);
    return (SESSIONS / (performance.now() - start)) * 1000;
  };
  for (let round = -2; round < ROUNDS; round++) {
    const [ms] = timed(() => machineSessions(MACHINE_SESSIONS));
    const both = { ours: await rate(ours), theirs: await rate(theirs) };
    if (round < 0) continue;
    pure.push((MACHINE_SESSIONS / ms) * 1000);
    rates.push(both);
  }
  ours.close();
  theirs.close();
  figures.machineSessionsPerSecond = plain(median(pure), 'SMTP sessions/s, the machine alone');
  figures.servedSessionsPerSecond = plain(median(rates.map((each) => each.ours)), 'sessions/s through serve');
  figures.smtpServerSessionsPerSecond = plain(
    median(rates.map((each) => each.theirs)),
    'sessions/s (smtp-server)',
  );
  const ratios = rates.map((each) => each.ours / each.theirs);
  figures.servedPerSmtpServerSession = atLeast(median(ratios), 'sessions in the time of one of theirs', 1);
}

/** The same letters in networks of three sizes, by turns. */
function sizes(): void {
  const nets = SIZES.map((size): Companies => companies(size));
  const costs = nets.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    nets.forEach((net, index) => {
      const history = opened(net);
      const [ms, steps] = timed(() => exchange(history, net, LETTERS));
      if (round >= 0) costs[index]!.push((ms * 1000) / steps);
    });
  }
  SIZES.forEach((size, index) => {
    figures[`microsecondsPerStepAt${size}Hosts`] = plain(median(costs[index]!), 'µs/step');
  });
  const spread = costs[0]!.map((_, round) => {
    const round3 = costs.map((cost) => cost[round]!);
    return Math.max(...round3) / Math.min(...round3);
  });
  figures.costSpreadOverSizes = atMost(median(spread), 'times the cheapest', 1.5);
}

/** Heap that a history holds on to. */
function memory(): void {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const perThousand: number[] = [];
  for (let round = 0; round < 3; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    const history = makeJourneys(JOURNEYS);
    collect();
    const held = process.memoryUsage().heapUsed - before;
    perThousand.push(held / 1024 / (history.log.length / 1000));
  }
  figures.memoryPerThousandEvents = atMost(median(perThousand), 'KiB', 1024);
}

function seeking(): void {
  const perJourney = makeJourneys(2).log.length - makeJourneys(1).log.length;
  const history = makeJourneys(Math.ceil((SEEK_EVENTS * 1.02) / perJourney));
  const times: number[] = [];
  let word = 1;
  for (let i = 0; i < SEEKS; i++) {
    const [value, next] = draw(word);
    word = next;
    const [ms] = timed(() => worldAt(history, Math.floor(value * history.world.now)));
    times.push(ms);
  }
  figures.seekP95 = atMost(percentile(times, 95), `ms, in a log of ${history.log.length} events`, 50);
  figures.seekMedian = plain(median(times), 'ms');
}

function lookUps(): void {
  const [cached, walked]: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const [cachedMs] = timed(() => cachedLookUps(LOOK_UPS * 10));
    const [walkedMs] = timed(() => walkedLookUps(LOOK_UPS));
    if (round < 0) continue;
    cached.push(((LOOK_UPS * 10) / cachedMs) * 1000);
    walked.push((LOOK_UPS / walkedMs) * 1000);
  }
  figures.resolverLookupsPerSecond = plain(median(cached), 'look-ups/s from the cache');
  figures.resolverWalksPerSecond = plain(median(walked), 'look-ups/s from the root, three servers each');
}

/** IMAP on a large mailbox; of the searches the slowest counts. */
function mailboxes(): void {
  const { say } = largeMailbox(MESSAGES);
  const [fetches, searches]: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const [fetchMs, said] = timed(() => say('FETCH 1:* (FLAGS ENVELOPE)'));
    if (!said.endsWith(' secs).\r\n')) throw new Error(`FETCH ended in ${said.slice(-80)}`);
    const times = SEARCHES.map((search) => timed(() => say(search))[0]);
    if (round < 0) continue;
    fetches.push(fetchMs);
    searches.push(Math.max(...times));
  }
  figures.imapFetchEnvelopes = atMost(
    median(fetches),
    `ms, FLAGS and ENVELOPE of ${MESSAGES} messages`,
    1000,
  );
  figures.imapSearch = atMost(median(searches), `ms, the slowest of ${SEARCHES.length} searches`, 200);
}

/** Heap that a message takes beyond its octets, in a small mailbox and in a large one. */
function messageMemory(): void {
  const collect = runInNewContext('gc') as () => void;
  // None is let go before all are weighed: whatever was collected late would lighten the next.
  const kept: LargeMailbox[] = [];
  const perMessage = (count: number): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    kept.push(largeMailbox(count));
    collect();
    return (process.memoryUsage().heapUsed - before) / count;
  };
  const sizes = [MESSAGES / 10, MESSAGES].map((count) =>
    median([0, 1, 2, 3, 4].map(() => perMessage(count))),
  );
  for (const { say } of kept) say('NOOP');
  figures.bytesPerMessage = plain(sizes[1]!, 'octets of heap a message of 2 KB');
  figures.messageMemorySpread = atMost(
    Math.max(...sizes) / Math.min(...sizes),
    `times, ${MESSAGES / 10} or ${MESSAGES} messages`,
    1.25,
  );
}

await journeys();
await sessions();
sizes();
memory();
seeking();
lookUps();
mailboxes();
messageMemory();
console.log(process.argv.includes('--json') ? JSON.stringify(figures) : table(figures));
