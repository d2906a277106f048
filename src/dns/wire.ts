/**
 * DNS messages as octets (RFC 1035 §4). This world's messages have one question, class IN and opcode QUERY.
 * Decoding is in `wire-decode.ts` and exported here.
 */
import type { Octets } from '../base/octets.ts';
import { parseIpv4, parseIpv6, readEscape } from './names.ts';
import type { DnsMessage, DomainName, Rcode, RecordData, ResourceRecord } from './types.ts';
import {
  CLASS_IN,
  FLAGS,
  HEADER_OCTETS,
  MAX_LABEL_OCTETS,
  MAX_POINTER,
  POINTER,
  RCODES,
  TYPE_NUMBERS,
} from './wire-codes.ts';

export { decodeMessage } from './wire-decode.ts';

/** What a UDP datagram may carry without EDNS (RFC 1035 §2.3.4). */
export const MAX_UDP_OCTETS = 512;
const MAX_MESSAGE_OCTETS = 65535;
const MAX_TEXT_OCTETS = 255;
/** Type, class, TTL and length, between a record's name and its data (RFC 1035 §4.1.3). */
const RECORD_HEAD_OCTETS = 10;

interface Writing {
  /** Header apart: it counts what follows. */
  body: string;
  full: boolean;
  readonly limit: number;
  /** Where a name, or the rest of one, was written first: what pointers point to. */
  readonly places: Map<DomainName, number>;
}

const word = (value: number): string => String.fromCharCode((value >> 8) & 255, value & 255);
const long = (value: number): string => word(value >>> 16) + word(value);

/**
 * A message as octets, names compressed. Records that do not fit in `limit` octets are left out from the
 * first such one on, and TC says so unless only additional ones are missing (RFC 2181 §9). A record whose
 * address is no literal has no octets and is left out too.
 */
export const encodeMessage = (message: DnsMessage, limit: number = MAX_MESSAGE_OCTETS): Octets =>
  fitMessage(message, limit).octets;

/** As {@link encodeMessage}, with the message that the octets say. */
export function fitMessage(
  message: DnsMessage,
  limit: number = MAX_MESSAGE_OCTETS,
): { readonly octets: Octets; readonly message: DnsMessage } {
  const writing: Writing = {
    body: '',
    full: false,
    limit: Math.min(limit, MAX_MESSAGE_OCTETS) - HEADER_OCTETS,
    places: new Map(),
  };
  const { name, type } = message.question;
  writing.body = nameOctets(writing.places, name, HEADER_OCTETS) + word(TYPE_NUMBERS[type]) + word(CLASS_IN);
  const answers = writeSection(writing, message.answers);
  const authority = writeSection(writing, message.authority);
  const truncated = message.truncated || writing.full;
  const additional = writeSection(writing, message.additional);
  const flags =
    (message.response ? FLAGS.qr : 0) |
    (message.authoritative ? FLAGS.aa : 0) |
    (truncated ? FLAGS.tc : 0) |
    (message.recursionDesired ? FLAGS.rd : 0) |
    (message.recursionAvailable ? FLAGS.ra : 0) |
    RCODES.indexOf(message.rcode);
  const counts = word(1) + word(answers.length) + word(authority.length) + word(additional.length);
  return {
    octets: (word(message.id) + word(flags) + counts + writing.body) as Octets,
    message: {
      id: message.id,
      response: message.response,
      authoritative: message.authoritative,
      truncated,
      recursionDesired: message.recursionDesired,
      recursionAvailable: message.recursionAvailable,
      rcode: message.rcode,
      question: message.question,
      answers,
      authority,
      additional,
    },
  };
}

/**
 * What a server says to octets it can't take for a query (RFC 1035 §4.1.1): a bare header with FORMERR, or with NOTIMP
 * for an opcode other than QUERY. Null when there is nobody to tell: no whole header, or a response.
 */
export function complaintAbout(octets: Octets): Octets | null {
  if (octets.length < HEADER_OCTETS) return null;
  const flags = octets.charCodeAt(2) * 256 + octets.charCodeAt(3);
  if ((flags & FLAGS.qr) !== 0) return null;
  const rcode: Rcode = (flags & FLAGS.opcode) === 0 ? 'FORMERR' : 'NOTIMP';
  const said = FLAGS.qr | (flags & (FLAGS.opcode | FLAGS.rd)) | RCODES.indexOf(rcode);
  return (octets.slice(0, 2) + word(said) + word(0).repeat(4)) as Octets;
}

/** Appends the records there is room for, and says which these are. */
function writeSection(writing: Writing, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const written: ResourceRecord[] = [];
  for (const record of records) {
    if (writing.full) break;
    const octets = recordOctets(writing.places, record, HEADER_OCTETS + writing.body.length);
    if (octets === null) continue;
    writing.full = writing.body.length + octets.length > writing.limit;
    if (writing.full) break;
    writing.body += octets;
    written.push(record);
  }
  return written;
}

function recordOctets(places: Map<DomainName, number>, record: ResourceRecord, at: number): string | null {
  const { data } = record;
  // Before the name is written: a place remembered for a record that is left out would mislead later
  // pointers.
  const address = data.type === 'A' || data.type === 'AAAA' ? addressOctets(data) : '';
  if (address === null) return null;
  const owner = nameOctets(places, record.name, at);
  const rdata = address || dataOctets(places, data, at + owner.length + RECORD_HEAD_OCTETS);
  return (
    owner + word(TYPE_NUMBERS[data.type]) + word(CLASS_IN) + long(record.ttl) + word(rdata.length) + rdata
  );
}

function addressOctets(data: RecordData & { type: 'A' | 'AAAA' }): string | null {
  if (data.type === 'A') {
    const octets = parseIpv4(data.address);
    return octets && String.fromCharCode(...octets);
  }
  const groups = parseIpv6(data.address);
  return groups === null ? null : groups.map(word).join('');
}

/** RDATA (RFC 1035 §3.3) that begins at octet `at` of the message. */
function dataOctets(places: Map<DomainName, number>, data: RecordData, at: number): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return '';
    case 'MX':
      return word(data.preference) + nameOctets(places, data.exchange, at + 2);
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return nameOctets(places, data.name, at);
    case 'TXT':
      return data.texts.length === 0 ? '\0' : data.texts.map(textOctets).join('');
    case 'SOA': {
      const mname = nameOctets(places, data.mname, at);
      const names = mname + nameOctets(places, data.rname, at + mname.length);
      const times = long(data.refresh) + long(data.retry) + long(data.expire) + long(data.minimum);
      return names + long(data.serial) + times;
    }
  }
}

function textOctets(text: string): string {
  let out = String.fromCharCode(Math.min(text.length, MAX_TEXT_OCTETS));
  for (let i = 0; i < text.length && i < MAX_TEXT_OCTETS; i++)
    out += String.fromCharCode(text.charCodeAt(i) & 255);
  return out;
}

/**
 * A name that begins at octet `at`: labels until the rest was written before, then a pointer (RFC 1035
 * §4.1.4).
 */
function nameOctets(places: Map<DomainName, number>, name: DomainName, at: number): string {
  let out = '';
  let rest = name;
  while (rest !== '') {
    const place = places.get(rest);
    if (place !== undefined) return out + word(POINTER | place);
    if (at + out.length <= MAX_POINTER) places.set(rest, at + out.length);
    const dot = rest.indexOf('.');
    const label = labelOctets(dot < 0 ? rest : rest.slice(0, dot));
    // An empty label would end the name, one too long would read as a pointer: neither comes from
    // `parseName`.
    if (label !== '')
      out += String.fromCharCode(Math.min(label.length, MAX_LABEL_OCTETS)) + label.slice(0, 63);
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
  return `${out}\0`;
}

function labelOctets(label: string): string {
  if (!label.includes('\\')) return label;
  let out = '';
  for (let i = 0; i < label.length; i++) {
    const escaped = label[i] === '\\' ? readEscape(label, i) : null;
    out += escaped ? String.fromCharCode(escaped.code) : label[i];
    if (escaped) i = escaped.last;
  }
  return out;
}
