/**
 * Mail programs fetch from a POP3 server in a bad mood, over lossy wires, with power cuts in between: what the server is
 * told to remove is in the mail program, whole; each letter comes once; each session ends, and nobody is told of a
 * failure that was none. `MOODY_SEEDS=5000` goes on for longer.
 */
import { test } from 'vitest';
import { diceOf } from '../../base/dice.testing.ts';
import { runUntil } from '../../sim/history.ts';
import type { History, Program } from '../../sim/types.ts';
import { facts } from '../world.testing.ts';
import { letterOf, playAll } from '../moody.testing.ts';
import type { MoodyPop3Config, MoodyPop3Input, MoodyPop3State, Removed } from './moody-pop3.testing.ts';
import { moodyPop3, POP3_MOODS } from './moody-pop3.testing.ts';
import {
  comeToRest,
  cut,
  damaged,
  DESK_IDS,
  failures,
  DESKS,
  fetchInPeace,
  folderOf,
  gesture,
  leftovers,
  moodOf,
  muaOf,
  openMoody,
  serverOf,
  subjectIn,
  tell,
  verdicts,
} from './moody-world.testing.ts';

const SEEDS = Number(process.env.MOODY_SEEDS ?? 2000);

interface World {
  readonly history: History;
  readonly hasUidl: boolean;
  /** Letters by their subjects. */
  readonly sent: ReadonlyMap<string, string>;
  /** Subjects of those that somebody else took away. */
  readonly taken: ReadonlySet<string>;
  readonly sessions: number;
  /** Sessions that a power cut made forgotten. */
  readonly forgotten: number;
  readonly allLeave: boolean;
}

function play(seed: number): World {
  const dice = diceOf(`moody pop3 ${seed}`);
  const hasUidl = dice.often(75);
  const leaves = { pc: dice.often(30), laptop: dice.often(30) };
  const config: MoodyPop3Config = { ...moodOf(dice, POP3_MOODS), hasUidl };
  const history = openMoody(
    dice,
    moodyPop3 as Program,
    config,
    (desk, host) => ({
      ...{ kind: 'pop3', host, port: 110 },
      leaveOnServer: leaves[desk],
    }),
    dice.often(30),
  );
  const sent = new Map<string, string>();
  const taken = new Set<string>();
  const cuts = dice.often(50);
  const hurry = dice.pick([100, 2000, 60_000]);
  let sessions = 0;
  let forgotten = 0;
  const happens = (input: MoodyPop3Input): void => tell(history, input);
  for (let round = dice.below(30); round >= 0; round--) {
    const what = dice.below(100);
    if (what < 40) {
      const content = letterOf(`L${sent.size}`, dice.below);
      sent.set(`L${sent.size}`, content);
      happens({ kind: 'arrives', content });
    } else if (what < 50) {
      const { letters } = serverOf<MoodyPop3State>(history);
      const at = dice.below(letters.length);
      if (letters.length > 0) taken.add(subjectIn(letters[at]!.content));
      happens({ kind: 'taken', at });
    } else if (what < 85 || !cuts) {
      gesture(history, dice.pick(DESK_IDS), { kind: 'fetch' });
      sessions++;
    } else {
      const host = dice.pick([...DESK_IDS, 'server'] as const);
      if (host !== 'server') forgotten += muaOf(history, host).jobs.length;
      cut(history, dice, host);
    }
    runUntil(history, history.world.now + dice.below(hurry));
  }
  comeToRest(history);
  for (const desk of DESK_IDS) fetchInPeace(history, desk);
  sessions += DESK_IDS.length;
  return { history, hasUidl, sent, taken, sessions, forgotten, allLeave: leaves.pc && leaves.laptop };
}

/** Whoever had a letter removed has it; all that nobody took away are somewhere. */
function lost({ history, sent, taken }: World): readonly string[] {
  const removed = facts(history, 'removed-for' as never) as unknown as readonly Removed[];
  const letters = new Map(DESK_IDS.map((desk) => [DESKS[desk], folderOf(history, desk).letters] as const));
  const problems = removed.flatMap(({ peer, contents }) =>
    contents
      .filter((content) => !letters.get(peer as never)!.includes(content))
      .map((content) => `${subjectIn(content)} was removed for ${peer}, which has it not`),
  );
  const there = new Set([...letters.values()].flat().map((content) => subjectIn(content)));
  const nowhere = [...sent.keys()].filter((subject) => !there.has(subject) && !taken.has(subject));
  return [...problems, ...nowhere.map((subject) => `${subject} is nowhere`)];
}

/** Where letters have names, none comes to a desk twice. */
function twice({ history, hasUidl }: World): readonly string[] {
  if (!hasUidl) return [];
  return DESK_IDS.flatMap((desk) => {
    const subjects = folderOf(history, desk).letters.map((content) => subjectIn(content));
    const again = subjects.filter((subject, i) => subjects.indexOf(subject) !== i);
    return again.map((subject) => `${desk} has ${subject} twice`);
  });
}

/** In peace all that is on the server is fetched, and removed unless it is to stay. */
function left({ history, hasUidl, allLeave }: World): readonly string[] {
  const { letters } = serverOf<MoodyPop3State>(history);
  if (!allLeave) return letters.map(({ uid }) => `${uid} is still on the server`);
  return DESK_IDS.flatMap((desk) => {
    const has = folderOf(history, desk).letters;
    const missing = letters.filter(({ content }) => !has.includes(content));
    return hasUidl || missing.length === 0 ? missing.map(({ uid }) => `${desk} has not ${uid}`) : [];
  });
}

test(`nothing is lost, comes twice or stays behind (seeds 1 to ${SEEDS})`, () => {
  playAll(
    SEEDS,
    play,
    [
      lost,
      twice,
      left,
      verdicts,
      ({ history, sent }) => damaged(history, sent),
      ({ history }) => leftovers(history),
    ],
    failures,
    SEEDS / 2,
  );
}, 3_600_000);
