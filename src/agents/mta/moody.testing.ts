/** A mail server in a bad mood: at any word it may hang up, say nothing, refuse, or speak when nobody asked it. */
import type { Octets } from '../../base/octets.ts';
import { draw } from '../../base/prng.ts';
import type { Millis } from '../../base/time.ts';
import type { ConnId, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';

export const MOODS = {
  /** In the place of a reply. */
  reply: ['hang-up', 'silence', '450 4.2.0 later', '550 5.1.1 never', '502 5.5.2 what?', '421 4.3.2 down'],
  /** After a letter, when the client may have kept the connection. */
  idle: ['421 4.4.2 idle', 'hang-up', '500 who?', 'garbage', '421-half'],
} as const;

export type Mood = (typeof MOODS)['reply' | 'idle'][number];

export interface MoodyConfig {
  readonly seed: number;
  /** Of 100 replies so many are out of `moods`, until this instant. */
  readonly percent: number;
  readonly moods: readonly Mood[];
  readonly untilMs: Millis;
  /** The reply to EHLO and LHLO. */
  readonly offers: string;
}

interface Talk {
  readonly id: ConnId;
  readonly line: string;
  readonly lmtp: boolean;
  readonly mail: boolean;
  readonly forwardPaths: readonly string[];
  /** In the letter: its subject, so far empty. */
  readonly letter: string | null;
  readonly over: boolean;
}

interface MoodyState {
  readonly config: MoodyConfig;
  readonly word: number;
  readonly talks: readonly Talk[];
}

/** A letter it took, as the log says it: for whom. */
export interface Took {
  readonly kind: 'took';
  readonly subject: string;
  readonly forwardPaths: readonly string[];
}

const NEW: Omit<Talk, 'id'> = {
  line: '',
  lmtp: false,
  mail: false,
  forwardPaths: [],
  letter: null,
  over: false,
};

/** One step of the server: what it says, as the dice fall. */
class Turn {
  readonly effects: ProgramEffect[] = [];
  word: number;
  talk: Talk;
  private readonly config: MoodyConfig;
  private readonly now: Millis;

  constructor(state: MoodyState, talk: Talk, now: Millis) {
    this.word = state.word;
    this.config = state.config;
    this.talk = talk;
    this.now = now;
  }

  private below(limit: number): number {
    const [value, next] = draw(this.word);
    this.word = next;
    return Math.floor(value * limit);
  }

  private mood(among: readonly string[]): string | null {
    const { moods, percent, untilMs } = this.config;
    if (this.now >= untilMs || this.below(100) >= percent) return null;
    const mine = moods.filter((mood) => among.includes(mood));
    return mine[this.below(mine.length)] ?? null;
  }

  say(text: string, end = '\r\n'): void {
    this.effects.push({ kind: 'send', conn: this.talk.id, octets: (text + end) as Octets, note: {} });
  }

  hangUp(): void {
    this.effects.push({ kind: 'close', conn: this.talk.id });
    this.talk = { ...this.talk, over: true };
  }

  /** True: the good reply was said. */
  reply(good: string): boolean {
    const mood = this.mood(MOODS.reply);
    if (mood === null) {
      this.say(good);
      return true;
    }
    if (mood === 'silence') this.talk = { ...this.talk, over: true };
    else if (mood === 'hang-up') this.hangUp();
    else {
      this.say(mood);
      if (mood.startsWith('421')) this.hangUp();
    }
    return false;
  }

  command(line: string): void {
    const verb = line.split(' ', 1)[0]!.toUpperCase();
    const { mail, forwardPaths } = this.talk;
    switch (verb) {
      case 'EHLO':
      case 'LHLO':
        this.talk = { ...this.talk, lmtp: verb === 'LHLO' };
        this.reply(this.config.offers);
        return;
      case 'MAIL':
        if (mail) this.say('503 5.5.1 nested MAIL');
        else if (this.reply('250 sender')) this.talk = { ...this.talk, mail: true };
        return;
      case 'RCPT':
        if (!mail) this.say('503 5.5.1 MAIL first');
        else if (this.reply('250 recipient')) {
          const path = line.slice(line.indexOf('<') + 1, line.indexOf('>'));
          this.talk = { ...this.talk, forwardPaths: [...forwardPaths, path] };
        }
        return;
      case 'DATA':
        if (forwardPaths.length === 0) this.say('554 5.5.1 no valid recipients');
        else if (this.reply('354 go')) this.talk = { ...this.talk, letter: '' };
        return;
      case 'RSET':
        if (this.reply('250 reset')) this.talk = { ...this.talk, mail: false, forwardPaths: [] };
        return;
      case 'QUIT':
        if (this.reply('221 bye')) this.hangUp();
        return;
      default:
        this.say('500 what?');
    }
  }

  letterLine(line: string): void {
    const { letter, forwardPaths, lmtp } = this.talk;
    if (line !== '.') {
      const subject = /^Subject: (.*)$/.exec(line)?.[1];
      if (subject !== undefined && letter === '') this.talk = { ...this.talk, letter: subject };
      return;
    }
    const taken = lmtp
      ? forwardPaths.filter(() => !this.talk.over && this.reply('250 2.0.0 taken'))
      : this.reply('250 2.0.0 taken')
        ? forwardPaths
        : [];
    const fact: Took = { kind: 'took', subject: letter!, forwardPaths: taken };
    if (taken.length > 0) this.effects.push({ kind: 'record', fact });
    this.talk = { ...this.talk, mail: false, forwardPaths: [], letter: null };
    const later = this.talk.over ? null : this.mood(MOODS.idle);
    if (later !== null)
      this.effects.push({
        kind: 'conn-timer',
        conn: this.talk.id,
        name: later,
        after: this.below(2600),
      });
  }

  /** Speaks up, if the client has said nothing since. */
  unasked(mood: string): void {
    if (mood === 'hang-up') this.hangUp();
    else if (mood.startsWith('421-')) this.say(mood, '');
    else this.say(mood);
    if (mood.startsWith('421 ')) this.hangUp();
  }

  hear(octets: string): void {
    const lines = (this.talk.line + octets).split('\r\n');
    this.talk = { ...this.talk, line: lines.pop()! };
    for (const mood of MOODS.idle)
      this.effects.push({ kind: 'conn-timer', conn: this.talk.id, name: mood, after: null });
    for (const line of lines) {
      if (this.talk.over) return;
      if (this.talk.letter === null) this.command(line);
      else this.letterLine(line);
    }
  }
}

function step(state: MoodyState, input: ProgramInput, { now }: StepContext) {
  if (input.kind === 'start')
    return [state, [{ kind: 'listen', protocol: 'tcp', port: 25 }] as ProgramEffect[]] as const;
  if (!('conn' in input)) return [state, []] as const;
  const others = state.talks.filter(({ id }) => id !== input.conn);
  if (input.kind === 'closed') return [{ ...state, talks: others }, []] as const;
  const known = state.talks.find(({ id }) => id === input.conn) ?? { id: input.conn, ...NEW };
  const turn = new Turn(state, known, now);
  if (input.kind === 'opened') turn.reply('220 moody.example ESMTP');
  else if (input.kind === 'octets') turn.hear(input.octets);
  else if (input.kind === 'conn-timer' && !known.over) turn.unasked(input.name);
  return [{ ...state, word: turn.word, talks: [...others, turn.talk] }, turn.effects] as const;
}

export const moody: Program<MoodyState> = {
  init: (config) => ({
    config: config as MoodyConfig,
    word: (config as MoodyConfig).seed,
    talks: [],
  }),
  step,
};
