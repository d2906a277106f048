/** The data of a record as a zone file writes it (RFC 1035 §5.1, §3.3). */
import { encodeUtf8, type Octets } from '../base/octets.ts';
import { formatIpv6, parseIpv4, parseIpv6, parseName, readEscape } from './names.ts';
import type { DomainName, RecordData, RecordType } from './types.ts';
import type { Token } from './zone-tokens.ts';

/** RFC 2181 §8. */
const MAX_TTL = 0x7fffffff;
const MAX_32_BITS = 0xffffffff;
const MAX_TEXT_OCTETS = 255;

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** Seconds from `3600` or BIND's `1h30m`; null for anything else or more than 2^31 - 1. */
export function parseTtl(text: string): number | null {
  let total = 0;
  let digits = '';
  for (let i = 0; i < text.length && i < 40; i++) {
    const char = text[i]!;
    if (char >= '0' && char <= '9') digits += char;
    else {
      const unit = 'smhdw'.includes(char.toLowerCase()) ? UNIT_SECONDS[char.toLowerCase()] : undefined;
      if (unit === undefined || digits === '') return null;
      total += Number(digits) * unit;
      digits = '';
    }
  }
  if (text === '' || text.length > 40) return null;
  total += Number(digits);
  return total <= MAX_TTL ? total : null;
}

/** A name, relative to the origin unless it ends with a dot; `@` is the origin itself. */
export function readDomainName(text: string, origin: DomainName): DomainName | null {
  if (text === '@') return origin;
  if (text === '.' || (text.endsWith('.') && !endsEscaped(text))) return parseName(text);
  return parseName(origin === '' ? `${text}.` : `${text}.${origin}`);
}

/** Is the last character escaped: does an odd number of backslashes stand before it? */
function endsEscaped(text: string): boolean {
  let slashes = 0;
  while (text[text.length - 2 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

/** The fields of one record's data. The first thing that is not as expected is kept, the rest reads on. */
interface Fields {
  readonly tokens: readonly Token[];
  readonly origin: DomainName;
  at: number;
  error: string | null;
}

function expected(fields: Fields, what: string, token: Token | undefined): void {
  fields.error ??= `expected ${what}, found ${token ? `“${token.text.slice(0, 80)}”` : 'the end of the record'}`;
}

function take<T>(fields: Fields, what: string, otherwise: T, parse: (text: string) => T | null): T {
  const token = fields.tokens[fields.at++];
  const value = token && !token.quoted ? parse(token.text) : null;
  if (value === null) expected(fields, what, token);
  return value ?? otherwise;
}

const takeName = (fields: Fields, what: string): DomainName =>
  take<DomainName>(fields, what, '', (text) => readDomainName(text, fields.origin));

const takeNumber = (fields: Fields, what: string, max: number): number =>
  take(fields, `${what} (0 to ${max})`, 0, (text) =>
    isNumber(text) && Number(text) <= max ? Number(text) : null,
  );

const takeSeconds = (fields: Fields, what: string): number => take(fields, `${what} in seconds`, 0, parseTtl);

function isNumber(text: string): boolean {
  if (text === '' || text.length > 10) return false;
  for (let i = 0; i < text.length; i++) if (text[i]! < '0' || text[i]! > '9') return false;
  return true;
}

/** Data of type `type` from the tokens behind it, or what was expected instead. */
export function readRecordData(
  type: RecordType,
  tokens: readonly Token[],
  origin: DomainName,
): { readonly data: RecordData } | { readonly error: string } {
  const fields: Fields = { tokens, origin, at: 0, error: null };
  const data = readFields(type, fields);
  if (fields.at < tokens.length) expected(fields, `nothing more after the ${type} data`, tokens[fields.at]);
  return fields.error === null ? { data } : { error: fields.error };
}

function readFields(type: RecordType, fields: Fields): RecordData {
  switch (type) {
    case 'A': {
      const canonical = (text: string): string | null => (parseIpv4(text) ? text : null);
      return { type, address: take<string>(fields, 'an IPv4 address such as 192.0.2.1', '', canonical) };
    }
    case 'AAAA': {
      const canonical = (text: string): string | null => {
        const groups = parseIpv6(text);
        return groups && formatIpv6(groups);
      };
      return { type, address: take<string>(fields, 'an IPv6 address such as 2001:db8::1', '', canonical) };
    }
    case 'MX':
      return {
        type,
        preference: takeNumber(fields, 'a preference', 65535),
        exchange: takeName(fields, 'the name of a mail exchanger'),
      };
    case 'NS':
      return { type, name: takeName(fields, 'the name of a name server') };
    case 'CNAME':
      return { type, name: takeName(fields, 'the canonical name') };
    case 'PTR':
      return { type, name: takeName(fields, 'the name of a host') };
    case 'TXT':
      return { type, texts: takeTexts(fields) };
    case 'SOA':
      return {
        type,
        mname: takeName(fields, 'the name of the primary name server'),
        rname: takeName(fields, 'the mailbox of the person responsible, as a domain name'),
        serial: takeNumber(fields, 'a serial number', MAX_32_BITS),
        refresh: takeSeconds(fields, 'the refresh time'),
        retry: takeSeconds(fields, 'the retry time'),
        expire: takeSeconds(fields, 'the expiry time'),
        minimum: takeSeconds(fields, 'the minimum TTL'),
      };
  }
}

function takeTexts(fields: Fields): readonly string[] {
  const texts: string[] = [];
  for (let token = fields.tokens[fields.at]; token; token = fields.tokens[++fields.at]) {
    const text = unescapeText(token.text);
    if (text === null) expected(fields, 'a decimal code from \\000 to \\255 behind the backslash', token);
    else if (text.length > MAX_TEXT_OCTETS)
      expected(fields, `at most ${MAX_TEXT_OCTETS} octets in one string`, token);
    else texts.push(text);
  }
  if (texts.length === 0) expected(fields, 'a text in quotes', undefined);
  return texts;
}

/** A character-string's octets (UTF-8), its escapes resolved; null for an escape that is none. */
function unescapeText(text: string): Octets | null {
  const octets = encodeUtf8(text);
  if (!octets.includes('\\')) return octets;
  let out = '';
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] === '\\') {
      const escaped = readEscape(octets, i);
      if (escaped === null) return null;
      out += String.fromCharCode(escaped.code);
      i = escaped.last;
    } else out += octets[i];
  }
  return out as Octets;
}
