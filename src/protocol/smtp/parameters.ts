/** Parameters of MAIL and RCPT (RFC 5321 §4.1.1.11), one reader for each; what is wrong with them is a reply's name. */
import type { Octets } from '../../base/octets.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { supports } from './extensions.ts';
import type { ReplyName } from './replies.ts';
import type { SmtpServerState } from './session.ts';
import type { MailParameters, RcptParameters } from './types.ts';
import { NO_MAIL_PARAMETERS, NO_RCPT_PARAMETERS } from './types.ts';

export interface Wrong {
  readonly wrong: ReplyName;
  /** As typed. */
  readonly parameter: string;
}

/** A parameter as typed, its keyword in upper case, and what stands behind `=` (null: no `=`). */
interface Parameter {
  readonly typed: string;
  readonly keyword: string;
  readonly value: string | null;
}

function parse(typed: string): Parameter {
  const equals = typed.indexOf('=');
  const keyword = (equals < 0 ? typed : typed.slice(0, equals)).toUpperCase();
  return { typed, keyword, value: equals < 0 ? null : typed.slice(equals + 1) };
}

export function mailParameters(session: SmtpServerState, words: readonly string[]): MailParameters | Wrong {
  let read = NO_MAIL_PARAMETERS;
  for (const word of words) {
    const next = mailParameter(session, read, parse(word));
    if (typeof next === 'string') return { wrong: next, parameter: word };
    read = next;
  }
  return isTooLarge(session, read.size) ? { wrong: 'R552TooLarge', parameter: sizeOf(words) } : read;
}

/** The last one counts. */
const sizeOf = (words: readonly string[]): string => words.findLast((word) => /^SIZE=/i.test(word)) ?? '';

/** Judged when all has been read. */
function isTooLarge({ config }: SmtpServerState, octets: number | null): boolean {
  if (octets === null) return false;
  return config.sizeLimit > 0 ? octets > config.sizeLimit : octets > Number.MAX_SAFE_INTEGER;
}

function mailParameter(
  session: SmtpServerState,
  read: MailParameters,
  { keyword, value }: Parameter,
): MailParameters | ReplyName {
  const { strictSize, passesOver } = DIALECTS[session.config.dialect].paths;
  if (passesOver.includes(keyword)) return read;
  switch (keyword) {
    case 'SIZE':
      if ((value === null && strictSize) || !supports(session, 'SIZE')) return 'R555Parameter';
      return size(read, value ?? '', strictSize);
    case 'BODY': {
      const body = value?.toUpperCase();
      if (!supports(session, '8BITMIME') || value === null) return 'R555Parameter';
      return body === '7BIT' || body === '8BITMIME' ? { ...read, body } : 'R501BadBody';
    }
    case 'SMTPUTF8':
      if (value !== null || !supports(session, 'SMTPUTF8')) return 'R555Parameter';
      return { ...read, utf8: true };
    case 'RET': {
      if (value === null || !supports(session, 'DSN')) return 'R555Parameter';
      const ret = value.toUpperCase();
      if ((ret !== 'FULL' && ret !== 'HDRS') || read.ret !== '') return 'R501BadRet';
      return { ...read, ret };
    }
    case 'ENVID': {
      if (value === null || !supports(session, 'DSN')) return 'R555Parameter';
      // Up to its NUL, as C has it.
      const envid = decodeXtext(value)?.split('\0', 1)[0] ?? '';
      if (!/^[\x20-\x7e]+$/.test(envid) || read.envid !== '') return 'R501BadEnvid';
      return { ...read, envid };
    }
    case 'AUTH':
      // RFC 4954 §5: a server that does not trust the client may ignore who it says submitted the letter, as this does.
      return value !== null && DIALECTS[session.config.dialect].offers.includes('AUTH')
        ? read
        : 'R555Parameter';
    default:
      return 'R555Parameter';
  }
}

/** RFC 1870 §4. Numbers beyond 63 bits are no sizes of any file. */
function size(read: MailParameters, value: string, strict: boolean): MailParameters | ReplyName {
  // Read as C reads numbers: words say nothing, and what is below zero is very much.
  if (!strict && /^-\d/.test(value)) return 'R552Absurd';
  if (!strict && !/^\d/.test(value)) return read;
  if (!/^\d+$/.test(value)) return 'R501BadSize';
  if (value.length > 15 && BigInt(value.slice(0, 40)) >= 2n ** 63n) return 'R552Absurd';
  return { ...read, size: Number(value) };
}

export function rcptParameters(session: SmtpServerState, words: readonly string[]): RcptParameters | Wrong {
  let read = NO_RCPT_PARAMETERS;
  for (const word of words) {
    const next = rcptParameter(session, read, parse(word));
    if (typeof next === 'string') return { wrong: next, parameter: word };
    read = next;
  }
  return read;
}

function rcptParameter(
  session: SmtpServerState,
  read: RcptParameters,
  { keyword, value }: Parameter,
): RcptParameters | ReplyName {
  if (value === null || !supports(session, 'DSN')) return 'R555Parameter';
  if (keyword === 'NOTIFY') {
    const notify = read.notify.length === 0 ? notifyOf(value) : null;
    return notify === null ? 'R501BadNotify' : { ...read, notify };
  }
  if (keyword === 'ORCPT') {
    const orcpt = read.orcpt === '' ? orcptOf(value) : null;
    return orcpt === null ? 'R501BadOrcpt' : { ...read, orcpt };
  }
  return 'R555Parameter';
}

/** RFC 3461 §4.1: NEVER alone, or any of the others. Empty items of the list are passed over, as Postfix does. */
function notifyOf(value: string): RcptParameters['notify'] | null {
  const words = value
    .toUpperCase()
    .split(',')
    .filter((word) => word !== '');
  const known = words.filter(isNotify);
  if (known.length === 0 || known.length < words.length) return null;
  const distinct = [...new Set(known)];
  return distinct.includes('NEVER') && distinct.length > 1 ? null : distinct;
}

const isNotify = (word: string): word is RcptParameters['notify'][number] =>
  word === 'NEVER' || word === 'SUCCESS' || word === 'FAILURE' || word === 'DELAY';

/** RFC 3461 §4.2: `address-type;xtext`. */
function orcptOf(value: string): string | null {
  const semicolon = value.indexOf(';');
  // RFC 6533 §3: that type has an encoding of its own.
  if (/^utf-8;./i.test(value)) return value;
  const address = semicolon <= 0 ? null : decodeXtext(value.slice(semicolon + 1), true);
  return address === null ? null : `${value.slice(0, semicolon)};${address}`;
}

/** RFC 3461 §4: `+` and two hexadecimal digits stand for an octet. null for what is no xtext. */
export function decodeXtext(text: string, eightBit = false): Octets | null {
  if (!eightBit && /[^\x21-\x7e]/.test(text)) return null;
  if (/\+(?![0-9A-Fa-f]{2})/.test(text)) return null;
  return text.replace(/\+([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  ) as Octets;
}

/** Text as xtext: everything but printable ASCII, and `+` and `=`, as `+` and two digits. */
export const encodeXtext = (text: string): string =>
  text.replace(
    /[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g,
    (char) => `+${(char.charCodeAt(0) & 255).toString(16).toUpperCase().padStart(2, '0')}`,
  );
