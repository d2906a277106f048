/** Plays IMAP scripts at Dovecot: sessions one after the other, or several at a time. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  converse,
  imapReplyEnd,
  lineEnd,
  open,
  pop3ReplyEnd,
  type ReplyEnd,
  type Session,
  type Step,
} from './converse.ts';
import type { Dovecot } from './dovecot.ts';
import { fillMaildir, type Letter } from './dovecot-imap-letters.ts';
import { on, pop3, tagged } from './dovecot-imap-say.ts';
import { processesNamed } from './room.ts';
import {
  COMMON_VOLATILES,
  scrub,
  showChunk,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  {
    pattern: /(?<=")\d\d-[A-Z][a-z]{2}-20[2-9]\d \d\d:\d\d:\d\d [-+]\d{4}(?=")/g,
    name: 'now',
    numbered: false,
  },
  { pattern: /(?<=UIDVALIDITY |COPYUID |APPENDUID )\d{10}\b/g, name: 'uidvalidity', numbered: true },
  {
    pattern: /(?<=\()\d+\.\d{3} \+ \d+\.\d{3}(?: \+ \d+\.\d{3})?(?= secs\))/g,
    name: 'time',
    numbered: false,
  },
  { pattern: /(?<=\b[0-9a-f]{8})[0-9a-f]{8}\b/g, name: 'uidvalidity', numbered: false },
  { pattern: /(?<= out=)\d+(?= deleted=)/g, name: 'n', numbered: false },
  { pattern: /(?<=finished )\d+\.\d{3}(?= secs ago)/g, name: 'time', numbered: false },
  { pattern: /(?<=\[)20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?=\])/g, name: 'now', numbered: false },
  {
    pattern: /(?<=SSL_accept\(\) )(?:syscall )?failed: (?:error:.*?number|Invalid argument)/g,
    name: 'failure',
    numbered: false,
  },
  { pattern: /(?<=session=<)[^>]+/g, name: 'session', numbered: false },
  { pattern: /(?<=mpid=)\d+/g, name: 'pid', numbered: false },
  { pattern: /<(\d+)>(?=<<session|<[A-Za-z0-9+/]+>)/g, name: 'pid', numbered: false },
  { pattern: /(?<=<<?pid>?><)[A-Za-z0-9+/]+(?=>)/g, name: 'session', numbered: false },
  { pattern: /(?<=attempts in |waited )\d+(?= secs)/g, name: 'n', numbered: false },
  ...COMMON_VOLATILES.filter(({ name }) => name === 'time'),
];

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const logLength = ({ log }: Dovecot): number => (existsSync(log) ? statSync(log).size : 0);

/** A session's own process leaves the mailbox and writes its log; then the next one may come. */
async function untilGone(dovecot: Dovecot, offset: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (processesNamed('imap') + processesNamed('pop3') === 0 && logLength(dovecot) > offset) break;
    await pause(10);
  }
  await pause(40);
}

function logFrom({ log }: Dovecot, offset: number): string {
  const lines = existsSync(log) ? readFileSync(log, 'latin1').slice(offset) : '';
  return lines === '' ? '' : `# log\n${showText('J:', lines)}`;
}

export interface Manner {
  readonly letters: readonly Letter[];
  /** Else into a Maildir. */
  readonly fill?: (letters: readonly Letter[]) => void;
  /** Else IMAP's. */
  readonly replyEnd?: ReplyEnd;
  /** The log of each session too. */
  readonly log?: true;
  /** One session finds what the other left. */
  readonly goesOn?: true;
}

/** Sessions one after the other. Where each begins anew, so do the numbers of place-holders. */
export const told =
  (list: readonly Session[], { letters, log, goesOn, fill = fillMaildir, replyEnd = imapReplyEnd }: Manner) =>
  async (dovecot: Dovecot): Promise<string> => {
    const parts: string[] = [];
    if (goesOn) fill(letters);
    for (const session of list) {
      if (!goesOn) fill(letters);
      const offset = logLength(dovecot);
      const said = showConversation({ ...(await converse(session, replyEnd, lineEnd)), session });
      await untilGone(dovecot, offset);
      const text = log ? said + logFrom(dovecot, offset) : said;
      parts.push(goesOn ? text : scrub(text, VOLATILES));
    }
    return goesOn ? scrub(parts.join('\n'), VOLATILES) : parts.join('\n');
  };

/** `1`, `2` and so on are sessions of IMAP, `P` is one of POP3. Each is opened when it first has something to say. */
type Who = '1' | '2' | '3' | 'P';

/** One of them says something, or something happens on the host, which the recording tells in words. */
export type Cue = readonly [who: Who, ...steps: Step[]] | { readonly told: string; readonly act: () => void };

export interface Play {
  readonly title: string;
  readonly cues: readonly Cue[];
}

/** Tags of session 1 begin with `a`, of 2 with `b`. */
const LETTERS: Readonly<Record<Who, string>> = { '1': 'a', '2': 'b', '3': 'c', P: '' };

type Actor = Awaited<ReturnType<typeof open>> & { shown: number; commands: number };

async function enter(who: Who): Promise<Actor> {
  const session =
    who === 'P' ? await open(pop3(''), pop3ReplyEnd) : await open(on(''), imapReplyEnd, lineEnd);
  return Object.assign(session, { shown: 0, commands: 0 });
}

/** What has been said since this was last asked. */
function news(who: Who, actor: Actor): string {
  const lines = actor.said
    .slice(actor.shown)
    .flatMap(({ who: side, octets }) => showChunk(`${side === 'client' ? 'C' : 'S'}${who}:`, octets));
  actor.shown = actor.said.length;
  return lines.map((line) => `${line}\n`).join('');
}

async function perform(play: Play): Promise<string> {
  const stage = new Map<Who, Actor>();
  let text = `# --- ${play.title}\n`;
  const tell = (): void => {
    for (const [who, actor] of stage) text += news(who, actor);
  };
  for (const cue of play.cues) {
    if ('told' in cue) {
      text += `# ${cue.told}\n`;
      cue.act();
      continue;
    }
    const [who, ...steps] = cue;
    const actor = stage.get(who) ?? (await enter(who));
    stage.set(who, actor);
    for (const step of who === 'P' ? steps : tagged(steps, LETTERS[who], actor.commands)) {
      await actor.play([step]);
      tell();
    }
    actor.commands += steps.filter((step) => typeof step === 'string').length;
  }
  for (const [who, actor] of stage) text += `# ${who}: the ${(await actor.leave()).closedBy} closes\n`;
  return text;
}

/** Plays one after the other, each in a mailbox filled anew. */
export const performed =
  (list: readonly Play[], { letters, log }: Manner) =>
  async (dovecot: Dovecot): Promise<string> => {
    const parts: string[] = [];
    for (const play of list) {
      fillMaildir(letters);
      const offset = logLength(dovecot);
      const text = await perform(play);
      await untilGone(dovecot, offset);
      parts.push(scrub(log ? text + logFrom(dovecot, offset) : text, VOLATILES));
    }
    return parts.join('\n');
  };
