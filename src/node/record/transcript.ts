/**
 * The written form of recordings. `C:` and `S:` open a line said by the client or the server and CRLF ends it; octets
 * that do not print stand in angle brackets. Whatever differs from one run to the next becomes a place-holder.
 */
import type { Conversation, Said } from './converse.ts';

const LEGEND = [
  'Lines end in CRLF unless <LF> or <CR> says otherwise; <end> is a chunk sent without a line end.',
  'M: a line of a mailbox file, J: of the log, $ a command typed at the host and O: a line it prints (these end in LF).',
  'Other octets that do not print are <NUL>, <TAB> or <0xNN>, a space at the end <SP>; <2000 x "a"> is a long run of one octet.',
  'Place-holders: <queue-id>, <date>, <time>, <pid>, <delay> and the like, numbered from the second on.',
];

export interface Recording {
  /** File name without its ending, e.g. `postfix-rcpt`. */
  readonly name: string;
  /** What a reader must know: server, version, settings. One comment line each. */
  readonly head: readonly string[];
  readonly body: string;
}

/** Shows a line's octets. Runs of 80 or more of one character are counted instead of printed. */
export function showOctets(text: string): string {
  return text.replace(/([\s\S])\1{79,}|[^ -~]/g, (run, repeated?: string) => {
    if (repeated !== undefined && run.length >= 80) return `<${run.length} x "${showOctets(repeated)}">`;
    const code = run.charCodeAt(0);
    if (code === 0) return '<NUL>';
    if (code === 9) return '<TAB>';
    if (code === 10) return '<LF>';
    if (code === 13) return '<CR>';
    return `<0x${code.toString(16).toUpperCase().padStart(2, '0')}>`;
  });
}

/** What one side said, one mark before each line. */
export function showChunk(mark: string, octets: string): string[] {
  const lines: string[] = [];
  for (const match of octets.matchAll(/([^\n]*?)(\r\n|\n|$)/g)) {
    const [whole, text = '', eol = ''] = match;
    if (whole === '') continue;
    const ending = eol === '\r\n' ? '' : eol === '\n' ? '<LF>' : '<end>';
    const shown =
      text === '' && ending === '' ? mark : `${mark} ${showOctets(text).replace(/ $/, '<SP>')}${ending}`;
    lines.push(shown);
  }
  return lines;
}

/** Many equal lines become one and a count. */
function counted(lines: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    let next = i + 1;
    while (next < lines.length && lines[next] === lines[i]) next++;
    if (next - i >= 20) out.push(lines[i]!, `# ... that line ${next - i} times`);
    else out.push(...lines.slice(i, next));
    i = next;
  }
  return out;
}

/** Text that was never on the wire (a stored letter, a log, a program's output), one mark before each line. */
export function showText(mark: string, text: string): string {
  const lines = showChunk(
    mark,
    text.replace(/\r?\n/g, (eol) => (eol === '\n' ? '\r\n' : '\r\r\n')),
  );
  return counted(lines)
    .map((line) => `${line}\n`)
    .join('');
}

/** Adjacent chunks of one side are one: how TCP cut a reply is no property of the server. */
function joined(said: readonly Said[]): Said[] {
  const out: Said[] = [];
  for (const chunk of said) {
    const last = out.at(-1);
    if (chunk.who === 'server' && last?.who === 'server')
      out[out.length - 1] = { who: 'server', octets: last.octets + chunk.octets };
    else out.push(chunk);
  }
  return out;
}

export function showConversation(conversation: Conversation): string {
  const { session, said, closedBy } = conversation;
  const lines = [`# --- ${showOctets(session.title)} (client ${session.from})`];
  for (const chunk of joined(said))
    if (chunk.who === 'tls') lines.push(`# ${chunk.octets}`);
    else lines.push(...counted(showChunk(chunk.who === 'client' ? 'C:' : 'S:', chunk.octets)));
  lines.push(`# the ${closedBy} closes`);
  return `${lines.join('\n')}\n`;
}

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';

/** A volatile part: `numbered` ones keep their identity within a recording (`<queue-id>`, `<queue-id-2>`). */
export interface Volatile {
  readonly pattern: RegExp;
  readonly name: string;
  readonly numbered: boolean;
}

export const COMMON_VOLATILES: readonly Volatile[] = [
  {
    pattern: new RegExp(
      `(?:${DAYS}), [ \\d]?\\d (?:${MONTHS}) 20[2-9]\\d \\d\\d:\\d\\d:\\d\\d (?:[-+]\\d{4}|GMT)`,
      'g',
    ),
    name: 'date',
    numbered: false,
  },
  {
    pattern: new RegExp(`(?:${DAYS}) (?:${MONTHS}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d 20[2-9]\\d`, 'g'),
    name: 'ctime',
    numbered: false,
  },
  {
    pattern: new RegExp(`(?:${DAYS}) (?:${MONTHS}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d`, 'g'),
    name: 'queue-time',
    numbered: false,
  },
  {
    pattern: new RegExp(`(?<=^(?:J: )?)(?:${MONTHS}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d`, 'gm'),
    name: 'time',
    numbered: false,
  },
];

/** Replaces every volatile part. A pattern's first group, if it has one, is the part replaced. */
export function scrub(text: string, volatiles: readonly Volatile[]): string {
  let out = text;
  for (const { pattern, name, numbered } of volatiles) {
    const seen = new Map<string, string>();
    out = out.replace(pattern, (whole: string, ...rest: unknown[]) => {
      const part = typeof rest[0] === 'string' ? rest[0] : whole;
      let holder = seen.get(part);
      if (holder === undefined) {
        holder = !numbered || seen.size === 0 ? `<${name}>` : `<${name}-${seen.size + 1}>`;
        seen.set(part, holder);
      }
      return whole.replace(part, () => holder);
    });
  }
  return out;
}

/**
 * Replaces names that have no form of their own (short queue ids), first found by `where`: a pattern whose first group
 * is the name in a place where nothing else stands.
 */
export function scrubNames(text: string, where: RegExp, name: string): string {
  const holders = new Map<string, string>();
  for (const match of text.matchAll(where)) {
    const id = match[1];
    if (id !== undefined && !holders.has(id))
      holders.set(id, holders.size === 0 ? `<${name}>` : `<${name}-${holders.size + 1}>`);
  }
  return text.replace(/(?<![0-9A-Za-z])[0-9A-Za-z]+(?![0-9A-Za-z])/g, (word) => holders.get(word) ?? word);
}

/** The text of a recording's file. Throws when a name of this machine would be published with it. */
export function showRecording(recording: Recording, forbidden: readonly string[]): string {
  const head = [...recording.head, ...LEGEND].map((line) => `# ${line}`).join('\n');
  const text = `${head}\n\n${recording.body.trimEnd()}\n`;
  for (const word of forbidden)
    if (text.includes(word)) throw new Error(`recording ${recording.name} would publish "${word}"`);
  return text;
}
