/** Octets to DNS messages (RFC 1035 §4). Whatever arrives, this ends and does not throw. */
import type { Octets } from '../base/octets.ts';
import { formatIpv6, isPlainOctet, labelOctet } from './names.ts';
import type { DnsMessage, DomainName, RecordData, RecordType, ResourceRecord } from './types.ts';
import {
  CLASS_IN,
  FLAGS,
  HEADER_OCTETS,
  MAX_NAME_OCTETS,
  RCODES,
  isMetaType,
  recordTypeOf,
  typeOf,
} from './wire-codes.ts';

/** More labels do not fit in a name, so no honest name has more pointers. */
const MAX_POINTERS = 127;

/** Where reading goes on, and what was read. */
interface Read<T> {
  readonly value: T;
  readonly next: number;
}

/** 16 bits, big-endian; NaN beyond the end, which no comparison holds for. */
const word = (from: Octets, at: number): number => from.charCodeAt(at) * 256 + from.charCodeAt(at + 1);
const long = (from: Octets, at: number): number => word(from, at) * 65536 + word(from, at + 2);

/**
 * A message from octets; null when they are none, when they end too early, or when this world has no place
 * for it: not exactly one question, another class or opcode, a question for something else than records. Records of
 * unknown types and classes (EDNS OPT too) are skipped; an unknown rcode reads as SERVFAIL. Octets after the
 * last record are ignored.
 */
export function decodeMessage(from: Octets): DnsMessage | null {
  if (from.length < HEADER_OCTETS || word(from, 4) !== 1) return null;
  const flags = word(from, 2);
  if ((flags & FLAGS.opcode) !== 0) return null;
  const name = readName(from, HEADER_OCTETS);
  if (!name) return null;
  const number = word(from, name.next);
  if (isMetaType(number) || word(from, name.next + 2) !== CLASS_IN) return null;
  const type = typeOf(number);
  const answers = readRecords(from, name.next + 4, word(from, 6));
  const authority = answers && readRecords(from, answers.next, word(from, 8));
  const additional = authority && readRecords(from, authority.next, word(from, 10));
  if (!additional) return null;
  return {
    id: word(from, 0),
    response: (flags & FLAGS.qr) !== 0,
    authoritative: (flags & FLAGS.aa) !== 0,
    truncated: (flags & FLAGS.tc) !== 0,
    recursionDesired: (flags & FLAGS.rd) !== 0,
    recursionAvailable: (flags & FLAGS.ra) !== 0,
    rcode: RCODES[flags & FLAGS.rcode] ?? 'SERVFAIL',
    question: { name: name.value, type },
    answers: answers.value,
    authority: authority.value,
    additional: additional.value,
  };
}

/** The question as it stands in the octets. */
export interface RawQuestion {
  /** Name, type and class, the letters of the name as they were sent. */
  readonly octets: Octets;
  readonly type: number;
  readonly isInternet: boolean;
  /** Nothing but the question is in the message, or a record behind it that belongs to the transport (OPT). */
  readonly alone: boolean;
}

/** The question of a message that was decoded. */
export function questionOctets(from: Octets): Octets {
  let at = HEADER_OCTETS;
  for (let length = from.charCodeAt(at); length > 0; length = from.charCodeAt(at)) {
    if (length >= 0xc0) return from.slice(HEADER_OCTETS, at + 6) as Octets;
    at += length + 1;
  }
  return from.slice(HEADER_OCTETS, at + 5) as Octets;
}

/** Null when there is not exactly one, or no whole one. */
export function readQuestion(from: Octets): RawQuestion | null {
  if (from.length < HEADER_OCTETS || word(from, 4) !== 1) return null;
  const name = readName(from, HEADER_OCTETS);
  if (!name || name.next + 4 > from.length) return null;
  return {
    octets: from.slice(HEADER_OCTETS, name.next + 4) as Octets,
    type: word(from, name.next),
    isInternet: word(from, name.next + 2) === CLASS_IN,
    alone: word(from, 6) === 0 && readRecords(from, name.next + 4, word(from, 8) + word(from, 10)) !== null,
  };
}

/**
 * A name at octet `at`. A pointer must lead to an octet before the name it stands in, and each one further
 * back than the last, so no name goes round in circles (RFC 1035 §4.1.4: "a prior occurance").
 */
function readName(from: Octets, at: number): Read<DomainName> | null {
  let name = '';
  let octets = 1;
  let position = at;
  let earliest = at;
  let next = -1;
  for (let pointers = 0; pointers <= MAX_POINTERS; ) {
    const length = from.charCodeAt(position);
    if (length === 0) return { value: name, next: next < 0 ? position + 1 : next };
    if (length >= 0xc0) {
      const target = word(from, position) & 0x3fff;
      if (!(position + 1 < from.length) || target >= earliest) return null;
      if (next < 0) next = position + 2;
      position = earliest = target;
      pointers++;
      continue;
    }
    octets += length + 1;
    // 64 to 191 are reserved (RFC 1035 §4.1.4), NaN is the end of the octets.
    if (!(length <= 63) || octets > MAX_NAME_OCTETS || position + length >= from.length) return null;
    if (name !== '') name += '.';
    name += readLabel(from, position + 1, position + length + 1);
    position += length + 1;
  }
  return null;
}

function readLabel(from: Octets, start: number, end: number): string {
  let plain = true;
  for (let i = start; plain && i < end; i++) plain = isPlainOctet(from.charCodeAt(i));
  if (plain) return from.slice(start, end);
  let label = '';
  for (let i = start; i < end; i++) label += labelOctet(from.charCodeAt(i));
  return label;
}

function readRecords(from: Octets, at: number, count: number): Read<ResourceRecord[]> | null {
  const records: ResourceRecord[] = [];
  let position = at;
  for (let i = 0; i < count; i++) {
    const name = readName(from, position);
    if (!name) return null;
    const start = name.next + 10;
    const end = start + word(from, name.next + 8);
    if (!(end <= from.length)) return null;
    position = end;
    const type = recordTypeOf(word(from, name.next));
    if (type === null || word(from, name.next + 2) !== CLASS_IN) continue;
    const data = readData(from, type, start, end);
    if (!data) return null;
    const ttl = long(from, name.next + 4);
    // RFC 2181 §8: a TTL with its highest bit set counts as zero.
    records.push({ name: name.value, ttl: ttl < 0x80000000 ? ttl : 0, data });
  }
  return { value: records, next: position };
}

const ipv4At = (from: Octets, at: number): string =>
  `${from.charCodeAt(at)}.${from.charCodeAt(at + 1)}.${from.charCodeAt(at + 2)}.${from.charCodeAt(at + 3)}`;

/** RDATA from `start` up to `end`, which it must fill exactly. */
function readData(from: Octets, type: RecordType, start: number, end: number): RecordData | null {
  switch (type) {
    case 'A':
      if (end - start !== 4) return null;
      return { type, address: ipv4At(from, start) };
    case 'AAAA':
      if (end - start !== 16) return null;
      return { type, address: formatIpv6([0, 2, 4, 6, 8, 10, 12, 14].map((i) => word(from, start + i))) };
    case 'MX': {
      const exchange = readName(from, start + 2);
      return exchange?.next === end
        ? { type, preference: word(from, start), exchange: exchange.value }
        : null;
    }
    case 'NS':
    case 'CNAME':
    case 'PTR': {
      const name = readName(from, start);
      return name?.next === end ? { type, name: name.value } : null;
    }
    case 'TXT':
      return readTexts(from, start, end);
    case 'SOA':
      return readSoa(from, start, end);
  }
}

function readTexts(from: Octets, start: number, end: number): RecordData | null {
  const texts: string[] = [];
  let position = start;
  while (position < end) {
    const next = position + 1 + from.charCodeAt(position);
    if (next > end) return null;
    texts.push(from.slice(position + 1, next));
    position = next;
  }
  return texts.length > 0 ? { type: 'TXT', texts } : null;
}

function readSoa(from: Octets, start: number, end: number): RecordData | null {
  const mname = readName(from, start);
  const rname = mname && readName(from, mname.next);
  if (!rname || rname.next + 20 !== end) return null;
  const [serial, refresh, retry, expire, minimum] = [0, 4, 8, 12, 16].map((i) => long(from, rname.next + i));
  return {
    type: 'SOA',
    mname: mname.value,
    rname: rname.value,
    serial: serial!,
    refresh: refresh!,
    retry: retry!,
    expire: expire!,
    minimum: minimum!,
  };
}
