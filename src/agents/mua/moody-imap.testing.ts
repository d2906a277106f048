/** An IMAP server in a bad mood, and the INBOX it keeps: others change it, and every session is told late or never. */
import type { Octets } from '../../base/octets.ts';
import type { Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { Mood, MoodyConfig, MoodyTalk } from '../moody.testing.ts';
import { MoodyTurn } from '../moody.testing.ts';

export const IMAP_MOODS: readonly Mood[] = [
  'hang-up',
  'silence',
  'half',
  'refusal',
  'garbage',
  'unasked',
  'farewell',
];
/** That NOOP and DONE are refused is no reason to complain, and no mood. */
const NOT_REFUSED = IMAP_MOODS.filter((mood) => mood !== 'refusal');
/** What a client may be told at LOGOUT without a reason to complain. */
const LEAVING = IMAP_MOODS.filter((mood) => mood !== 'garbage');
const UNASKED = ['* OK still here', '* 0 RECENT', '* FLAGS (\\Seen x)', '* LIST () "." {3}\r\nabc'];

export interface MoodyImapConfig extends MoodyConfig {
  readonly capabilities: string;
}

/** What happens to the mailbox. `renewed`: it has another UIDVALIDITY, and who had it selected is thrown out. */
export type MoodyImapInput =
  | { readonly kind: 'arrives'; readonly content: Octets }
  | { readonly kind: 'taken' | 'flagged'; readonly at: number }
  | { readonly kind: 'renewed' };

interface Letter {
  readonly uid: number;
  readonly content: Octets;
  readonly flags: readonly string[];
}

interface Talk extends MoodyTalk {
  /** The mailbox as far as the client was told; null: not selected. Letters that are gone can still be read. */
  readonly view: readonly Letter[] | null;
  /** Tag of IDLE; empty: none is under way. */
  readonly idling: string;
}

export interface MoodyImapState {
  readonly config: MoodyImapConfig;
  readonly word: number;
  readonly uidValidity: number;
  readonly nextUid: number;
  readonly letters: readonly Letter[];
  readonly talks: readonly Talk[];
}

/** Clients had it remove these. */
export interface Expunged {
  readonly kind: 'expunged-by-client';
  readonly uids: readonly number[];
}

const flagsText = ({ flags }: Letter): string => `FLAGS (${flags.join(' ')})`;

const inSet = (set: string, uid: number): boolean =>
  set.split(',').some((range) => {
    const [from = '', to = from] = range.split(':');
    return uid >= Number(from) && (to === '*' || uid <= Number(to));
  });

class Turn extends MoodyTurn<Talk> {
  letters: readonly Letter[];
  private readonly state: MoodyImapState;

  constructor(state: MoodyImapState, talk: Talk, now: number) {
    super(state.config, state.word, talk, now);
    this.letters = state.letters;
    this.state = state;
  }

  private see(view: readonly Letter[]): void {
    this.talk = { ...this.talk, view };
  }

  /** What the client was not told yet; EXPUNGE must wait while numbers are in use (RFC 3501 §7.4.1). */
  news(expunges: boolean): string {
    const { view } = this.talk;
    if (view === null) return '';
    const now = new Map(this.letters.map((letter) => [letter.uid, letter] as const));
    let text = '';
    const left = expunges ? view.filter(({ uid }) => now.has(uid)) : view;
    for (let i = view.length - 1; i >= 0; i--) if (!left.includes(view[i]!)) text += `* ${i + 1} EXPUNGE\r\n`;
    const told = left.map((letter, i) => {
      const is = now.get(letter.uid) ?? letter;
      if (flagsText(is) !== flagsText(letter)) text += `* ${i + 1} FETCH (${flagsText(is)})\r\n`;
      return is;
    });
    const last = view.at(-1)?.uid ?? 0;
    const fresh = this.letters.filter(({ uid }) => uid > last);
    if (fresh.length > 0) text += `* ${told.length + fresh.length} EXISTS\r\n`;
    this.see([...told, ...fresh]);
    return text;
  }

  /** True: the good reply was said. */
  private reply(tag: string, data: string, moods = IMAP_MOODS): boolean {
    const good = `${data}${tag} OK done\r\n`;
    const mood = this.mood(moods);
    if (mood === null) this.say(good);
    else if (mood === 'unasked') this.say(`${UNASKED[this.below(UNASKED.length)]!}\r\n${good}`);
    else if (!this.sulk(mood, good)) {
      this.say(
        mood === 'farewell' ? '* BYE going down\r\n' : `${tag} ${['NO', 'BAD'][this.below(2)]!} not now\r\n`,
      );
      if (mood === 'farewell') this.hangUp();
    }
    return mood === null || mood === 'unasked';
  }

  private fetch(tag: string, set: string, content: boolean): void {
    const before = this.below(3) === 0 ? this.news(false) : '';
    const { view } = this.talk;
    const told = view!.flatMap((letter, i) => {
      const { uid } = letter;
      // `*` names the last one in any case.
      if (!inSet(set, uid) && !(set.endsWith('*') && i === view!.length - 1)) return [];
      const text = letter.content;
      const what = content
        ? `BODY[] {${text.length}}\r\n${text}`
        : `${flagsText(letter)} RFC822.SIZE ${text.length}`;
      return [`* ${i + 1} FETCH (UID ${uid} ${what})\r\n`];
    });
    this.reply(tag, before + told.join('') + this.news(this.below(2) === 0));
  }

  private expunge(tag: string, set: string): void {
    const mine = (letter: Letter): boolean =>
      letter.flags.includes('\\Deleted') &&
      inSet(set, letter.uid) &&
      this.talk.view!.some(({ uid }) => uid === letter.uid);
    const fact: Expunged = {
      kind: 'expunged-by-client',
      uids: this.letters.filter(mine).map(({ uid }) => uid),
    };
    this.effects.push({ kind: 'record', fact });
    this.letters = this.letters.filter((letter) => !mine(letter));
    this.reply(tag, this.news(true));
  }

  /** On a mailbox that is selected. */
  private work(tag: string, verb: string, set: string, rest: string): void {
    switch (verb) {
      case 'FETCH':
        this.fetch(tag, set, rest.includes('BODY'));
        return;
      case 'STORE': {
        const flag = /\((.*)\)/.exec(rest)![1]!;
        this.letters = this.letters.map((letter) =>
          inSet(set, letter.uid) ? { ...letter, flags: [...new Set([...letter.flags, flag])] } : letter,
        );
        this.reply(tag, this.news(this.below(2) === 0));
        return;
      }
      case 'EXPUNGE':
        this.expunge(tag, set);
        return;
      default:
        this.reply(tag, this.news(true), NOT_REFUSED);
    }
  }

  private idle(tag: string): void {
    const mood = this.mood(['refusal', 'hang-up', 'silence', 'farewell']);
    // Who may not idle has no reason to complain.
    if (mood === 'refusal') this.say(`${tag} NO not now\r\n`);
    else if (mood !== null) {
      this.sulk(mood, '');
      if (mood === 'farewell') this.hangUp();
    } else {
      this.talk = { ...this.talk, idling: tag };
      this.say(`+ idling\r\n${this.news(true)}`);
    }
  }

  private command(line: string): void {
    const [tag = '', first = '', ...words] = line.split(' ');
    const { view, idling, spoilt } = this.talk;
    if (idling !== '') {
      this.talk = { ...this.talk, idling: '' };
      this.reply(idling, this.news(true), NOT_REFUSED);
    } else if (first === 'CAPABILITY') this.reply(tag, `* CAPABILITY ${this.state.config.capabilities}\r\n`);
    else if (first === 'LOGIN') this.reply(tag, '');
    else if (first === 'SELECT') {
      const { uidValidity } = this.state;
      this.see(this.letters);
      this.reply(tag, `* ${this.letters.length} EXISTS\r\n* OK [UIDVALIDITY ${uidValidity}] so\r\n`);
    } else if (first === 'LOGOUT') {
      if (!spoilt) this.effects.push({ kind: 'record', fact: { kind: 'went-well' } });
      if (this.reply(tag, '* BYE\r\n', LEAVING)) this.hangUp();
    } else if (view === null) this.reply(tag, '');
    else if (first === 'IDLE') this.idle(tag);
    else if (first === 'UID') this.work(tag, words[0]!, words[1]!, words.slice(2).join(' '));
    else this.work(tag, first, '1:*', '');
  }

  hear(octets: string): void {
    for (const line of this.linesIn(octets)) if (!this.talk.over) this.command(line);
  }

  /** Something has happened in the mailbox. */
  notice(): void {
    const { idling, over } = this.talk;
    // Flags and EXISTS may be told at any time.
    if (!over && (idling !== '' || this.below(4) === 0)) {
      const text = this.news(idling !== '');
      if (text !== '') this.say(text);
    }
  }

  throwOut(): void {
    this.spoil();
    this.say('* BYE your mailbox is another one\r\n');
    this.hangUp();
  }
}

function happen(state: MoodyImapState, input: MoodyImapInput): MoodyImapState {
  const { letters, nextUid, uidValidity } = state;
  switch (input.kind) {
    case 'arrives': {
      const letter = { uid: nextUid, content: input.content, flags: [] };
      return { ...state, nextUid: nextUid + 1, letters: [...letters, letter] };
    }
    case 'taken':
      return { ...state, letters: letters.filter((_, i) => i !== input.at) };
    case 'flagged': {
      const flags = (letter: Letter) => [...new Set([...letter.flags, '\\Flagged'])];
      return {
        ...state,
        letters: letters.map((one, i) => (i === input.at ? { ...one, flags: flags(one) } : one)),
      };
    }
    case 'renewed':
      return {
        ...state,
        uidValidity: uidValidity + 1,
        nextUid: nextUid + letters.length,
        letters: letters.map((one, i) => ({ ...one, uid: nextUid + i })),
      };
  }
}

type Step = readonly [MoodyImapState, readonly ProgramEffect[]];

/** The sessions but one hear of what has changed. */
function tellOthers(
  state: MoodyImapState,
  but: number,
  now: number,
  effects: ProgramEffect[],
  renewed = false,
): MoodyImapState {
  let next = state;
  for (const talk of state.talks) {
    if (talk.id === but || talk.view === null || talk.over) continue;
    const turn = new Turn(next, talk, now);
    if (renewed) turn.throwOut();
    else turn.notice();
    effects.push(...turn.effects);
    next = {
      ...next,
      word: turn.word,
      talks: next.talks.map((one) => (one.id === talk.id ? turn.talk : one)),
    };
  }
  return next;
}

function step(state: MoodyImapState, input: ProgramInput, { now }: StepContext): Step {
  const effects: ProgramEffect[] = [];
  if (input.kind === 'start') return [state, [{ kind: 'listen', protocol: 'tcp', port: 143 }]];
  if (input.kind === 'input') {
    const what = input.input as MoodyImapInput;
    return [tellOthers(happen(state, what), 0, now, effects, what.kind === 'renewed'), effects];
  }
  if (!('conn' in input)) return [state, []];
  const others = state.talks.filter(({ id }) => id !== input.conn);
  if (input.kind === 'closed') return [{ ...state, talks: others }, []];
  const talk = state.talks.find(({ id }) => id === input.conn) ?? {
    ...{ id: input.conn, line: '', spoilt: false, over: false },
    ...{ view: null, idling: '' },
  };
  const turn = new Turn(state, talk, now);
  if (input.kind === 'opened') turn.say('* OK moody\r\n');
  else if (input.kind === 'octets') turn.hear(input.octets);
  effects.push(...turn.effects);
  const next = { ...state, word: turn.word, letters: turn.letters, talks: [...others, turn.talk] };
  return [turn.letters === state.letters ? next : tellOthers(next, input.conn, now, effects), effects];
}

export const moodyImap: Program<MoodyImapState> = {
  init: (config) => {
    const mine = config as MoodyImapConfig;
    return { config: mine, word: mine.seed, uidValidity: 1, nextUid: 1, letters: [], talks: [] };
  },
  step,
  survive: (state) => ({ ...state, talks: [] }),
};
