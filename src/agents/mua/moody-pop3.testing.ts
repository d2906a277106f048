/** A POP3 server in a bad mood, and the maildrop it keeps: others take letters away, and new ones come. */
import type { Octets } from '../../base/octets.ts';
import { dotStuffed } from '../../protocol/pop3/content.ts';
import type { ConnId, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { Mood, MoodyConfig, MoodyTalk } from '../moody.testing.ts';
import { MoodyTurn } from '../moody.testing.ts';

export const POP3_MOODS: readonly Mood[] = ['hang-up', 'silence', 'half', 'refusal', 'garbage'];

/** A refusal of UIDL would say that there are no unique-ids. */
const NOT_REFUSED = POP3_MOODS.filter((mood) => mood !== 'refusal');

export interface MoodyPop3Config extends MoodyConfig {
  readonly hasUidl: boolean;
}

/** What happens to the maildrop. `taken`: somebody else removes the letter that stands there. */
export type MoodyPop3Input =
  | { readonly kind: 'arrives'; readonly content: Octets }
  | { readonly kind: 'taken'; readonly at: number };

interface Letter {
  readonly uid: string;
  readonly content: Octets;
}

interface Talk extends MoodyTalk {
  /** Address of the client. */
  readonly peer: string;
  /** The maildrop as it was at the login. */
  readonly view: readonly Letter[];
  readonly marked: readonly string[];
}

export interface MoodyPop3State {
  readonly config: MoodyPop3Config;
  readonly word: number;
  readonly nextUid: number;
  readonly letters: readonly Letter[];
  readonly talks: readonly Talk[];
}

/** The client at this address had it remove these. */
export interface Removed {
  readonly kind: 'removed-for';
  readonly peer: string;
  readonly contents: readonly Octets[];
}

/** A session went well to its end. */
export interface WentWell {
  readonly kind: 'went-well';
  readonly conn: ConnId;
}

class Turn extends MoodyTurn<Talk> {
  letters: readonly Letter[];
  private readonly hasUidl: boolean;

  constructor(state: MoodyPop3State, talk: Talk, now: number) {
    super(state.config, state.word, talk, now);
    this.letters = state.letters;
    this.hasUidl = state.config.hasUidl;
  }

  /** True: the good reply was said. */
  reply(good: string, moods = POP3_MOODS): boolean {
    const mood = this.mood(moods);
    if (mood === null) this.say(good);
    else if (!this.sulk(mood, good)) this.say('-ERR not now\r\n');
    return mood === null;
  }

  private refuse(): void {
    this.spoil();
    this.say('-ERR no such message\r\n');
  }

  private list(lineOf: (letter: Letter) => string, moods = POP3_MOODS): void {
    const lines = this.talk.view.map((letter, i) => `${i + 1} ${lineOf(letter)}\r\n`);
    this.reply(`+OK here\r\n${lines.join('')}.\r\n`, moods);
  }

  /** Both before the reply: whoever does not hear it does not know. */
  private update(): void {
    const { marked, peer } = this.talk;
    const removed = this.letters.filter(({ uid }) => marked.includes(uid));
    const fact: Removed = { kind: 'removed-for', peer, contents: removed.map(({ content }) => content) };
    this.effects.push({ kind: 'record', fact });
    this.letters = this.letters.filter(({ uid }) => !marked.includes(uid));
  }

  command(line: string): void {
    const [verb, argument] = line.split(' ');
    const { view, marked } = this.talk;
    const letter = view[Number(argument) - 1];
    const isThere = this.letters.some(({ uid }) => uid === letter?.uid);
    switch (verb) {
      case 'USER':
        this.reply('+OK\r\n');
        return;
      case 'PASS':
        if (this.reply('+OK in\r\n')) this.talk = { ...this.talk, view: this.letters };
        return;
      case 'UIDL':
        if (this.hasUidl) this.list(({ uid }) => uid, NOT_REFUSED);
        else this.say('-ERR unknown command\r\n');
        return;
      case 'LIST':
        this.list(({ content }) => String(content.length));
        return;
      case 'RETR':
        if (letter === undefined || !isThere) this.refuse();
        else this.reply(`+OK letter\r\n${dotStuffed(letter.content)}.\r\n`);
        return;
      case 'DELE':
        if (letter === undefined || !isThere) this.refuse();
        else if (this.reply('+OK marked\r\n')) this.talk = { ...this.talk, marked: [...marked, letter.uid] };
        return;
      case 'QUIT': {
        const late = this.below(2) === 0;
        if (late) this.update();
        if (!this.reply('+OK bye\r\n')) return;
        if (!late) this.update();
        const fact: WentWell = { kind: 'went-well', conn: this.talk.id };
        if (!this.talk.spoilt) this.effects.push({ kind: 'record', fact });
        this.hangUp();
        return;
      }
      default:
        this.say('-ERR what?\r\n');
    }
  }

  hear(octets: string): void {
    for (const line of this.linesIn(octets)) if (!this.talk.over) this.command(line);
  }
}

function happen(state: MoodyPop3State, input: MoodyPop3Input): MoodyPop3State {
  const { letters, nextUid } = state;
  if (input.kind === 'taken') return { ...state, letters: letters.filter((_, i) => i !== input.at) };
  const letter = { uid: `u${nextUid}`, content: input.content };
  return { ...state, nextUid: nextUid + 1, letters: [...letters, letter] };
}

function step(state: MoodyPop3State, input: ProgramInput, { now }: StepContext) {
  if (input.kind === 'start')
    return [state, [{ kind: 'listen', protocol: 'tcp', port: 110 }] as ProgramEffect[]] as const;
  if (input.kind === 'input') return [happen(state, input.input as MoodyPop3Input), []] as const;
  if (!('conn' in input)) return [state, []] as const;
  const others = state.talks.filter(({ id }) => id !== input.conn);
  if (input.kind === 'closed') return [{ ...state, talks: others }, []] as const;
  const peer = input.kind === 'opened' ? input.peer.address : '';
  const talk = state.talks.find(({ id }) => id === input.conn) ?? {
    ...{ id: input.conn, line: '', spoilt: false, over: false },
    ...{ peer, view: [], marked: [] },
  };
  const turn = new Turn(state, talk, now);
  if (input.kind === 'opened') turn.reply('+OK moody\r\n');
  else if (input.kind === 'octets') turn.hear(input.octets);
  const talks = [...others, turn.talk];
  return [{ ...state, word: turn.word, letters: turn.letters, talks }, turn.effects] as const;
}

export const moodyPop3: Program<MoodyPop3State> = {
  init: (config) => {
    const mine = config as MoodyPop3Config;
    return { config: mine, word: mine.seed, nextUid: 1, letters: [], talks: [] };
  },
  step,
  survive: (state) => ({ ...state, talks: [] }),
};
