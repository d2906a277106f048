/**
 * A mailbox as an mbox file (RFC 4155 is the nearest to a standard): lines end in LF, `From sender  date` stands before
 * each message, an empty line behind it. Octet for octet what Postfix' local(8) appends and what Dovecot makes of it.
 */
import type { Octets } from '../base/octets.ts';
import type { Clock } from '../base/time.ts';
import { civilTime, clockTime, daysFromCivil, MONTHS, WEEKDAYS } from '../base/time.ts';
import type { Mailbox, Message } from './mailbox.ts';

/**
 * Who put the messages there: an MTA, which knows nothing of IMAP; Dovecot's LMTP service; or Dovecot, when a client
 * filed them (APPEND, COPY).
 */
export type MboxWriter = 'mta' | 'lmtp' | 'client';

export interface MboxStyle {
  readonly writer: MboxWriter;
  /** Sender of messages that have no Return-Path: `jura@neo.firma1.intr`. */
  readonly owner: string;
  /** Of the host. Its `epochMs` does not matter. */
  readonly clock: Clock;
}

export function mboxText(mailbox: Mailbox, style: MboxStyle): Octets {
  const parts = mailbox.messages.map((message, i) => mboxMessage(message, mailbox, i === 0, style));
  return parts.join('') as Octets;
}

/** One message with the line before and the one behind it; `first` in its mailbox. */
export function mboxMessage(message: Message, mailbox: Mailbox, first: boolean, style: MboxStyle): string {
  const { content, internalDate } = message;
  const lines = content.replaceAll('\r\n', '\n');
  const whole = lines.endsWith('\n') ? lines : `${lines}\n`;
  const text = style.writer === 'mta' ? whole.replace(/^From /gm, '>From ') : whole;
  const end = headerEnd(text);
  // What Dovecot writes has a line of body at least.
  const body = text.slice(end) === '\n' && style.writer !== 'mta' ? '\n\n' : text.slice(end);
  const fields = bookkeeping(message, mailbox, first, style.writer, Math.max(0, body.length - 1));
  return `${fromLine(content, internalDate, style)}\n${text.slice(0, end)}${fields}${body}\n`;
}

/** Where the empty line behind the header begins, or the end of a text that is all header. */
function headerEnd(text: string): number {
  if (text.startsWith('\n')) return 0;
  const at = text.indexOf('\n\n');
  return at < 0 ? text.length : at + 1;
}

/** `From ann@example.org  Wed Feb  1 12:52:24 2006` */
function fromLine(content: string, internalDate: number, { owner, clock }: MboxStyle): string {
  const path = /^Return-Path: <([^\r\n]*)>\r?\n/i.exec(content)?.[1];
  const sender = path === undefined ? owner : path === '' ? 'MAILER-DAEMON' : path;
  const local = { ...clock, epochMs: 0 };
  const { weekday, month, day, year } = civilTime(local, internalDate);
  const date = `${WEEKDAYS[weekday]} ${MONTHS[month - 1]} ${String(day).padStart(2)}`;
  return `From ${sender}  ${date} ${clockTime(local, internalDate)} ${year}`;
}

const STATUS_LETTERS: readonly (readonly [string, string])[] = [
  ['\\Answered', 'A'],
  ['\\Flagged', 'F'],
  ['\\Draft', 'T'],
  ['\\Deleted', 'D'],
];

/** Octets Dovecot leaves free in a header, so that it can change flags without moving the rest of the file. */
const FREE = 50;

/** What Dovecot keeps in the header: nothing yet in a message from an MTA that no session has seen. */
function bookkeeping(
  { uid, flags }: Message,
  mailbox: Mailbox,
  first: boolean,
  writer: MboxWriter,
  bodyOctets: number,
): string {
  const known = uid < mailbox.recentFrom;
  if (writer === 'mta' && !known) return '';
  const names = mailbox.keywords.map((keyword) => ` ${keyword}`).join('');
  const last = (writer === 'mta' ? mailbox.recentFrom : mailbox.uidNext) - 1;
  const base = first ? `X-IMAPbase: ${mailbox.uidValidity} ${String(last).padStart(10, '0')}${names}\n` : '';
  const free = first ? FREE - names.length : FREE;
  const letters = STATUS_LETTERS.filter(([flag]) => flags.includes(flag)).map(([, letter]) => letter);
  const marks = letters.length > 0 ? `X-Status: ${letters.join('')}\n` : '';
  const read = `${flags.includes('\\Seen') ? 'R' : ''}${known ? 'O' : ''}`;
  const keywords = flags.filter((flag) => !flag.startsWith('\\')).map((keyword) => ` ${keyword}`);
  const listed = keywords.join('');
  if (writer === 'mta') {
    const status = flags.length > keywords.length ? `Status: ${read}\n` : '';
    const line = listed === '' ? '' : `X-Keywords:${listed}\n`;
    return `${base}X-UID: ${uid}${blanks(free - status.length - marks.length - line.length)}\n${status}${marks}${line}`;
  }
  const length = `Content-Length: ${bodyOctets}\n`;
  // It makes room for the longest length; what was there from the start took none of it.
  const later = writer === 'lmtp' ? read.length + marks.length + listed.length : known ? 1 : 0;
  const room = free + LONGEST_LENGTH - length.length - later;
  return `${base}X-UID: ${uid}\nStatus: ${read}\n${marks}X-Keywords:${listed}${blanks(room)}\n${length}`;
}

/** Octets of a Content-Length line, as far as {@link FREE} is concerned. */
const LONGEST_LENGTH = 41;

const blanks = (count: number): string => ' '.repeat(Math.max(0, count));

/** A message as it stands in an mbox. */
export interface MboxMessage {
  /** Of its `From ` line: milliseconds since 1970, as though that were UTC. */
  readonly date: number;
  /** Lines end in CRLF; without what {@link mboxText} adds for Dovecot's sake, quoting left as it is. */
  readonly content: Octets;
  readonly flags: readonly string[];
}

export interface MboxFile {
  /** What stands before the first `From ` line: a mailbox with it is none, to all that read it. */
  readonly torn: Octets;
  readonly messages: readonly MboxMessage[];
}

/** What makes a line that begins with `From ` the start of a message: a date at its end, as asctime(3) writes it. */
const FROM_DATE =
  / (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d)(?::(\d\d))? (\d{4})$/;

/** No sender is longer than this. */
const FROM_LINE_LIMIT = 1000;

/** The date of a `From ` line that begins at `start`; null: it is none. */
function fromDate(text: string, start: number): number | null {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? text.length : end);
  if (line.length > FROM_LINE_LIMIT) return null;
  const [found, month = '', day, hour, minute, second, year] = FROM_DATE.exec(line) ?? [];
  const number = MONTHS.indexOf(month as (typeof MONTHS)[number]) + 1;
  if (found === undefined || number === 0) return null;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0);
  return (daysFromCivil(Number(year), number, Number(day)) * 86_400 + seconds) * 1000;
}

/** Reads an mbox that anybody may have edited. */
export function parseMbox(text: Octets): MboxFile {
  const starts: { readonly at: number; readonly date: number }[] = [];
  for (let at = text.startsWith('From ') ? 0 : text.indexOf('\nFrom ') + 1; ; ) {
    if (!text.startsWith('From ', at)) break;
    const date = fromDate(text, at);
    if (date !== null) starts.push({ at, date });
    const next = text.indexOf('\nFrom ', at);
    if (next < 0) break;
    at = next + 1;
  }
  const messages = starts.map(({ at, date }, i) =>
    messageIn(text.slice(at, starts[i + 1]?.at ?? text.length), date),
  );
  return { torn: text.slice(0, starts[0]?.at ?? text.length) as Octets, messages };
}

const STATUS_FIELD = /^(Status|X-Status|X-Keywords|X-UID|X-IMAP|X-IMAPbase|Content-Length):(.*)\n/gim;

/** `text`: from its `From ` line up to the next one. */
function messageIn(text: string, date: number): MboxMessage {
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0) return { date, content: '' as Octets, flags: [] };
  const rest = text.slice(lineEnd + 1);
  const whole = rest.endsWith('\n\n') || rest === '\n' ? rest.slice(0, -1) : rest;
  const end = headerEnd(whole);
  const flags: string[] = [];
  const header = whole.slice(0, end).replace(STATUS_FIELD, (_line, name: string, value: string) => {
    flags.push(...flagsIn(name.toLowerCase(), value));
    return '';
  });
  const lines = (header + whole.slice(end)).replace(/\r?\n/g, '\r\n');
  const content = lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`;
  return { date, content: content as Octets, flags };
}

function flagsIn(field: string, value: string): readonly string[] {
  if (field === 'status') return value.includes('R') ? ['\\Seen'] : [];
  if (field === 'x-keywords') return value.split(' ').filter((word) => word !== '' && !word.startsWith('\\'));
  if (field !== 'x-status') return [];
  return STATUS_LETTERS.filter(([, letter]) => value.includes(letter)).map(([flag]) => flag);
}
