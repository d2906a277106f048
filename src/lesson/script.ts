/** The script language of LESSONS.md 4.7: solutions, wrong answers, demos and hand-ins, one gesture a line. */
import type { Millis } from '../base/time.ts';
import { fillParams } from './matcher.ts';
import type { Params, Problem } from './types.ts';

export type ScriptKey = '^C' | '^D' | '^]';

export type Command =
  /** `@ pc`: whose terminal the next lines are typed at. */
  | { readonly kind: 'host'; readonly host: string }
  /** `$ telnet mail 25`: a line at the prompt. */
  | { readonly kind: 'shell'; readonly text: string }
  /** `> HELO pc`: a line typed into the program that runs; `\b` is a backspace. */
  | { readonly kind: 'type'; readonly text: string }
  /** `< 250 *`: the last line answered. */
  | { readonly kind: 'reply'; readonly glob: string }
  | { readonly kind: 'key'; readonly key: ScriptKey }
  | {
      readonly kind: 'send';
      readonly from: string;
      readonly to: string;
      readonly subject: string;
      readonly body: string;
    }
  | { readonly kind: 'fetch'; readonly account: string }
  | { readonly kind: 'power'; readonly host: string; readonly up: boolean }
  | { readonly kind: 'advance'; readonly ms: Millis }
  | { readonly kind: 'idle' }
  | { readonly kind: 'inspect'; readonly what: string }
  | { readonly kind: 'answer'; readonly quiz: string; readonly answer: readonly string[] }
  | { readonly kind: 'hint' | 'show'; readonly task: string }
  | { readonly kind: 'read'; readonly mistake: string }
  | { readonly kind: 'skip'; readonly step: string }
  /** Demo only: a caption by its key, or wait for the speaker (`key` empty). */
  | { readonly kind: 'say'; readonly key: string }
  | { readonly kind: 'expect'; readonly what: 'pass' | 'fail' | 'mistake'; readonly ids: readonly string[] }
  | { readonly kind: 'expect-score'; readonly compare: '=' | '<' | '>'; readonly percent: number };

export interface ScriptLine {
  /** In its file, from 1. */
  readonly line: number;
  /** As written. */
  readonly source: string;
  readonly command: Command;
  /** `# may be left out` stands above it: the lesson can be solved without it. */
  readonly spare: boolean;
}

export interface Script {
  readonly file: string;
  readonly lines: readonly ScriptLine[];
}

export interface ScriptRead {
  readonly script: Script;
  readonly problems: readonly Problem[];
}

const MAX_LINES = 2000;

export function readScript(file: string, source: string): ScriptRead {
  const rows = source.replaceAll('\r\n', '\n').split('\n').slice(0, MAX_LINES);
  const lines: ScriptLine[] = [];
  const problems: Problem[] = [];
  let spare = false;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row.startsWith('#')) spare = spare || /^# *may be left out/i.test(row);
    if (row.trim() === '' || row.startsWith('#')) continue;
    const first = i;
    const body: string[] = [];
    while (rows[i + 1]?.startsWith('|')) body.push(rows[++i]!.slice(1).replace(/^ /, ''));
    const command = parseLine(row, body);
    if (typeof command === 'string') problems.push({ file, line: first + 1, message: command });
    else lines.push({ line: first + 1, source: row, command, spare });
    spare = false;
  }
  return { script: { file, lines }, problems };
}

/** A command, or what is wrong with the line. */
function parseLine(row: string, body: readonly string[]): Command | string {
  const mark = row[0];
  const rest = row.slice(1).replace(/^ /, '');
  if (body.length > 0 && !/^! *compose /.test(row)) return 'lines with | belong after ! compose';
  switch (mark) {
    case '@':
      return rest.trim() ? { kind: 'host', host: rest.trim() } : 'expected @ HOST';
    case '$':
      return rest.trim() ? { kind: 'shell', text: rest } : 'expected $ COMMAND';
    case '>':
      return { kind: 'type', text: rest };
    case '<':
      return rest.trim() ? { kind: 'reply', glob: rest.trim() } : 'expected < REPLY, with * for any text';
    case '!':
      return parseGesture(rest.trim(), body);
    default:
      return `expected a line that begins with @, $, >, <, ! or #, found "${row.slice(0, 40)}"`;
  }
}

const UNITS: Readonly<Record<string, Millis>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const KEYS: readonly string[] = ['^C', '^D', '^]'];

/** Each gesture: its words as an example, and its reading. Undefined: not in this form. */
const GESTURES: Readonly<
  Record<
    string,
    { form: string; read: (words: readonly string[], body: readonly string[]) => Command | undefined }
  >
> = {
  key: {
    form: '! key ^]',
    read: ([key]) => (key && KEYS.includes(key) ? { kind: 'key', key: key as ScriptKey } : undefined),
  },
  send: { form: '! send FROM -> TO "subject" "text"', read: readSend },
  compose: {
    form: '! compose FROM -> TO "subject" with | lines below',
    read: (words, body) => readSend([...words.slice(0, 4), body.join('\n')]),
  },
  fetch: {
    form: '! fetch walter@example.org',
    read: ([account]) => (account ? { kind: 'fetch', account } : undefined),
  },
  power: {
    form: '! power HOST on (or off)',
    read: ([host, how]) =>
      host && (how === 'on' || how === 'off') ? { kind: 'power', host, up: how === 'on' } : undefined,
  },
  break: { form: '! break HOST', read: ([host]) => (host ? { kind: 'power', host, up: false } : undefined) },
  fix: { form: '! fix HOST', read: ([host]) => (host ? { kind: 'power', host, up: true } : undefined) },
  advance: {
    form: '! advance 30m',
    read: ([time]) =>
      /^\d{1,6}[smhd]$/.test(time ?? '')
        ? { kind: 'advance', ms: Number(time!.slice(0, -1)) * UNITS[time!.slice(-1)]! }
        : undefined,
  },
  idle: { form: '! idle', read: () => ({ kind: 'idle' }) },
  inspect: { form: '! inspect received.2', read: ([what]) => (what ? { kind: 'inspect', what } : undefined) },
  click: { form: '! click mail', read: ([what]) => (what ? { kind: 'inspect', what } : undefined) },
  answer: {
    form: '! answer QUIZ VALUE…',
    read: ([quiz, ...answer]) => (quiz && answer.length > 0 ? { kind: 'answer', quiz, answer } : undefined),
  },
  hint: { form: '! hint TASK', read: ([task]) => (task ? { kind: 'hint', task } : undefined) },
  show: { form: '! show TASK', read: ([task]) => (task ? { kind: 'show', task } : undefined) },
  read: { form: '! read MISTAKE', read: ([mistake]) => (mistake ? { kind: 'read', mistake } : undefined) },
  skip: { form: '! skip STEP', read: ([step]) => (step ? { kind: 'skip', step } : undefined) },
  say: { form: '! say KEY', read: ([key]) => (key ? { kind: 'say', key } : undefined) },
  pause: { form: '! pause', read: () => ({ kind: 'say', key: '' }) },
  expect: { form: '! expect pass IDS, fail IDS, mistake IDS, or score = 100', read: readExpect },
};

function parseGesture(rest: string, body: readonly string[]): Command | string {
  const words = cutWords(rest);
  if (!words) return 'a " is not closed';
  const [name = '', ...given] = words;
  const gesture = Object.hasOwn(GESTURES, name) ? GESTURES[name]! : undefined;
  if (!gesture) return `unknown gesture "! ${name}". Expected one of ${Object.keys(GESTURES).join(', ')}`;
  return gesture.read(given, body) ?? `expected ${gesture.form}`;
}

function readSend([from, arrow, to, subject, body]: readonly string[]): Command | undefined {
  if (!from || arrow !== '->' || !to || subject === undefined) return undefined;
  return { kind: 'send', from, to, subject, body: body ?? '' };
}

function readExpect([what, ...ids]: readonly string[]): Command | undefined {
  if (what === 'score') {
    const [compare, percent] = ids;
    if (compare !== '=' && compare !== '<' && compare !== '>') return undefined;
    return /^\d{1,3}$/.test(percent ?? '')
      ? { kind: 'expect-score', compare, percent: Number(percent) }
      : undefined;
  }
  if ((what !== 'pass' && what !== 'fail' && what !== 'mistake') || ids.length === 0) return undefined;
  return { kind: 'expect', what, ids };
}

/** Words parted by blanks; `"…"` is one word, with `\n` and `\"` in it. null: a quote is not closed. */
export function cutWords(text: string): string[] | null {
  const words: string[] = [];
  let i = 0;
  while (i < text.length) {
    if (text[i] === ' ') {
      i++;
      continue;
    }
    let word = '';
    if (text[i] === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) {
        if (text[i] === '\\' && i + 1 < text.length) word += text[++i] === 'n' ? '\n' : text[i];
        else word += text[i];
      }
      if (i >= text.length) return null;
      i++;
    } else while (i < text.length && text[i] !== ' ') word += text[i++];
    words.push(word);
  }
  return words;
}

/** The script with a student's values put in. */
export function bindScript(script: Script, params: Params): Script {
  const fill = (text: string): string => fillParams(text, params);
  const lines = script.lines.map((one): ScriptLine => {
    const { command } = one;
    switch (command.kind) {
      case 'shell':
      case 'type':
        return { ...one, command: { ...command, text: fill(command.text) } };
      case 'reply':
        return { ...one, command: { ...command, glob: fill(command.glob) } };
      case 'send': {
        const { kind, from, to, subject, body } = command;
        return {
          ...one,
          command: { kind, from: fill(from), to: fill(to), subject: fill(subject), body: fill(body) },
        };
      }
      case 'answer':
        return { ...one, command: { ...command, answer: command.answer.map(fill) } };
      default:
        return one;
    }
  });
  return { file: script.file, lines };
}

const escaped = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

/** A command as a line of a script: for "Copy as script" and hand-ins. */
export function writeCommand(command: Command): string {
  switch (command.kind) {
    case 'host':
      return `@ ${command.host}`;
    case 'shell':
      return `$ ${command.text}`;
    case 'type':
      return `> ${command.text}`.trimEnd();
    case 'reply':
      return `< ${command.glob}`;
    case 'send':
      return `! send ${command.from} -> ${command.to} ${escaped(command.subject)} ${escaped(command.body)}`;
    case 'fetch':
      return `! fetch ${command.account}`;
    case 'power':
      return `! power ${command.host} ${command.up ? 'on' : 'off'}`;
    case 'advance':
      return `! advance ${Math.round(command.ms / 1000)}s`;
    case 'inspect':
      return `! inspect ${command.what}`;
    case 'answer':
      return `! answer ${command.quiz} ${command.answer.map((one) => (/[ "]|^$/.test(one) ? escaped(one) : one)).join(' ')}`;
    case 'hint':
    case 'show':
      return `! ${command.kind} ${command.task}`;
    case 'read':
      return `! read ${command.mistake}`;
    case 'skip':
      return `! skip ${command.step}`;
    case 'key':
      return `! key ${command.key}`;
    case 'idle':
      return '! idle';
    case 'say':
      return command.key ? `! say ${command.key}` : '! pause';
    case 'expect':
      return `! expect ${command.what} ${command.ids.join(' ')}`;
    case 'expect-score':
      return `! expect score ${command.compare} ${command.percent}`;
  }
}
