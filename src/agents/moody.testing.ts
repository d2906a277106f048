/** What servers in bad moods have in common, whatever they speak: dice, moods, and how they say something or do not. */
import { expect } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { draw } from '../base/prng.ts';
import type { Millis } from '../base/time.ts';
import type { ConnId, ProgramEffect } from '../sim/types.ts';

/**
 * What comes in the place of a reply. `half`: a part of it, and the end of the connection; `unasked`: something else in
 * front of it, and no harm; `farewell`: the server's own way to say that it goes.
 */
export type Mood = 'hang-up' | 'silence' | 'half' | 'refusal' | 'garbage' | 'unasked' | 'farewell';

/** `M`: the moods of this kind of server. */
export interface MoodyConfig<M extends string = Mood> {
  readonly seed: number;
  /** Of 100 replies so many are out of `moods`, until this instant. */
  readonly percent: number;
  readonly moods: readonly M[];
  readonly untilMs: Millis;
}

/** A connection, as far as all moody servers know it. */
export interface MoodyTalk {
  readonly id: ConnId;
  /** Heard so far of a line. */
  readonly line: string;
  /** It was in a mood here: the client has a reason to complain. */
  readonly spoilt: boolean;
  readonly over: boolean;
}

/** One step of a server: what it says, as the dice fall. */
export class MoodyTurn<T extends MoodyTalk, M extends string = Mood> {
  readonly effects: ProgramEffect[] = [];
  word: number;
  talk: T;
  private readonly config: MoodyConfig<M>;
  private readonly now: Millis;

  constructor(config: MoodyConfig<M>, word: number, talk: T, now: Millis) {
    this.config = config;
    this.word = word;
    this.talk = talk;
    this.now = now;
  }

  below(limit: number): number {
    const [value, next] = draw(this.word);
    this.word = next;
    return Math.floor(value * limit);
  }

  mood(among: readonly M[]): M | null {
    const { moods, percent, untilMs } = this.config;
    if (this.now >= untilMs || this.below(100) >= percent) return null;
    const mine = moods.filter((mood) => among.includes(mood));
    return mine[this.below(mine.length)] ?? null;
  }

  /** In one piece or in two, whatever it cuts through. */
  say(text: string): void {
    const cut = this.below(3) === 0 ? this.below(text.length) : 0;
    for (const piece of [text.slice(0, cut), text.slice(cut)])
      if (piece !== '')
        this.effects.push({ kind: 'send', conn: this.talk.id, octets: piece as Octets, note: {} });
  }

  hangUp(): void {
    this.effects.push({ kind: 'close', conn: this.talk.id });
    this.talk = { ...this.talk, over: true };
  }

  spoil(): void {
    this.talk = { ...this.talk, spoilt: true };
  }

  /** Carries out a mood that needs no words of a protocol; false: it does. */
  sulk(mood: M, reply: string): boolean {
    this.spoil();
    switch (mood) {
      case 'silence':
        this.talk = { ...this.talk, over: true };
        return true;
      case 'hang-up':
        this.hangUp();
        return true;
      case 'half':
        this.say(reply.slice(0, this.below(reply.length)));
        this.hangUp();
        return true;
      case 'garbage':
        this.say('what?\r\n');
        return true;
      default:
        return false;
    }
  }

  /** Whole lines that have come. */
  linesIn(octets: string): readonly string[] {
    const lines = (this.talk.line + octets).split('\r\n');
    this.talk = { ...this.talk, line: lines.pop()! };
    return lines;
  }
}

/** Lines that a protocol might take for its own. */
const LINES = [
  '.',
  '..',
  '.x',
  '+OK',
  '-ERR no',
  '* 1 EXPUNGE',
  'A4 OK done',
  ')',
  '{3}',
  'x {5}',
  '',
  ' ',
  '\0\x01\xff',
  'a\rb',
  '\r',
  '"',
  'x'.repeat(300),
];

/** A letter with this subject. */
export function letterOf(subject: string, below: (limit: number) => number): Octets {
  const body = Array.from({ length: below(6) }, () => `${LINES[below(LINES.length)]!}\r\n`);
  return `Subject: ${subject}\r\n\r\n${body.join('')}` as Octets;
}

/** What is wrong with a world that was played to its end; empty when nothing is. */
export type Look<W> = (world: W) => readonly string[];

/**
 * Plays the worlds of seeds 1 to `seeds` until one shows something wrong. The sum of what `counted` finds in them is
 * more than `least`: else the worlds would prove nothing about what is counted.
 */
export function playAll<W>(
  seeds: number,
  play: (seed: number) => W,
  looks: readonly Look<W>[],
  counted: (world: W) => number,
  least: number,
): void {
  let sum = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const world = play(seed);
    expect(
      looks.flatMap((look) => look(world)),
      `seed ${seed}`,
    ).toEqual([]);
    sum += counted(world);
  }
  expect(sum).toBeGreaterThan(least);
}
