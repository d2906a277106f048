/** What a client hears (RFC 3501 §7): responses, whole and with their literals in place. */
import type { Octets } from '../../base/octets.ts';
import { SYSTEM_FLAGS } from '../../mail/mailbox.ts';
import type { Value } from './client-values.ts';
import { announcedIn, readValues, wordOf } from './client-values.ts';

export type ClientResponse =
  /** RFC 3501 §7.1; `tag` is `*` where there is none. `code` is what stood in brackets, `words` all behind the tag. */
  | {
      readonly kind: 'status';
      readonly tag: string;
      readonly status: 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';
      readonly code: string;
      readonly words: string;
    }
  /** RFC 3501 §7.5: the client may go on. */
  | { readonly kind: 'invitation'; readonly text: string }
  /** In capitals. */
  | { readonly kind: 'capability'; readonly names: readonly string[] }
  /** About the messages of the mailbox, to be read by {@link readNews}. */
  | { readonly kind: 'news'; readonly exists: boolean }
  | { readonly kind: 'other' }
  | { readonly kind: 'senseless' };

const STATUS = /^([^ ]{1,64}) (OK|NO|BAD|BYE|PREAUTH)(?: .*)?$/is;
const NEWS = /^\* [0-9]{1,10} (EXISTS|EXPUNGE|FETCH)(?: |$)/i;

/** Whether a line begins a response that may have literals: words for people may end in anything. */
export const mayHaveLiterals = (line: string): boolean => line.startsWith('* ') && !STATUS.test(line);

/** A response without the line end of its last line. */
export function readResponse(text: Octets): ClientResponse {
  if (text === '+' || text.startsWith('+ ')) return { kind: 'invitation', text: text.slice(2) };
  const news = NEWS.exec(text.slice(0, 64));
  if (news !== null) return { kind: 'news', exists: news[1]!.toUpperCase() === 'EXISTS' };
  const found = STATUS.exec(text);
  if (found !== null) return statusOf(found[1]!, found[2]!.toUpperCase() as 'OK', text);
  if (!text.startsWith('* ')) return { kind: 'senseless' };
  const names = capabilitiesIn(text.slice(2));
  return names === null ? { kind: 'other' } : { kind: 'capability', names };
}

function statusOf(
  tag: string,
  status: Extract<ClientResponse, { kind: 'status' }>['status'],
  text: string,
): ClientResponse {
  const own = status === 'BYE' || status === 'PREAUTH';
  if (own && tag !== '*') return { kind: 'senseless' };
  const words = text.slice(tag.length + 1);
  const bracket = words.startsWith('[', status.length + 1) ? words.indexOf(']') : -1;
  const code = bracket < 0 ? '' : words.slice(status.length + 2, bracket);
  return { kind: 'status', tag, status, code, words };
}

/** Of `CAPABILITY IMAP4rev1 …`, in a response or a response code; null for anything else. */
export function capabilitiesIn(text: string): readonly string[] | null {
  if (!/^CAPABILITY(?: |$)/i.test(text)) return null;
  return text
    .toUpperCase()
    .split(' ')
    .slice(1)
    .filter((name) => name !== '');
}

/** Of a response code `UIDVALIDITY 3857529045`; null for anything else, and for what is no UIDVALIDITY. */
export function uidValidityIn(code: string): number | null {
  const found = /^UIDVALIDITY ([0-9]{1,10})$/i.exec(code);
  return found === null ? null : numberIn(found[1]!);
}

/** A non-zero number of 32 bits (RFC 3501 §9 `nz-number`), or null. */
function numberIn(text: string): number | null {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 4_294_967_295 ? number : null;
}

/** A response about a message, or about how many there are. What a FETCH did not say is null. */
export type News =
  | { readonly kind: 'exists' | 'expunge'; readonly number: number }
  | {
      readonly kind: 'fetch';
      readonly number: number;
      readonly uid: number | null;
      readonly octets: number | null;
      readonly flags: readonly string[] | null;
      /** `BODY[]`. */
      readonly content: Octets | null;
    }
  /** It makes no sense; its first line. */
  | { readonly kind: 'unreadable'; readonly line: string };

/** Reads responses of kind `news` one after the other, each with its line end, for as long as `take` says so. */
export function readNews(text: Octets, take: (news: News) => boolean): void {
  for (let at = 0; at < text.length; ) {
    const end = endOfResponse(text, at);
    if (!take(newsIn(text.slice(at, end - 2) as Octets))) return;
    at = end;
  }
}

/** Behind the line end of the response that begins there. */
function endOfResponse(text: Octets, from: number): number {
  for (let at = from; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return text.length;
    const literal = announcedIn(text.slice(Math.max(at, end - 50), end));
    if (literal === null) return end + 2;
    at = end + 2 + literal;
  }
}

function newsIn(text: Octets): News {
  const space = text.indexOf(' ', 2);
  const digits = text.slice(2, space);
  const next = text.indexOf(' ', space + 1);
  const name = text.slice(space + 1, next < 0 ? text.length : next).toUpperCase();
  // A mailbox may be empty; a message's number is never 0.
  if (name === 'EXISTS') return { kind: 'exists', number: numberIn(digits) ?? 0 };
  const number = numberIn(digits);
  if (number === null) return unreadable(text);
  if (name === 'EXPUNGE') return { kind: 'expunge', number };
  return fetchIn(text, number, next) ?? unreadable(text);
}

const unreadable = (text: string): News => ({
  kind: 'unreadable',
  line: text.slice(0, 512).split('\r\n', 1)[0]!,
});

function fetchIn(text: Octets, number: number, at: number): News | null {
  const list = at < 0 ? undefined : readValues(text, at)?.[0];
  if (list?.kind !== 'list' || list.items.length % 2 !== 0) return null;
  const said: {
    uid: number | null;
    octets: number | null;
    flags: readonly string[] | null;
    content: Octets | null;
  } = { uid: null, octets: null, flags: null, content: null };
  for (let i = 0; i < list.items.length; i += 2) {
    const value = list.items[i + 1]!;
    switch (wordOf(list.items[i])) {
      case 'UID':
        said.uid = value.kind === 'atom' ? numberIn(value.text) : null;
        if (said.uid === null) return null;
        break;
      case 'RFC822.SIZE':
        said.octets = value.kind === 'atom' && /^[0-9]{1,15}$/.test(value.text) ? Number(value.text) : null;
        break;
      case 'FLAGS':
        said.flags = flagsIn(value);
        break;
      case 'BODY[]':
        said.content = value.kind === 'string' ? value.text : null;
        break;
    }
  }
  return {
    kind: 'fetch',
    number,
    uid: said.uid,
    octets: said.octets,
    flags: said.flags,
    content: said.content,
  };
}

/** Each flag once, those of the system in their own spelling and first; `\Recent` is about sessions, not messages. */
function flagsIn(list: Value): readonly string[] | null {
  if (list.kind !== 'list') return null;
  const system = new Set<string>();
  const keywords = new Set<string>();
  for (const item of list.items) {
    if (item.kind !== 'atom') return null;
    const lower = item.text.toLowerCase();
    const known = SYSTEM_FLAGS.find((flag) => flag.toLowerCase() === lower);
    if (known !== undefined) system.add(known);
    else if (lower !== '\\recent') keywords.add(item.text);
  }
  return [...SYSTEM_FLAGS.filter((flag) => system.has(flag)), ...keywords];
}
