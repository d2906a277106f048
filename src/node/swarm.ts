/**
 * The swarm: random users at random keyboards, on networks whose links lose and whose hosts crash. Whatever they do,
 * no letter may vanish and every command gets one reply. A seed gives the same raid each time.
 */
import type { MdaConfig } from '../agents/mda/types.ts';
import type { StoreConfig } from '../agents/message-store.ts';
import type { MuaConfig } from '../agents/mua/types.ts';
import type { Stage } from '../agents/stage.ts';
import { type Dice, diceOf } from '../base/dice.testing.ts';
import type { Millis } from '../base/time.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import { REGISTRY } from '../shell/registry.ts';
import type { Action, History, HostId, LinkQuality, Scenario, TimedAction } from '../sim/types.ts';
import { worldFromJson, worldToJson } from '../sim/world.ts';
import { readStage } from './scenarios.ts';
import { lostLetters, waitingLetters } from './swarm-accounts.ts';
import { wrongReplies } from './swarm-replies.ts';

const STAGES: readonly Stage[] = ['two-companies', 'firma1', 'firma1-2006', 'course-notes'].map((name) =>
  readStage(name),
);

export interface Raid {
  readonly seed: number;
  readonly history: History;
  /** What went wrong; empty when nothing did. */
  readonly problems: readonly string[];
}

/** Runs one raid to its end, when everything is on again and all mail has had time to settle, and checks its log. */
export function raid(seed: number): Raid {
  const dice = diceOf(`swarm ${seed}`);
  const scenario = battered(dice.pick(STAGES).scenario, seed, dice);
  const history = createHistory(scenario, REGISTRY);
  const problems: string[] = [];
  try {
    for (const { at, action } of gestures(scenario, dice)) {
      runUntil(history, at);
      act(history, action);
    }
    comeToRest(history);
    problems.push(...lostLetters(history), ...waitingLetters(history), ...wrongReplies(history));
    if (seed % 4 === 0 && !sameAgain(history)) problems.push('the same actions gave another log');
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return { seed, history, problems };
}

/** The scenario with links of all qualities. */
function battered(scenario: Scenario, seed: number, dice: Dice): Scenario {
  const quality = (): LinkQuality => ({
    latencyMs: dice.pick([0, 1, 20, 120, 700]),
    ...(dice.often(30) ? { loss: dice.pick([0.02, 0.1, 0.3]) } : {}),
    ...(dice.often(30) ? { octetsPerSecond: dice.pick([300, 4000, 1_000_000]) } : {}),
  });
  const links = scenario.links.map(({ between }) => ({ between, ...quality() }));
  return { ...scenario, seed, links, defaultLink: quality() };
}

/** Some dozens of gestures, most of them close together. */
function gestures(scenario: Scenario, dice: Dice): readonly TimedAction[] {
  const actions: TimedAction[] = [];
  let at: Millis = 0;
  // Some type ahead of every answer, others wait for each.
  const pace = dice.pick([
    [0, 0, 1, 40, 300, 300, 1500],
    [0, 1],
    [500, 2500, 4000],
  ]);
  const add = (action: Action): void => {
    actions.push({ at, action });
    at += dice.pick(pace);
  };
  for (let i = 3 + dice.below(20); i > 0; i--) {
    at += dice.pick([0, 200, 3000, 20_000, 20_000, 400_000]);
    if (dice.often(20)) mishap(scenario, dice, add);
    if (dice.often(35)) mail(scenario, dice, add);
    else {
      for (const { host, text } of conversation(scenario, dice)) {
        if (dice.often(2)) mishap(scenario, dice, add);
        keyboard(host, text, dice, add);
      }
    }
    if (dice.often(10)) mishap(scenario, dice, add);
  }
  return actions;
}

type Add = (action: Action) => void;

/** A host goes down or up, a link is cut or mended. */
function mishap(scenario: Scenario, dice: Dice, add: Add): void {
  const host = dice.pick(scenario.hosts).id;
  if (dice.often(70)) {
    add({ kind: 'power', host, up: false });
    if (dice.often(80)) add({ kind: 'power', host, up: true });
  } else {
    const between = [host, dice.pick(scenario.hosts).id] as const;
    add({
      kind: 'link',
      between: dice.often(50) ? between : dice.pick(scenario.links).between,
      up: dice.often(40),
    });
  }
}

/** Somebody writes or fetches with a mail program. */
function mail(scenario: Scenario, dice: Dice, add: Add): void {
  const desks = scenario.hosts.flatMap(({ id, programs }) =>
    programs.flatMap(({ kind, config }) =>
      kind === 'mua'
        ? (config as MuaConfig).accounts.map(({ address }) => ({ program: `${id}/mua`, account: address }))
        : [],
    ),
  );
  if (desks.length === 0) return;
  const { program, account } = dice.pick(desks);
  if (dice.often(40)) {
    add({ kind: 'input', program, input: { kind: 'fetch', account } });
    return;
  }
  const to = Array.from({ length: 1 + dice.below(3) }, () => anybody(scenario, dice)).join(', ');
  const body = 'The Dude abides.\n.\n'.repeat(dice.pick([0, 1, 1, 200]));
  add({
    kind: 'input',
    program,
    input: { kind: 'send', account, to, subject: `letter ${dice.below(1e6)}`, body },
  });
}

/** Addresses that lead somewhere in this scenario, and some that lead nowhere or astray. */
function anybody(scenario: Scenario, dice: Dice): string {
  if (dice.often(25)) return dice.pick(STRANGERS);
  return dice.pick(
    scenario.hosts.flatMap(({ programs }) =>
      programs.flatMap(({ kind, config }) => {
        if (kind !== 'mda') return [];
        const { domains, users, aliases } = config as MdaConfig;
        return domains.flatMap((domain) =>
          [...users, ...Object.keys(aliases)].map((name) => `${name}@${domain}`),
        );
      }),
    ),
  );
}

const STRANGERS = [
  'jura+x@firma1.intr',
  'nobody@example.org',
  'nobody@nowhere.test',
  'pepa@pobocka.firma1.intr',
  'x@constructor',
  'postmaster',
  'postmaster@[10.2.3.168]',
  'x@smtp.telenet.be',
  'no address',
  '',
];

/** Address and port of a service, now and then of one that is not there. */
function serviceOf(scenario: Scenario, dice: Dice, kinds: readonly string[]): string {
  const services = scenario.hosts.flatMap(({ name, addresses, programs }) =>
    programs.flatMap(({ kind, config }) => {
      const { port, lmtpPort } = config as { port?: number; lmtpPort?: number | null };
      const number = port ?? lmtpPort ?? null;
      return kinds.includes(kind) && number !== null
        ? [
            [name, number],
            [addresses[0]!, number],
          ]
        : [];
    }),
  );
  return dice.often(95) ? dice.pick(services).join(' ') : `${dice.pick(scenario.hosts).name} 25`;
}

interface Typed {
  readonly host: HostId;
  readonly text: string;
}

/** Lines typed at one host: a session by the book, one with slips, or what a cat on the keyboard types. */
function conversation(scenario: Scenario, dice: Dice): readonly Typed[] {
  const desk = dice.pick(
    scenario.hosts.filter(({ programs }) => programs.some(({ kind }) => kind === 'shell')),
  );
  const lines = dice.often(60) ? smtpLines(scenario, dice) : pop3Lines(scenario, dice);
  const slips = dice.pick([0, 0, 5, 30]);
  return lines.flatMap((text) => {
    if (!dice.often(slips)) return [{ host: desk.id, text }];
    const other = dice.pick(NOISE);
    return dice
      .pick([[], [text, text], [other], [text.slice(1)], [other, text]])
      .map((one) => ({ host: desk.id, text: one }));
  });
}

function smtpLines(scenario: Scenario, dice: Dice): readonly string[] {
  const letter = (): readonly string[] => [
    `MAIL FROM:<${dice.often(10) ? '' : anybody(scenario, dice)}>`,
    ...Array.from({ length: 1 + dice.below(2) }, () => `RCPT TO:<${anybody(scenario, dice)}>`),
    'DATA',
    `Subject: typed ${dice.below(1e6)}`,
    '',
    ...dice.pick([['Hi.'], ['..', '.. two dots'], [], ['x'.repeat(3000)]]),
    '.',
  ];
  return [
    `telnet ${serviceOf(scenario, dice, ['mta', 'msa', 'mda'])}`,
    dice.pick(['HELO pc', 'EHLO pc.firma1.intr', 'LHLO pc']),
    ...letter(),
    ...(dice.often(30) ? letter() : []),
    ...dice.pick([['QUIT'], ['QUIT'], ['NOOP', 'RSET', 'QUIT'], []]),
  ];
}

function pop3Lines(scenario: Scenario, dice: Dice): readonly string[] {
  const logins = scenario.hosts.flatMap(({ programs }) =>
    programs.flatMap(({ kind, config }) =>
      kind === 'store' ? Object.entries((config as StoreConfig).users) : [],
    ),
  );
  const [user, password] = dice.often(90) ? dice.pick(logins) : ['walter', 'wrong'];
  return [
    `telnet ${serviceOf(scenario, dice, ['pop3'])}`,
    `USER ${user}`,
    `PASS ${password}`,
    ...dice.pick([
      ['LIST', 'RETR 1', 'DELE 1'],
      ['STAT', 'UIDL', 'TOP 1 2'],
      ['DELE 1', 'RSET', 'RETR 2'],
    ]),
    ...dice.pick([['QUIT'], ['QUIT'], []]),
  ];
}

const NOISE = [
  '',
  '.',
  'QUIT',
  'DATA',
  'RSET',
  'help',
  'GET / HTTP/1.1',
  '\u0000\u0001\u0007',
  'žluťoučký kůň',
  '\ud83d\ude00 \ud800',
  'x'.repeat(5000),
  'MAIL FROM:<',
  'RCPT TO:<a@b>, <c@d>',
  'dig example.org mx',
  'host walter',
  'telnet',
];

/** A line as one gesture, or key by key in raw mode; now and then a control key. */
function keyboard(host: HostId, text: string, dice: Dice, add: Add): void {
  const program = `${host}/shell`;
  if (dice.often(4))
    add({ kind: 'input', program, input: { kind: 'key', key: dice.pick(['^C', '^D', '^]']) } });
  if (!dice.often(15)) {
    add({ kind: 'input', program, input: { kind: 'line', text } });
    return;
  }
  const middle = dice.below(text.length + 1);
  const end = dice.pick(['\r', '\r', '\r\n', '\b\b', '']);
  for (const part of [text.slice(0, middle), text.slice(middle) + end])
    add({ kind: 'input', program, input: { kind: 'raw', text: part } });
}

/** Longer than any letter waits before it is given up (five days), with its bounce’s own five. */
const SETTLING_MS: Millis = 11 * 86_400_000;

/** Switches everything on, mends every link, and lets the mail settle. */
function comeToRest(history: History): void {
  const hosts = history.scenario.hosts.map(({ id }) => id);
  for (const host of hosts) act(history, { kind: 'power', host, up: true });
  for (const cut of [...history.world.cut]) {
    const [a, b] = cut.split('|') as [HostId, HostId];
    act(history, { kind: 'link', between: [a, b], up: true });
  }
  // What was typed ahead is typed, and sessions left alone are closed by their servers.
  runUntil(history, history.world.now + 6 * 3_600_000);
  const end = history.world.now + SETTLING_MS;
  while (waitingLetters(history).length > 0 && history.world.now < end)
    runUntil(history, history.world.now + 86_400_000);
  runIdle(history);
}

/** Plays the raid again, its world carried through JSON on the way, and compares the logs. */
function sameAgain(history: History): boolean {
  let again = createHistory(history.scenario, REGISTRY);
  history.actions.forEach(({ at, action }, index) => {
    runUntil(again, at);
    act(again, action);
    if (index % 7 === 3) again = { ...again, world: worldFromJson(worldToJson(again.world)) };
  });
  runUntil(again, history.world.now);
  return (
    JSON.stringify(again.log) === JSON.stringify(history.log) &&
    worldToJson(again.world) === worldToJson(history.world)
  );
}
