/** The stations of one letter's way: those behind it, the one it is at, those it is bound for. */
import type { Language, Stage, StageHost } from '../agents/stage.ts';
import type { Millis } from '../base/time.ts';
import { splitAddress } from '../mail/address.ts';
import type { HostId, SimEvent } from '../sim/types.ts';
import { type Hop, hopsTo, type Letter, type LetterKey } from './letter.ts';
import { letterByKey } from './letters.ts';
import { eventById } from './log.ts';
import { remembered } from './project.ts';

export interface Station {
  /** null for a place this network does not have. */
  readonly host: HostId | null;
  /** What the map calls the host, else its name. */
  readonly label: string;
  /** When the letter was there; null: not yet. */
  readonly at: Millis | null;
  readonly state: 'passed' | 'here' | 'ahead';
  /** Index of the hop in the letter; null where it has none (its author, its reader, those ahead). */
  readonly hop: number | null;
}

export interface Journey {
  readonly stations: readonly Station[];
  /** Between each station and the next. */
  readonly legs: readonly { readonly elapsedMs: Millis | null }[];
  readonly hopsDone: number;
  readonly hopsTotal: number;
  /** From the first station to the one it is at. */
  readonly elapsedMs: Millis;
}

type Stop = Omit<Station, 'state' | 'label'> & { readonly name: string };

/**
 * The way of a letter, or of its copy at `hop` when it was split (default: the one that moved last). Null when there is
 * no such letter. What lies ahead is as far as its last host has chosen a route.
 */
export const journey = remembered(
  (
    log: readonly SimEvent[],
    count: number,
    key: LetterKey,
    stage: Stage,
    language: Language = 'en',
    hop: number | null = null,
  ): Journey | null => {
    const letter = letterByKey(log, count, key);
    if (!letter) return null;
    const way = hopsTo(letter, hop ?? letter.latestHop);
    const behind = [...start(letter, way, log), ...way.map(stopOf), ...reading(letter, way)].filter(
      isNewPlace,
    );
    return strip(behind, ahead(way, letter, stage), stage, language);
  },
);

/** The author's host, unless it is the first that accepted the letter. */
function start(letter: Letter, way: readonly Hop[], log: readonly SimEvent[]): readonly Stop[] {
  const first = way[0];
  if (!first || letter.startedAt === first.host) return [];
  const sent = first.segment === null ? null : eventById(log, first.segment);
  return [{ host: letter.startedAt, name: letter.startedAt, at: sent?.at ?? first.acceptedAt, hop: null }];
}

const stopOf = ({ host, acceptedAt, index }: Hop): Stop => ({ host, name: host, at: acceptedAt, hop: index });

/** The mail program that fetched this copy first. */
function reading(letter: Letter, way: readonly Hop[]): readonly Stop[] {
  const last = way.at(-1);
  const fetched = letter.fetched.find(({ from }) => from === last?.host);
  return fetched ? [{ host: fetched.host, name: fetched.host, at: fetched.at, hop: null }] : [];
}

/** A host that takes a letter from itself (an alias, a second queue) is no new station. */
const isNewPlace = (stop: Stop, i: number, all: readonly Stop[]): boolean =>
  i === 0 || stop.host !== all[i - 1]!.host;

/** The first exchanger of the route the last host chose for somebody it still has to send to. */
function ahead(way: readonly Hop[], letter: Letter, stage: Stage): readonly Stop[] {
  const last = way.at(-1);
  if (!last || last.removedAt !== null || letter.hops.some(({ parent }) => parent === last.index)) return [];
  const waiting = last.recipients.filter(({ status: { kind } }) => kind === 'queued' || kind === 'deferred');
  const domains = waiting.map(({ address }) => splitAddress(address).domain);
  const next = last.routes.findLast(({ domain }) => domains.includes(domain.toLowerCase()))?.exchangers[0];
  if (!next) return [];
  const host = stage.hosts.find(
    ({ name, address }) => next.addresses.includes(address) || name.toLowerCase() === next.name.toLowerCase(),
  );
  return host?.id === last.host ? [] : [{ host: host?.id ?? null, name: next.name, at: null, hop: null }];
}

function strip(behind: readonly Stop[], planned: readonly Stop[], stage: Stage, language: Language): Journey {
  const stations = [...behind, ...planned].map(({ name, ...stop }, i): Station => {
    const known = stage.hosts.find(({ id }) => id === stop.host);
    const state = i < behind.length - 1 ? 'passed' : i < behind.length ? 'here' : 'ahead';
    return { ...stop, label: known ? labelOf(known, language) : name, state };
  });
  const legs = stations.slice(1).map(({ at }, i) => {
    const from = stations[i]!.at;
    return { elapsedMs: at === null || from === null ? null : at - from };
  });
  const [first, here] = [behind[0]?.at ?? 0, behind.at(-1)?.at ?? 0];
  const hopsDone = Math.max(0, behind.length - 1);
  return { stations, legs, hopsDone, hopsTotal: legs.length, elapsedMs: here - first };
}

const labelOf = ({ label }: StageHost, language: Language): string => label[language] ?? label.en;
