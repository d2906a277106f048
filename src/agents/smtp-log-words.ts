/** The lines smtpd(8) writes about a session, and how it counts commands. */
import type { ReplyNote } from '../protocol/note.ts';
import { entryOf, withEntry } from './entries.ts';
import type { LogStyle, SessionLog } from './smtp-log.ts';
import { sessionLogWith } from './smtp-log.ts';
import type { Client } from './smtp-service.ts';

export const shown = ({ name, address }: Client): string => `${name}[${address}]`;

/** What Postfix tells of a TLS connection: with TLS 1.3 also the parts its cipher's name no longer has. */
export const tlsWords = (version: string, cipher: string, bits: number): string =>
  `${version} with cipher ${cipher} (${bits}/${bits} bits)${
    version === 'TLSv1.3'
      ? ' key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256'
      : ''
  }`;

/** Verbs in the order of Postfix's statistics. */
const VERBS = [
  ...['helo', 'ehlo', 'xclient', 'xforward', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'bdat'],
  ...['rset', 'noop', 'vrfy', 'etrn', 'help', 'quit', 'unknown'],
] as const;

/** DATA counts when its letter is answered, AUTH when its exchange is over. */
export function counted(log: SessionLog, { verb, code }: ReplyNote, good: boolean): SessionLog {
  if (verb === 'CONNECT') return log;
  const after = verb === 'END-OF-DATA' || verb === 'LAST-CHUNK' ? 'END-OF-MESSAGE' : verb;
  if (code === '334' || code === '354') return sessionLogWith(log, { after });
  const name = verb === 'END-OF-DATA' ? 'data' : verb === 'LAST-CHUNK' ? 'bdat' : verb.toLowerCase();
  const key = (VERBS as readonly string[]).includes(name) ? name : 'unknown';
  const { well, all } = entryOf(log.counts, key) ?? NONE;
  const count = { id: key, well: good ? well + 1 : well, all: all + 1 };
  return sessionLogWith(log, { after, counts: withEntry(log.counts, count) });
}

const NONE = { well: 0, all: 0 };

/** Lines about what was refused, as smtpd's restrictions and its parser write them. */
export function complaints(log: SessionLog, note: ReplyNote, good: boolean): readonly string[] {
  const { verb, code, enhanced, text, line } = note;
  if (good) return NO_LINES;
  const from = shown(log.client);
  if (verb === 'UNKNOWN' && code === '221') return [`warning: non-SMTP command from ${from}: ${line}`];
  if (enhanced === '5.1.7' || enhanced === '5.1.3')
    return [`warning: Illegal address syntax from ${from} in ${verb} command: ${pathOf(line)}`];
  if (verb === 'ETRN')
    return code === '459' ? [`warning: reject: ETRN ${note.argument}... from ${from}`] : [];
  if (!['CONNECT', 'MAIL', 'RCPT', 'VRFY'].includes(verb) || enhanced.slice(1, 3) === '.5') return [];
  const sender = verb === 'MAIL' ? note.argument : log.sender;
  const who =
    (sender === null ? '' : ` from=<${sender}>`) +
    (verb === 'RCPT' || verb === 'VRFY' ? ` to=<${note.argument}>` : '');
  const helo = log.helo === '' ? '' : ` helo=<${log.helo}>`;
  const status = enhanced === '' ? '' : `${enhanced} `;
  return [
    `${log.letter?.queueId ?? 'NOQUEUE'}: reject: ${verb} from ${from}: ${code} ${status}${text};${who} proto=${log.protocol}${helo}`,
  ];
}

const NO_LINES: readonly string[] = [];

/** The path as typed. */
const pathOf = (line: string): string => /:\s*(\S*)/.exec(line)?.[1] ?? '';

/** `ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`, since Postfix 3.0. */
export function statistics({ dialect }: LogStyle, { counts }: SessionLog): string {
  if (dialect === 'postfix2006') return '';
  let well = 0;
  let all = 0;
  let text = '';
  for (const verb of VERBS) {
    const count = entryOf(counts, verb);
    if (!count) continue;
    well += count.well;
    all += count.all;
    text += ` ${verb}=${ratio(count.well, count.all)}`;
  }
  return `${text} commands=${all === 0 ? '0/0' : ratio(well, all)}`;
}

const ratio = (well: number, all: number): string => (well === all ? String(all) : `${well}/${all}`);
