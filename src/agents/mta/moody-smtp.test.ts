/**
 * Letters by the dozen to servers in bad moods, over lossy wires, with power cuts and flushes in between: each comes to
 * one end, nothing is left lying about, and no connection stays open. `MOODY_SEEDS=5000` goes on for longer.
 */
import { test } from 'vitest';
import { type Dice, diceOf } from '../../base/dice.testing.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, runIdle, runUntil } from '../../sim/history.ts';
import type { History, HostId, HostSpec, Program, Scenario } from '../../sim/types.ts';
import type { MuaState } from '../mua/types.ts';
import { playAll } from '../moody.testing.ts';
import { facts, power, scenarioWith, sessionsOf, withMta } from '../world.testing.ts';
import { MOODS, moody, type MoodySmtpConfig, type Took } from './moody-smtp.testing.ts';
import { logOf, mtaOf } from './post.testing.ts';

const SEEDS = Number(process.env.MOODY_SEEDS ?? 120);
/** Two domains with the same hosts the other way round, and one more that is reached without the DNS, by LMTP. */
const PLAIN = scenarioWith(
  'firma1',
  'dns: { example.org: ["MX 10 mx1", "MX 20 mx2"], example.net: ["MX 10 mx2.example.org.", "MX 20 mx1.example.org."] }\n',
);
const FARM: readonly HostId[] = ['mx1', 'mx2', 'store'];
const DOMAINS = ['example.org', 'example.org', 'example.net', 'lists.example'];
const OFFERS = ['250 moody', '250-moody\r\n250 PIPELINING', '250-moody\r\n250-PIPELINING\r\n250 8BITMIME'];
const DIALECTS = ['postfix3', 'postfix3', 'postfix3', 'postfix2006', 'sendmail8', 'exim4', 'qmail'] as const;
/** By then everybody is in a good mood again. */
const GOOD_AGAIN_MS = 1_200_000;
const DAY_MS = 86_400_000;

interface World {
  readonly history: History;
  /** Nothing is cut, and every refusal is said aloud: then nothing has a reason to come twice. */
  readonly plainSpoken: boolean;
  readonly cuts: boolean;
  readonly letters: number;
}

function moodOf(dice: Dice, plainSpoken: boolean): MoodySmtpConfig {
  const spoken = ['450 4.2.0 later', '550 5.1.1 never'] as const;
  const pool = plainSpoken ? spoken : [...MOODS.reply, ...MOODS.idle];
  return {
    seed: dice.below(1_000_000),
    percent: dice.pick([2, 5, 20, 50]),
    moods: pool.filter(() => dice.often(50)),
    untilMs: GOOD_AGAIN_MS,
    offers: dice.pick(OFFERS),
  };
}

function scenarioOf(seed: number, dice: Dice, plainSpoken: boolean): Scenario {
  const transports = { 'lists.example': { protocol: 'lmtp', host: 'store.example.org', port: 25 } } as const;
  const changes = {
    dialect: dice.pick(DIALECTS),
    destinationConcurrency: dice.pick([1, 2, 5, 20]),
    transports,
  };
  const hosts = withMta(PLAIN, 'neo', changes).hosts.map((host): HostSpec => {
    if (!FARM.includes(host.id)) return host;
    return { ...host, programs: [{ name: 'mta', kind: 'moody', config: moodOf(dice, plainSpoken) }] };
  });
  const loss = dice.often(30) ? { loss: 0.1 } : {};
  return { ...PLAIN, seed, hosts, links: [], defaultLink: { latencyMs: dice.pick([1, 20, 300]), ...loss } };
}

const flush = (history: History): void =>
  act(history, { kind: 'input', program: 'neo/mta', input: { kind: 'flush' } });

function play(seed: number): World {
  const dice = diceOf(`moody ${seed}`);
  const plainSpoken = dice.often(40);
  const cuts = !plainSpoken && dice.often(50);
  const history = createHistory(scenarioOf(seed, dice, plainSpoken), {
    ...REGISTRY,
    moody: moody as Program,
  });
  runIdle(history);
  const wait = (atMost: number): void => runUntil(history, history.world.now + dice.below(atMost));
  const cut = (): void => {
    const host = dice.pick(['neo', 'pc', ...FARM]);
    power(history, host, false);
    wait(4000);
    power(history, host, true);
  };
  // Held back first, in most worlds, and then let go all at once.
  const heldBack = dice.often(60);
  if (heldBack) for (const host of FARM) power(history, host, false);
  let letters = 0;
  for (let burst = 0; burst < 3; burst++) {
    for (let i = dice.below(16); i > 0; i--) {
      const to = Array.from(
        { length: 1 + dice.below(3) },
        () => `${dice.pick(['a', 'b'])}@${dice.pick(DOMAINS)}`,
      );
      const letter = { account: 'jura@firma1.intr', to: to.join(', '), subject: `L${letters++}`, body: 'x' };
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'send', ...letter } });
      if (dice.often(30)) wait(1000);
    }
    wait(8000);
    if (cuts && dice.often(50)) cut();
    if (dice.often(30)) flush(history);
  }
  if (heldBack) {
    runUntil(history, history.world.now + 100_000);
    for (const host of FARM) power(history, host, true);
    for (let i = 0; i < 3; i++) {
      flush(history);
      wait(12_000);
      if (cuts && dice.often(50)) cut();
    }
  }
  runUntil(history, history.world.now + 7 * DAY_MS);
  return { history, plainSpoken, cuts, letters };
}

/** What is still there when all is over. */
function leftovers({ history }: World): readonly string[] {
  const { queue, deliveries, kept, surges } = mtaOf(history, 'neo');
  const { jobs } = history.world.states.get('pc/mua') as MuaState;
  const lists = { queue, deliveries, kept, surges, jobs };
  const open = [...history.world.conns.values()].filter(({ client }) => client.phase === 'open');
  return [
    ...Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [`${list.length} ${name}`] : [])),
    ...(open.length > 0 ? [`${open.length} open connections`] : []),
  ];
}

/** Each accepted recipient is relayed or bounced, once; who was relayed was taken. */
function fates({ history, plainSpoken }: World): readonly string[] {
  const problems: string[] = [];
  const taken = new Map<string, number>();
  for (const { subject, forwardPaths } of facts(history, 'took' as never) as unknown as readonly Took[])
    for (const path of forwardPaths)
      taken.set(`${subject} ${path}`, (taken.get(`${subject} ${path}`) ?? 0) + 1);
  const ends = [...facts(history, 'relayed'), ...facts(history, 'bounced')].filter(
    ({ host }) => host === 'neo',
  );
  for (const { queueId, envelope, content, host } of facts(history, 'accepted')) {
    const subject = /^Subject: (L\d+)\r$/m.exec(content)?.[1];
    if (host !== 'neo' || subject === undefined || envelope.reversePath === '') continue;
    for (const path of envelope.forwardPaths) {
      const mine = ends.filter((end) => end.queueId === queueId && end.recipients.includes(path));
      const name = `${subject} to ${path}`;
      if (mine.length !== 1) problems.push(`${name}: ${mine.length} ends`);
      const copies = taken.get(`${subject} ${path}`) ?? 0;
      if (mine[0]?.kind === 'relayed' && copies === 0) problems.push(`${name}: relayed, and nobody took it`);
      if (plainSpoken && copies > 1) problems.push(`${name}: taken ${copies} times`);
    }
  }
  return problems;
}

/** The mail program tells of each letter once, and says yes only where it is so. */
function verdicts({ history, letters }: World): readonly string[] {
  const submitted = facts(history, 'submitted');
  const accepted = facts(history, 'accepted').filter(({ host }) => host === 'neo');
  return Array.from({ length: letters }, (_, i) => `L${i}`).flatMap((subject) => {
    const told = submitted.filter((one) => one.subject === subject);
    if (told.length !== 1) return [`${subject}: told ${told.length} times`];
    const there = accepted.some(({ content }) => content.includes(`\r\nSubject: ${subject}\r\n`));
    return told[0]!.ok && !there ? [`${subject}: said to be sent, and nobody has it`] : [];
  });
}

/** No letter goes round and round. */
function circles({ history }: World): readonly string[] {
  const asked = sessionsOf(history, 'neo')
    .flat()
    .filter((verb) => verb === 'RCPT').length;
  const outcomes = [
    ...facts(history, 'deferred'),
    ...facts(history, 'relayed'),
    ...facts(history, 'bounced'),
  ];
  const ends = outcomes
    .filter(({ host }) => host === 'neo')
    .reduce((sum, one) => sum + one.recipients.length, 0);
  return asked > 3 * ends + 10 ? [`${asked} RCPTs for ${ends} outcomes`] : [];
}

const keptInUse = ({ history }: World): number =>
  logOf(history, 'neo').filter((line) => line.includes('conn_use=')).length;

test(`nothing is lost, comes twice or stays behind (seeds 1 to ${SEEDS})`, () => {
  playAll(SEEDS, play, [leftovers, fates, verdicts, circles], keptInUse, SEEDS);
}, 3_600_000);
