/** Zone files (RFC 1035 §5, `$TTL`: RFC 2308 §4): text to zone and back. */
import { formatName, isSubdomain, parseName } from './names.ts';
import { formatData, parseRecordType, RECORD_TYPES } from './records.ts';
import type { DomainName, RecordData, ResourceRecord, Zone } from './types.ts';
import { parseTtl, readDomainName, readRecordData } from './zone-data.ts';
import { cutEntries, type Entry, type Token, type ZoneFileError } from './zone-tokens.ts';

export type { ZoneFileError } from './zone-tokens.ts';

/** More errors than this are not worth reading. */
const MAX_ERRORS = 20;

interface Reading {
  readonly zone: DomainName;
  origin: DomainName;
  /** Of `$TTL`. */
  defaultTtl: number | null;
  /** The last one stated (RFC 1035 §5.1), or the SOA's minimum. */
  lastTtl: number | null;
  lastOwner: DomainName | null;
  readonly records: ResourceRecord[];
  /** Data of each name, to see twins and CNAMEs with company. */
  readonly byOwner: Map<DomainName, { readonly seen: Set<string>; readonly cname: boolean }>;
  readonly errors: ZoneFileError[];
}

/**
 * Reads the master file of the zone `origin`. Lines count from 1. An error says what was expected; with any
 * error there is no zone, as with BIND. Records outside the zone, a CNAME beside other data, and an SOA that
 * is second or not at the origin are errors; a record written twice counts once (RFC 2181 §5). A zone without
 * SOA or NS is let through.
 */
export function parseZoneFile(
  text: string,
  origin: string,
): { readonly zone: Zone } | { readonly errors: readonly ZoneFileError[] } {
  const zone = parseName(origin);
  if (zone === null)
    return { errors: [{ line: 1, message: `expected a domain name as origin, found “${origin}”` }] };
  const { entries, errors } = cutEntries(text);
  const reading: Reading = {
    zone,
    origin: zone,
    defaultTtl: null,
    lastTtl: null,
    lastOwner: null,
    records: [],
    byOwner: new Map(),
    errors: errors.slice(0, MAX_ERRORS),
  };
  for (const entry of entries) {
    if (reading.errors.length >= MAX_ERRORS) break;
    const first = entry.tokens[0]!;
    const error =
      !entry.blank && !first.quoted && first.text.startsWith('$')
        ? readDirective(reading, entry)
        : readRecord(reading, entry);
    if (error !== null) reading.errors.push({ line: entry.line, message: error + ownerHint(entry) });
  }
  if (reading.errors.length > 0)
    return { errors: reading.errors.sort((one, other) => one.line - other.line) };
  return { zone: { origin: zone, records: reading.records } };
}

/** The commonest slip: a record without an owner that does not begin with white space. */
function ownerHint({ blank, tokens }: Entry): string {
  const first = tokens[0]!.text;
  if (blank || (parseRecordType(first) === null && first.toUpperCase() !== 'IN')) return '';
  return ` (“${first}” was read as the owner: a line without one begins with white space)`;
}

const found = (token: Token | undefined): string =>
  token ? `found “${token.text.slice(0, 80)}”` : 'found the end of the line';

function readDirective(reading: Reading, { tokens }: Entry): string | null {
  const [directive, argument, extra] = tokens;
  const name = directive!.text.toUpperCase();
  if (name !== '$ORIGIN' && name !== '$TTL') return `expected $ORIGIN or $TTL, ${found(directive)}`;
  if (extra) return `expected one argument for ${name}, ${found(extra)}`;
  if (name === '$TTL') {
    const ttl = argument ? parseTtl(argument.text) : null;
    if (ttl === null) return `expected a time in seconds after $TTL, ${found(argument)}`;
    reading.defaultTtl = ttl;
    return null;
  }
  const origin = argument ? readDomainName(argument.text, reading.origin) : null;
  if (origin === null) return `expected a domain name after $ORIGIN, ${found(argument)}`;
  reading.origin = origin;
  return null;
}

/** `[owner] [TTL] [class] type data`, TTL and class in either order. */
function readRecord(reading: Reading, { tokens, blank }: Entry): string | null {
  let at = 0;
  let owner = reading.lastOwner;
  if (!blank) {
    const token = tokens[at++]!;
    owner = token.quoted ? null : readDomainName(token.text, reading.origin);
    if (owner === null)
      return `expected a domain name or white space at the start of the line, ${found(token)}`;
    reading.lastOwner = owner;
  }
  if (owner === null) return 'expected an owner name: there is no record before this one to take it from';

  let ttl: number | null = null;
  let classed = false;
  for (; at < tokens.length; at++) {
    const word = tokens[at]!.text.toUpperCase();
    const time: number | null = ttl === null && parseRecordType(word) === null ? parseTtl(word) : null;
    if (time !== null) ttl = time;
    else if (!classed && word === 'IN') classed = true;
    else break;
  }
  const type = tokens[at] && !tokens[at]!.quoted ? parseRecordType(tokens[at]!.text) : null;
  if (type === null)
    return `expected ${expectedHere(ttl, classed)}a type (${RECORD_TYPES.join(' ')}), ${found(tokens[at])}`;
  const read = readRecordData(type, tokens.slice(at + 1), reading.origin);
  if ('error' in read) return read.error;
  return addRecord(reading, owner, ttl, read.data);
}

/** What may still come before the type. */
const expectedHere = (ttl: number | null, classed: boolean): string =>
  (ttl === null ? 'a TTL, ' : '') +
  (classed ? '' : 'the class IN, ') +
  (ttl === null || !classed ? 'or ' : '');

function addRecord(
  reading: Reading,
  name: DomainName,
  stated: number | null,
  data: RecordData,
): string | null {
  if (!isSubdomain(name, reading.zone))
    return `expected a name in ${formatName(reading.zone)}, found ${formatName(name)} (a name without a final dot gets the origin)`;
  const ttl = stated ?? reading.defaultTtl ?? reading.lastTtl ?? (data.type === 'SOA' ? data.minimum : null);
  if (ttl === null) return 'expected a TTL: no $TTL and no earlier record gives one';
  reading.lastTtl = ttl;
  if (data.type === 'SOA') {
    if (name !== reading.zone)
      return `expected the SOA at the origin ${formatName(reading.zone)}, found it at ${formatName(name)}`;
    if (reading.records.some((record) => record.data.type === 'SOA'))
      return 'expected one SOA in a zone, found another';
  }
  const there = reading.byOwner.get(name);
  const text = `${data.type} ${formatData(data)}`;
  if (there?.seen.has(text)) return null;
  // RFC 1034 §3.6.2, RFC 2181 §10.1
  if (there && (there.cname || data.type === 'CNAME'))
    return `expected no other record beside the CNAME of ${formatName(name)}`;
  if (there) there.seen.add(text);
  else reading.byOwner.set(name, { seen: new Set([text]), cname: data.type === 'CNAME' });
  reading.records.push({ name, ttl, data });
  return null;
}

/**
 * A zone as a file that {@link parseZoneFile} reads back: records in their order, names relative to the
 * origin.
 */
export function formatZoneFile(zone: Zone): string {
  const lines = [`$ORIGIN ${formatName(zone.origin)}`];
  const defaultTtl = zone.records[0]?.ttl;
  if (defaultTtl !== undefined) lines.push(`$TTL ${defaultTtl}`);
  let owner: DomainName | null = null;
  for (const { name, ttl, data } of zone.records) {
    const shown = name === owner ? '' : relativeName(name, zone.origin);
    owner = name;
    const time = ttl === defaultTtl ? '' : `${ttl}\t`;
    lines.push(
      `${shown}\t${time}IN\t${data.type}\t${data.type === 'SOA' ? formatSoa(data) : formatData(data)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function relativeName(name: DomainName, origin: DomainName): string {
  if (name === origin) return '@';
  if (origin === '' || !isSubdomain(name, origin)) return formatName(name);
  return formatName(name.slice(0, -origin.length - 1)).slice(0, -1);
}

function formatSoa(soa: RecordData & { type: 'SOA' }): string {
  const times: readonly (readonly [number, string])[] = [
    [soa.serial, 'serial'],
    [soa.refresh, 'refresh'],
    [soa.retry, 'retry'],
    [soa.expire, 'expire'],
    [soa.minimum, 'minimum'],
  ];
  const rows = times.map(([value, name]) => `\t\t\t\t${String(value).padEnd(10)} ; ${name}`);
  return `${formatName(soa.mname)} ${formatName(soa.rname)} (\n${rows.join('\n')}\n\t\t\t\t)`;
}
