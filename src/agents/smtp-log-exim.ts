/** The lines Exim's mainlog has about a session: only what was refused, and what broke off. */
import type { Millis } from '../base/time.ts';
import type { ReplyNote } from '../protocol/note.ts';
import { claimOf } from './smtp-log-login.ts';
import type { SessionLog, SessionWords } from './smtp-log-session.ts';
import { isGood } from './smtp-log-session.ts';
import type { Client } from './smtp-service.ts';

const NO_LINES: readonly string[] = [];

/** `name (what it said in HELO, if that is another) [address]`. */
export function eximHost({ name, address }: Client, helo: string): string {
  const known = name !== 'unknown' && name !== '';
  const said =
    helo === '' || helo.toLowerCase() === name.toLowerCase() || helo === `[${address}]` ? '' : `(${helo}) `;
  return `${known ? `${name} ` : ''}${said}[${address}]`;
}

const hostOf = ({ client, helo }: SessionLog): string => eximHost(client, helo);

/** Without blanks at its end; octets that do not print as C writes them, NUL as `?`. */
const shown = (line: string): string =>
  line
    .trimEnd()
    .replaceAll('\0', '?')
    .replaceAll('\r', '\\r')
    .replace(/[^\x20-\x7e\t]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** What stands behind the keyword. */
const operandOf = (line: string): string => /^\S+\s*(.*?)\s*$/s.exec(line)?.[1] ?? '';

function syntaxError(log: SessionLog, { line, text }: ReplyNote): string {
  return `SMTP syntax error in "${shown(line)}" H=${hostOf(log)} ${withoutAddress(line, text) ?? text}`;
}

/** The reply quotes the address in front; the log has it in the line already. */
function withoutAddress(line: string, text: string): string | null {
  const typed = line.slice(line.indexOf(':') + 1).trim();
  if (text.startsWith(`${typed}: `)) return text.slice(typed.length + 2);
  return null;
}

function protocolError(log: SessionLog, { verb, line, text }: ReplyNote): string {
  const why = text.startsWith('All RCPT') ? `valid RCPT command must precede ${verb}` : text;
  return `SMTP protocol error in "${shown(line)}" H=${hostOf(log)} ${why}`;
}

const nulPresent = (log: SessionLog, { line }: ReplyNote): string =>
  `SMTP syntax error in "${shown(line)}" H=${hostOf(log)} NUL character(s) present (shown as '?')`;

/** A local part alone, where a domain must stand. */
const unqualified = (log: SessionLog, what: string, { text }: ReplyNote): string =>
  `unqualified ${what} rejected: ${bracketed(text.slice(0, text.indexOf(': ')))} H=${hostOf(log)}`;

const bracketed = (typed: string): string => (typed.startsWith('<') ? typed : `<${typed}>`);

const WANTS_DOMAIN = /: \w+ address must contain a domain$/;

function hello(log: SessionLog, { verb, line }: ReplyNote): string {
  const said = shown(operandOf(line)) || '(no argument given)';
  return `rejected ${verb} from ${hostOf(log)}: syntactically invalid argument(s): ${said}`;
}

function mail(log: SessionLog, note: ReplyNote, limit: number): string {
  const { code, text, line, argument } = note;
  if (text === 'HELO or EHLO required') return `rejected MAIL from ${hostOf(log)}: no HELO/EHLO given`;
  if (code === '552') {
    // Below zero, to who reads it as C does, is very much.
    const size = Number(/SIZE=(-?\d+)/i.exec(line)?.[1] ?? 0);
    const told = size < 0 || size >= MOST_SIZE ? `>=${MOST_SIZE}` : `=${size}`;
    return `rejected MAIL FROM:<${argument}> H=${hostOf(log)}: message too big: size${told} max=${limit}`;
  }
  if (code === '503' || text.endsWith(' operand')) return protocolError(log, note);
  return WANTS_DOMAIN.test(text) ? unqualified(log, 'sender', note) : syntaxError(log, note);
}

/** Larger numbers Exim does not read. */
const MOST_SIZE = 2_147_483_647;

function rcpt(log: SessionLog, note: ReplyNote): string {
  const { code, text, line } = note;
  const sender = log.sender ?? '';
  if (code === '503') return protocolError(log, note);
  if (code === '452')
    return `too many recipients: excess temporarily rejected: sender=<${sender}> H=${hostOf(log)}`;
  if (code === '501')
    return WANTS_DOMAIN.test(text) ? unqualified(log, 'recipient', note) : syntaxError(log, note);
  const how = code < '500' ? 'temporarily rejected' : 'rejected';
  return `H=${hostOf(log)} F=<${sender}> ${how} RCPT <${pathIn(line)}>: ${text}`;
}

/** What stands in the brackets, source route and all. */
function pathIn(line: string): string {
  const typed = line.slice(line.indexOf(':') + 1).trim();
  return /^<(.*?)>(?= |$)/.exec(typed)?.[1] ?? typed;
}

/** What Debian calls the drivers. */
export const eximDriver = (mechanism: string): string =>
  `${mechanism.toLowerCase().replaceAll('-', '_')}_server`;

function auth(log: SessionLog, note: ReplyNote): readonly string[] {
  const { code, text } = note;
  if (code === '503' || code === '504') return [protocolError(log, note)];
  const { mechanism, user } = claimOf(log, note);
  const who = code === '535' && user !== null ? ` (set_id=${user})` : '';
  return [`${eximDriver(mechanism)} authenticator failed for ${hostOf(log)}: ${code} ${text}${who}`];
}

function refused(log: SessionLog, note: ReplyNote, limit: number): readonly string[] {
  const { verb, code, text } = note;
  // The line that tells of this shows what came next; that is not known here.
  if (text === 'SMTP synchronization error') return NO_LINES;
  if (note.line.includes('\0')) return [nulPresent(log, note)];
  switch (verb) {
    case 'HELO':
    case 'EHLO':
      return code === '501' ? [hello(log, note)] : [protocolError(log, note)];
    case 'MAIL':
      return [mail(log, note, limit)];
    case 'RCPT':
      return [rcpt(log, note)];
    case 'AUTH':
      return auth(log, note);
    case 'VRFY':
      if (code === '252') return [`H=${hostOf(log)} rejected VRFY ${operandOf(note.line)}`];
      return [WANTS_DOMAIN.test(text) ? unqualified(log, 'verify', note) : syntaxError(log, note)];
    case 'EXPN':
      return [`H=${hostOf(log)} rejected EXPN ${operandOf(note.line)}`];
    case 'ETRN':
      if (code === '503') return [protocolError(log, note)];
      return [
        `ETRN ${operandOf(note.line)} received from ${hostOf(log)}`,
        ...(code === '458' ? [`H=${hostOf(log)} rejected ETRN ${operandOf(note.line)}`] : []),
      ];
    case 'END-OF-DATA':
    case 'LAST-CHUNK':
      if (code !== '552') return NO_LINES;
      return [
        `${log.letter?.queueId ?? ''} rejected from <${log.sender ?? ''}> H=${hostOf(log)}: message too big: read=${limit + 1} max=${limit}`,
      ];
    case 'UNKNOWN':
      return [`SMTP syntax error in "${shown(note.line)}" H=${hostOf(log)} unrecognized command`];
    case 'CONNECT':
      return NO_LINES;
    case 'DATA':
    case 'BDAT':
      // Who may send in bunches cannot know yet that nobody was accepted.
      if (text.startsWith('All RCPT') && log.protocol === 'ESMTP' && log.sender !== null) return NO_LINES;
      return [code === '501' && verb === 'DATA' ? syntaxError(log, note) : protocolError(log, note)];
    default:
      return [code === '503' ? protocolError(log, note) : syntaxError(log, note)];
  }
}

/** Had enough: what is said of the last command. */
function dropped(log: SessionLog, { line, text, verb }: ReplyNote): string {
  const call = `SMTP call from ${hostOf(log)} dropped: too many`;
  if (text.startsWith('Too many nonmail')) return `${call} nonmail commands (last was "${verb}")`;
  if (text.startsWith('Too many unrecognized'))
    return `${call} unrecognized commands (last was "${shown(line)}")`;
  const commands = log.commands.length === 0 ? ' NULL' : `  C=${log.commands.join(',')}`;
  return `${call} syntax or protocol errors (last command was "${shown(line)}",${commands})`;
}

/** `5m`, `1h2m3s`; what is shorter than five seconds in thousandths. */
export function eximDuration(ms: Millis): string {
  if (ms < 5000) return `${(ms / 1000).toFixed(3)}s`;
  const all = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(all / 604_800), 'w'],
    [Math.floor(all / 86_400) % 7, 'd'],
    [Math.floor(all / 3600) % 24, 'h'],
    [Math.floor(all / 60) % 60, 'm'],
    [all % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
}

export const eximSessionWords: SessionWords = {
  remembers: 20,
  names: 'first-recipient',
  opened: ({ client }) =>
    client.name === 'unknown' ? [`no host name found for IP address ${client.address}`] : NO_LINES,
  secured: () => NO_LINES,
  replied: (log, note, { limit }) => {
    const { verb, code, text, state } = note;
    const lines = isGood(note) && code !== '252' ? NO_LINES : refused(log, note, limit);
    if (state !== 'closed' || verb === 'QUIT' || code < '500' || text.startsWith('SMTP sync')) return lines;
    return [...(text.startsWith('Too many nonmail') ? NO_LINES : lines), dropped(log, note)];
  },
  dismissed: (log, { text }, timedOut) => {
    if (timedOut && text.includes('data timeout'))
      return [
        `SMTP data timeout (message abandoned) on connection from ${hostOf(log)} F=<${log.sender ?? ''}>`,
      ];
    return timedOut ? [`SMTP command timeout on connection from ${hostOf(log)}`] : NO_LINES;
  },
  named: () => NO_LINES,
  ended: (log, { broken, inside, at }) => {
    if (broken !== 'closed') return NO_LINES;
    if (inside) return [`SMTP connection from ${hostOf(log)} lost while reading message data (after header)`];
    const after = eximDuration(at - log.openedAt);
    return [`unexpected disconnection while reading SMTP command from ${hostOf(log)} D=${after}`];
  },
};
