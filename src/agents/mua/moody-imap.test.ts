/**
 * Mail programs on IMAP at a server in a bad mood, over lossy wires, with power cuts in between: a folder comes to what
 * the mailbox is, each letter once and whole; only what the user removed is removed; each session ends, and nobody is
 * told of a failure that was none. `MOODY_SEEDS=5000` goes on for longer.
 */
import { test } from 'vitest';
import { diceOf } from '../../base/dice.testing.ts';
import { uidIn, uniqueId } from '../../mail/mailbox.ts';
import { runUntil } from '../../sim/history.ts';
import type { History, Program } from '../../sim/types.ts';
import { facts } from '../world.testing.ts';
import { letterOf, playAll } from '../moody.testing.ts';
import type { Expunged, MoodyImapConfig, MoodyImapInput, MoodyImapState } from './moody-imap.testing.ts';
import { IMAP_MOODS, moodyImap } from './moody-imap.testing.ts';
import type { Desk } from './moody-world.testing.ts';
import {
  comeToRest,
  cut,
  damaged,
  DESK_IDS,
  failures,
  fetchInPeace,
  folderOf,
  gesture,
  leftovers,
  moodOf,
  muaOf,
  openMoody,
  serverOf,
  tell,
  verdicts,
} from './moody-world.testing.ts';

const SEEDS = Number(process.env.MOODY_SEEDS ?? 1500);
const CAPABILITIES = ['IMAP4rev1', 'IMAP4rev1 IDLE', 'IMAP4rev1 UIDPLUS', 'IMAP4rev1 IDLE UIDPLUS'];

interface World {
  readonly history: History;
  /** Letters by their subjects. */
  readonly sent: ReadonlyMap<string, string>;
  /** UIDs of what the user has removed. */
  readonly removed: ReadonlySet<number>;
  readonly sessions: number;
  /** Sessions of which nobody can tell how they went, after a power cut here or there. */
  readonly forgotten: number;
  /** A desk may have several sessions at a time. */
  readonly crowded: boolean;
  /** Where a folder that a session keeps up to date is not. */
  readonly stale: readonly string[];
}

/** Wherein a folder is not what the mailbox is. */
function differences(history: History, desk: Desk): readonly string[] {
  const { letters, uidValidity } = serverOf<MoodyImapState>(history);
  const folder = folderOf(history, desk);
  const flagged = (uid: string, flags: readonly string[]): string => [uid, ...[...flags].sort()].join(' ');
  const there = letters.map(({ uid, flags }) => flagged(uniqueId(uid, uidValidity), flags)).sort();
  const here = folder.uids.map((uid, i) => flagged(uid, folder.flags[i]!)).sort();
  return [
    ...there.filter((one) => !here.includes(one)).map((one) => `${desk} has not ${one}`),
    ...here
      .filter((one, i) => !there.includes(one) || here[i - 1] === one)
      .map((one) => `${desk} has ${one}`),
  ];
}

function play(seed: number): World {
  const dice = diceOf(`moody imap ${seed}`);
  const config: MoodyImapConfig = { ...moodOf(dice, IMAP_MOODS), capabilities: dice.pick(CAPABILITIES) };
  // Of sessions that run at once, one may hear last what was long before.
  const crowded = dice.often(50);
  const history = openMoody(
    dice,
    moodyImap as Program,
    config,
    (_, host) => ({
      ...{ kind: 'imap', host, port: 143 },
      tls: 'none',
    }),
    dice.often(50),
  );
  const sent = new Map<string, string>();
  const removed = new Set<number>();
  const cuts = dice.often(50);
  const hurry = dice.pick([100, 2000, 30_000]);
  let sessions = 0;
  let forgotten = 0;
  const happens = (input: MoodyImapInput): void => tell(history, input);
  const place = (): number => dice.below(serverOf<MoodyImapState>(history).letters.length);
  for (let round = dice.below(30); round >= 0; round--) {
    const desk = dice.pick(DESK_IDS);
    const what = dice.below(100);
    const busy = !crowded && muaOf(history, desk).jobs.length > 0;
    if (what < 30) {
      const content = letterOf(`L${sent.size}`, dice.below);
      sent.set(`L${sent.size}`, content);
      happens({ kind: 'arrives', content });
    } else if (what < 38) happens({ kind: 'taken', at: place() });
    else if (what < 46) happens({ kind: 'flagged', at: place() });
    else if (what < 48) {
      forgotten += serverOf<MoodyImapState>(history).talks.length;
      happens({ kind: 'renewed' });
    } else if (what < 60 && !busy) {
      const { uids } = folderOf(history, desk);
      const uid = uids[dice.below(uids.length)] ?? uniqueId(99, 1);
      const as = dice.pick(['seen', 'removed'] as const);
      if (as === 'removed') removed.add(uidIn(uid));
      gesture(history, desk, { kind: 'mark', uid, as });
      sessions++;
    } else if (what < 85 && !busy) {
      gesture(history, desk, dice.often(40) ? { kind: 'fetch', stay: true } : { kind: 'fetch' });
      sessions++;
    } else if (what < 92 || !cuts) gesture(history, desk, { kind: 'leave' });
    else {
      const host = dice.pick([...DESK_IDS, 'server'] as const);
      const { talks } = serverOf<MoodyImapState>(history);
      forgotten += host === 'server' ? talks.length : muaOf(history, host).jobs.length;
      cut(history, dice, host);
    }
    runUntil(history, history.world.now + dice.below(hurry));
  }
  comeToRest(history);
  // What was refused is not asked for again in the same session.
  const kept = DESK_IDS.filter((desk) => muaOf(history, desk).jobs.length > 0);
  const stale = config.moods.includes('refusal') ? [] : kept.flatMap((desk) => differences(history, desk));
  for (const desk of DESK_IDS) {
    gesture(history, desk, { kind: 'leave' });
    fetchInPeace(history, desk);
  }
  sessions += DESK_IDS.length;
  return { history, sent, removed, sessions, forgotten, crowded, stale };
}

const unlike = ({ history }: World): readonly string[] =>
  DESK_IDS.flatMap((desk) => differences(history, desk));

/** Nothing comes to a desk twice, and one that has a session has what the mailbox has. */
function unsteady({ history, crowded, stale }: World): readonly string[] {
  if (crowded) return [];
  const twice = DESK_IDS.flatMap((desk) => {
    const uids = facts(history, 'fetched').flatMap(({ host, uid }) => (host === desk ? [uid] : []));
    return uids.filter((uid, i) => uids.indexOf(uid) !== i).map((uid) => `${desk} fetched ${uid} twice`);
  });
  return [...twice, ...stale.map((one) => `with a session ${one}`)];
}

/** What is removed the user has removed. */
function unwanted({ history, removed }: World): readonly string[] {
  const expunged = facts(history, 'expunged-by-client' as never) as unknown as readonly Expunged[];
  const uids = expunged.flatMap((fact) => fact.uids);
  return uids.filter((uid) => !removed.has(uid)).map((uid) => `${uid} was removed, and nobody wanted it`);
}

test(`nothing is lost, comes twice or stays behind (seeds 1 to ${SEEDS})`, () => {
  playAll(
    SEEDS,
    play,
    [
      unlike,
      unsteady,
      unwanted,
      verdicts,
      ({ history, sent }) => damaged(history, sent),
      ({ history }) => leftovers(history),
    ],
    failures,
    SEEDS / 2,
  );
}, 3_600_000);
