/** The names servers give to letters in their queue, as each kind of server forms them. */
import type { Clock, Millis } from '../base/time.ts';
import { civilTime } from '../base/time.ts';
import type { ReceivedStyle } from './received.ts';

const HEX = '0123456789ABCDEF';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const UTC: Clock = { epochMs: 0, offsetMinutes: 0 };

/**
 * A queue id from a number: each number of a host gives another id, whatever the time. `number` is an
 * integer from 0 to 2^45; the clock is for the styles whose ids tell the time.
 */
export function queueIdText(style: ReceivedStyle, number: number, now: Millis, clock: Clock = UTC): string {
  switch (style) {
    case 'postfix2006':
      return microseconds(number, now) + inode(number, 0x200000, 21);
    case 'postfix3':
      return microseconds(number, now) + inode(number, 0x40000, 16);
    case 'sendmail8':
      return sendmailId(number, now, clock);
    case 'bizsmtp':
      return bizsmtpId(number, now, clock);
    case 'exim4':
      return eximId(number, now, clock);
    case 'exchange':
      return exchangeId(number);
    case 'qmail':
      return `${Math.floor((clock.epochMs + now) / 1000)}.${process(number)}`;
    case 'pre-esmtp':
      return preEsmtpId(number);
    case 'dovecot-lmtp':
      return dovecotId(number, now, clock);
  }
}

/** The Message-ID (RFC 5322 §3.6.4) that a server of this kind gives to a letter without one, in its angle brackets. */
export function messageIdText(
  style: ReceivedStyle,
  queueId: string,
  now: Millis,
  clock: Clock,
  host: string,
): string {
  const { year, month, day, hour, minute, second } = civilTime({ ...clock, offsetMinutes: 0 }, now);
  const two = (part: number): string => String(part % 100).padStart(2, '0');
  const minutes = two(month) + two(day) + two(hour) + two(minute);
  switch (style) {
    case 'postfix2006':
    case 'postfix3':
    case 'bizsmtp':
    case 'dovecot-lmtp':
      return `<${year}${minutes}${two(second)}.${queueId}@${host}>`;
    case 'sendmail8':
      return `<${year}${minutes}.${queueId}@${host}>`;
    case 'pre-esmtp':
      return `<${two(year)}${minutes}.${queueId}@${host}>`;
    case 'exim4':
      return `<E${queueId}@${host}>`;
    case 'exchange':
      return `<${queueId.replaceAll('-', '')}@${host}>`;
    case 'qmail':
      return `<${year}${minutes}${two(second)}.${queueId.slice(queueId.indexOf('.') + 1)}.qmail@${host}>`;
  }
}

/** `value` in `width` digits of the base of `base` digits; what does not fit is lost. */
function digits(value: number, width: number, alphabet: string, base = alphabet.length): string {
  let rest = value;
  let out = '';
  for (let i = 0; i < width; i++) {
    out = alphabet[rest % base]! + out;
    rest = Math.floor(rest / base);
  }
  return out;
}

/** The numbers below 2^bits among each other, one to one, since the factor is odd. */
const shuffled = (number: number, bits: number): number => (Math.imul(number, 0x9e3779b1) >>> 0) % 2 ** bits;

/** A number below `size` that looks like chance. */
const dust = (number: number, size: number): number =>
  (Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) >>> 7) % size;

/** Postfix begins an id with the microseconds of the second in five hexadecimal digits: `970EB`… */
const microseconds = (number: number, now: Millis): string =>
  digits((now % 1000) * 1000 + dust(number, 1000), 5, HEX);

/**
 * …and ends it with the queue file's inode number: `3B4086`. After 2^bits letters the inodes go on in
 * order.
 */
const inode = (number: number, first: number, bits: number): string =>
  (first + (number < 2 ** bits ? shuffled(number, bits) : number)).toString(16).toUpperCase();

const PID_BITS = 14;
const SEQUENCES = 3600;

/**
 * Sendmail: one digit to base 60 each for year, month, day, hour, minute, second; two for a sequence; the
 * process id.
 */
function sendmailId(number: number, now: Millis, clock: Clock): string {
  const { year, month, day, hour, minute, second } = civilTime(clock, now);
  const time = [year - 1900, month - 1, day, hour, minute, second].map((part) => digits(part, 1, BASE62, 60));
  const process = shuffled(number % 2 ** PID_BITS, PID_BITS);
  const round = Math.floor(number / 2 ** PID_BITS);
  const sequence = digits((round + dust(process, SEQUENCES)) % SEQUENCES, 2, BASE62, 60);
  const pid = 2000 + process + 2 ** PID_BITS * Math.floor(round / SEQUENCES);
  return time.join('') + sequence + String(pid).padStart(6, '0');
}

/** A process id for each number: they look like chance, and after 2^14 letters go on in order. */
const process = (number: number): number =>
  300 + (number < 2 ** PID_BITS ? shuffled(number, PID_BITS) : number);

const EXIM_PID_BITS = 34;

/** Exim to 4.96: seconds, process id and fraction of the second (in 1/2000) to base 62, `1iKxyz-0003aB-4C`. */
function eximId(number: number, now: Millis, clock: Clock): string {
  const instant = clock.epochMs + now;
  const time = digits(Math.floor(instant / 1000), 6, BASE62);
  const many = number >= 2 ** (EXIM_PID_BITS - 1);
  // Beyond any process id the fraction must tell them apart.
  const pid = many ? 2 ** EXIM_PID_BITS + (number % 2 ** EXIM_PID_BITS) : process(number);
  const fraction = many ? Math.floor(number / 2 ** EXIM_PID_BITS) : (instant % 1000) * 2;
  return `${time}-${digits(pid, 6, BASE62)}-${digits(fraction, 2, BASE62)}`;
}

/** Exchange names letters by GUIDs of chance (RFC 4122 §4.4). */
function exchangeId(number: number): string {
  const hex = (seed: number, width: number): string =>
    digits(Math.imul(number + seed, 0x9e3779b1) >>> 0, width, HEX).toLowerCase();
  const node = digits(Math.floor(number / 2 ** 32), 4, HEX) + digits(shuffled(number, 32), 8, HEX);
  return `${hex(1, 8)}-${hex(2, 4)}-4${hex(3, 3)}-9${hex(4, 3)}-${node.toLowerCase()}`;
}

/** Sendmail 5: `AA` and the process id; the letters go on when the process ids have all been. */
function preEsmtpId(number: number): string {
  const round = Math.floor(number / 2 ** PID_BITS);
  const letters = ALPHABET[Math.floor(round / 26) % 26]! + ALPHABET[round % 26]!;
  const pid = 300 + shuffled(number % 2 ** PID_BITS, PID_BITS) + 2 ** PID_BITS * Math.floor(round / 676);
  return letters + String(pid).padStart(5, '0');
}

/** 22 letters as in the course's Dutch notes, the seconds at both ends. */
function bizsmtpId(number: number, now: Millis, clock: Clock): string {
  const time = digits(Math.floor((clock.epochMs + now) / 1000), 5, BASE62);
  const high = (Math.floor(number / 2 ** 32) + dust(number, 3844)) % 3844;
  const letter = digits(high, 2, BASE62) + digits(shuffled(number, 32), 6, BASE62);
  return `${time}10${letter}01${time.slice(1, 4)}${digits(dust(number + 1, 3844), 2, BASE62)}`;
}

/** Dovecot: 16 octets in base64 without padding. */
function dovecotId(number: number, now: Millis, clock: Clock): string {
  const letter = digits(shuffled(number, 32), 6, BASE64) + digits(Math.floor(number / 2 ** 32), 3, BASE64);
  const time = digits(Math.floor((clock.epochMs + now) / 1000), 6, BASE64);
  return `${letter}${time}${digits(dust(number, 2 ** 24), 6, BASE64)}A`;
}
