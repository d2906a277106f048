/** A mail server in a bad mood: at any word it may hang up, say nothing, refuse, or speak when nobody asked it. */
import type { Millis } from '../../base/time.ts';
import type { Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { MoodyConfig, MoodyTalk } from '../moody.testing.ts';
import { MoodyTurn } from '../moody.testing.ts';

export const MOODS = {
  /** In the place of a reply. */
  reply: ['hang-up', 'silence', '450 4.2.0 later', '550 5.1.1 never', '502 5.5.2 what?', '421 4.3.2 down'],
  /** After a letter, when the client may have kept the connection. */
  idle: ['421 4.4.2 idle', 'hang-up', '500 who?', 'garbage', '421-half'],
} as const;

export type SmtpMood = (typeof MOODS)['reply' | 'idle'][number];

export interface MoodySmtpConfig extends MoodyConfig<SmtpMood> {
  /** The reply to EHLO and LHLO. */
  readonly offers: string;
}

interface Talk extends MoodyTalk {
  readonly lmtp: boolean;
  readonly mail: boolean;
  readonly forwardPaths: readonly string[];
  /** In the letter: its subject, so far empty. */
  readonly letter: string | null;
}

interface MoodyState {
  readonly config: MoodySmtpConfig;
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
  spoilt: false,
  lmtp: false,
  mail: false,
  forwardPaths: [],
  letter: null,
  over: false,
};

class Turn extends MoodyTurn<Talk, SmtpMood> {
  private readonly offers: string;

  constructor(state: MoodyState, talk: Talk, now: Millis) {
    super(state.config, state.word, talk, now);
    this.offers = state.config.offers;
  }

  private line(text: string): void {
    this.say(`${text}\r\n`);
  }

  /** True: the good reply was said. */
  reply(good: string): boolean {
    const mood = this.mood(MOODS.reply);
    if (mood === null) {
      this.line(good);
      return true;
    }
    if (!this.sulk(mood, good)) {
      this.line(mood);
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
        this.reply(this.offers);
        return;
      case 'MAIL':
        if (mail) this.line('503 5.5.1 nested MAIL');
        else if (this.reply('250 sender')) this.talk = { ...this.talk, mail: true };
        return;
      case 'RCPT':
        if (!mail) this.line('503 5.5.1 MAIL first');
        else if (this.reply('250 recipient')) {
          const path = line.slice(line.indexOf('<') + 1, line.indexOf('>'));
          this.talk = { ...this.talk, forwardPaths: [...forwardPaths, path] };
        }
        return;
      case 'DATA':
        if (forwardPaths.length === 0) this.line('554 5.5.1 no valid recipients');
        else if (this.reply('354 go')) this.talk = { ...this.talk, letter: '' };
        return;
      case 'RSET':
        if (this.reply('250 reset')) this.talk = { ...this.talk, mail: false, forwardPaths: [] };
        return;
      case 'QUIT':
        if (this.reply('221 bye')) this.hangUp();
        return;
      default:
        this.line('500 what?');
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
    else if (mood.startsWith('421-')) this.say(mood);
    else this.line(mood);
    if (mood.startsWith('421 ')) this.hangUp();
  }

  hear(octets: string): void {
    const lines = this.linesIn(octets);
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
    config: config as MoodySmtpConfig,
    word: (config as MoodySmtpConfig).seed,
    talks: [],
  }),
  step,
};
