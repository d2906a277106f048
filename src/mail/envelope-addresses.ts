/**
 * Address lists (RFC 5322 §3.4, §4.4) as the envelope of RFC 3501 §7.4.2 wants them: with source routes, groups marked
 * by a begin and an end, and Dovecot's words in the place of what is missing.
 */
import type { Octets } from '../base/octets.ts';
import type { Rest, TokenReader } from './tokens.ts';
import {
  isAtext,
  peek,
  readAtom,
  readDomain,
  readPhrase,
  readQuoted,
  skipBlanks,
  tokenReader,
} from './tokens.ts';

/**
 * One address. Where only the mailbox is given a group of that name begins; where nothing is, it ends.
 */
export interface EnvelopeAddress {
  readonly name: Octets | null;
  readonly route: Octets | null;
  readonly mailbox: Octets | null;
  readonly host: Octets | null;
}

/** An address while it is read. */
interface Draft {
  name: string | null;
  route: string | null;
  mailbox: string | null;
  host: string | null;
  /** No mailbox@host and no name to it. */
  wrong: boolean;
}

interface Reading {
  readonly reader: TokenReader;
  readonly found: EnvelopeAddress[];
  draft: Draft;
}

const emptyDraft = (): Draft => ({ name: null, route: null, mailbox: null, host: null, wrong: false });

/** The addresses of a field's value, folds and all. Never fails. */
export function parseEnvelopeAddresses(value: Octets): readonly EnvelopeAddress[] {
  const reading: Reading = { reader: tokenReader(value), found: [], draft: emptyDraft() };
  const { reader } = reading;
  if (skipBlanks(reader) !== 'more') return reading.found;
  while (readAddress(reading) !== 'end' && peek(reader) === ',') {
    reader.at++;
    const rest = skipBlanks(reader);
    // A comment that nothing closes counts as an address.
    if (rest === 'wrong') addMailbox(reading);
    if (rest !== 'more') break;
  }
  return reading.found;
}

function addDraft(reading: Reading): void {
  const { name, route, mailbox, host } = reading.draft;
  reading.found.push({ name, route, mailbox, host } as EnvelopeAddress);
  reading.draft = emptyDraft();
}

function addMailbox(reading: Reading): void {
  const { draft } = reading;
  draft.mailbox ??= 'MISSING_MAILBOX';
  draft.host ||= 'MISSING_DOMAIN';
  addDraft(reading);
}

/** A group or a mailbox. */
function readAddress(reading: Reading): Rest {
  const { reader } = reading;
  const start = reader.at;
  reader.out = '';
  if (readPhrase(reader) === 'more' && peek(reader) === ':') return readGroup(reading);
  reader.at = start;
  return readMailbox(reading);
}

/** A group behind its name, which is what was read. */
function readGroup(reading: Reading): Rest {
  const { reader, draft } = reading;
  draft.mailbox = reader.out;
  reader.at++;
  let rest = skipBlanks(reader);
  addDraft(reading);
  if (rest === 'more' && peek(reader) !== ';') rest = readMembers(reading);
  if (rest !== 'wrong' && peek(reader) === ';') {
    reader.at++;
    rest = skipBlanks(reader);
  } else rest = 'wrong';
  addDraft(reading);
  // Whatever was wrong, it was a group.
  return rest === 'end' ? 'end' : 'more';
}

function readMembers(reading: Reading): Rest {
  const { reader } = reading;
  for (;;) {
    readMailbox(reading);
    if (peek(reader) !== ',') return 'more';
    reader.at++;
    if (skipBlanks(reader) !== 'more') return 'wrong';
  }
}

function readMailbox(reading: Reading): Rest {
  const { reader, draft } = reading;
  const start = reader.at;
  let rest = readNameAndAngle(reading);
  if (rest === null) {
    reader.at = start;
    rest = readAddressOrName(reading);
    if (draft.wrong && draft.name === null && draft.mailbox !== null && draft.host === null) {
      draft.name = draft.mailbox;
      draft.mailbox = null;
    }
  }
  addMailbox(reading);
  return rest;
}

/** `name <mailbox@host>` (RFC 5322 §3.4 name-addr); null when there is no bracket. */
function readNameAndAngle({ reader, draft }: Reading): Rest | null {
  reader.out = '';
  if (readPhrase(reader) !== 'more' || peek(reader) !== '<') return null;
  draft.name = reader.out === '' ? null : reader.out;
  if (readAngle(reader, draft) === 'wrong') draft.host = 'SYNTAX_ERROR';
  return peek(reader) === '' ? 'end' : 'more';
}

/** `<@route:mailbox@host>` (RFC 5322 §4.4 obs-angle-addr). */
function readAngle(reader: TokenReader, draft: Draft): Rest {
  reader.at++;
  if (skipBlanks(reader) !== 'more') return 'wrong';
  if (peek(reader) === '@') {
    if (readRoute(reader, draft) === 'more' && peek(reader) === ':') reader.at++;
    else {
      draft.route = 'INVALID_ROUTE';
      if (peek(reader) === '') return 'wrong';
    }
    if (skipBlanks(reader) !== 'more') return 'wrong';
  }
  if (peek(reader) !== '>') {
    if (readLocalPart(reader, draft) !== 'more') return 'wrong';
    if (peek(reader) === '@' && readHost(reader, draft) !== 'more') return 'wrong';
  }
  if (peek(reader) !== '>') return 'wrong';
  reader.at++;
  return skipBlanks(reader);
}

/** `@one,@two` (RFC 5322 §4.4 obs-domain-list). */
function readRoute(reader: TokenReader, draft: Draft): Rest {
  let route = '';
  for (;;) {
    if (peek(reader) === '') return 'end';
    if (peek(reader) !== '@') break;
    reader.out = '';
    const rest = readDomain(reader);
    if (rest !== 'more') return rest;
    route += `${route === '' ? '' : ','}@${reader.out}`;
    while (skipBlanks(reader) === 'more' && peek(reader) === ',') reader.at++;
  }
  draft.route = route;
  return 'more';
}

function readLocalPart(reader: TokenReader, draft: Draft): Rest {
  reader.out = '';
  const rest = peek(reader) === '"' ? readQuoted(reader) : readDottedAtoms(reader);
  if (rest !== 'wrong') draft.mailbox = reader.out;
  return rest;
}

/** Atoms with dots, which may stand anywhere here. */
function readDottedAtoms(reader: TokenReader): Rest {
  let rest: Rest = 'wrong';
  do {
    while (peek(reader) === '.') {
      reader.out += '.';
      reader.at++;
      if (peek(reader) === '') return 'end';
      rest = 'more';
    }
    if (peek(reader) === '@') break;
    rest = readAtom(reader);
  } while (rest === 'more' && peek(reader) === '.');
  return rest;
}

function readHost(reader: TokenReader, draft: Draft): Rest {
  reader.out = '';
  const rest = readDomain(reader);
  if (rest !== 'wrong') draft.host = reader.out;
  return rest;
}

/**
 * `mailbox@host (name)` (RFC 5322 §3.4 addr-spec, and a comment as a name). Words alone are a name, one word alone is
 * a mailbox.
 */
function readAddressOrName({ reader, draft }: Reading): Rest {
  reader.comment = '';
  const quoted = peek(reader) === '"';
  let rest = readLocalPart(reader, draft);
  if (rest !== 'more') draft.wrong = true;
  let hosted = false;
  if (rest !== 'end' && peek(reader) === '@') {
    hosted = true;
    const hostRest = readHost(reader, draft);
    if (hostRest !== 'more') rest = hostRest;
  }
  if (reader.comment !== '') draft.name = reader.comment;
  else if (!hosted) {
    const word = `${reader.out} `;
    reader.out = '';
    readPhrase(reader);
    if (reader.out !== '') {
      draft.mailbox = null;
      draft.name = word + reader.out;
    } else if (!quoted) draft.host = '';
    draft.wrong = true;
    rest = 'wrong';
  }
  return rest;
}

/** The list written anew, in quotes what needs them (RFC 5322 §3.4). */
export function addressListText(addresses: readonly EnvelopeAddress[]): string {
  let out = '';
  let inGroup = false;
  let first = true;
  for (const { name, route, mailbox, host } of addresses) {
    if (host === null && inGroup) out += ';';
    else out += first ? '' : ', ';
    first = host === null && !inGroup;
    if (host !== null) out += addressText(name, route, mailbox ?? '', host);
    else {
      if (!inGroup) out += `${phrase(mailbox || '""')}: `;
      inGroup = !inGroup;
    }
  }
  return out;
}

function addressText(name: string | null, route: string | null, mailbox: string, host: string): string {
  const angle = `<${route === null ? '' : `${route}:`}${quoted(mailbox, true) || '""'}${host === '' ? '' : `@${host}`}>`;
  return name === null || name === '' ? angle : `${phrase(name)} ${angle}`;
}

/** Encoded words lose their meaning in quotes (RFC 2047 §5). */
const phrase = (text: string): string => (text.includes('=?') ? text : quoted(text, false));

function quoted(text: string, dots: boolean): string {
  if (isAtext(text, dots)) return text;
  return `"${text.replace(/["\\']/g, '\\$&')}"`;
}
