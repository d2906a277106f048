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
  TRANSFERS,
  typeNumber,
} from './wire-codes.ts';

import { type RawQuestion, readQuestion } from './wire-decode.ts';

export { decodeMessage, questionOctets } from './wire-decode.ts';

/** What a UDP datagram may carry without EDNS (RFC 1035 §2.3.4). */
export const MAX_UDP_OCTETS = 512;
const MAX_MESSAGE_OCTETS = 65535;
const MAX_TEXT_OCTETS = 255;

interface Writing {
  /** Octets so far, the header among them. */
  readonly octets: number[];
  full: boolean;
  readonly limit: number;
  /** Where a name, or the rest of one, was written first: what pointers point to. */
  readonly places: Map<DomainName, number>;
}

function putWord(octets: number[], value: number): void {
  octets.push((value >> 8) & 255, value & 255);
}

function putLong(octets: number[], value: number): void {
  octets.push((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
}

/** A word in a place that was kept for it. */
function setWord(octets: number[], at: number, value: number): void {
  octets[at] = (value >> 8) & 255;
  octets[at + 1] = value & 255;
}

/** Octets made into text at once; more would overflow the stack. */
const PIECE = 4096;

function asText(octets: readonly number[]): Octets {
  if (octets.length <= PIECE) return String.fromCharCode.apply(null, octets as number[]) as Octets;
  let text = '';
  for (let at = 0; at < octets.length; at += PIECE)
    text += String.fromCharCode.apply(null, octets.slice(at, at + PIECE));
  return text as Octets;
}

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
  const octets: number[] = [];
  const writing: Writing = {
    octets,
    full: false,
    limit: Math.min(limit, MAX_MESSAGE_OCTETS),
    places: new Map(),
  };
  const { name, type } = message.question;
  putWord(octets, message.id);
  putWord(octets, 0);
  putWord(octets, 1);
  for (let i = 0; i < 3; i++) putWord(octets, 0);
  putName(writing, name);
  putWord(octets, typeNumber(type));
  putWord(octets, CLASS_IN);
  const answers = putSection(writing, message.answers);
  const authority = putSection(writing, message.authority);
  const truncated = message.truncated || writing.full;
  const additional = putSection(writing, message.additional);
  const flags =
    (message.response ? FLAGS.qr : 0) |
    (message.authoritative ? FLAGS.aa : 0) |
    (truncated ? FLAGS.tc : 0) |
    (message.recursionDesired ? FLAGS.rd : 0) |
    (message.recursionAvailable ? FLAGS.ra : 0) |
    RCODES.indexOf(message.rcode);
  setWord(octets, 2, flags);
  setWord(octets, 6, answers.length);
  setWord(octets, 8, authority.length);
  setWord(octets, 10, additional.length);
  return {
    octets: asText(octets),
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
 * What a server says to octets it can't take for a query (RFC 1035 §4.1.1), as BIND does: FORMERR, and the question with
 * it if it can be read; NOTIMP for an opcode other than QUERY and for questions of old; REFUSED for another class and for
 * the transfer of a zone. Null when there is nobody to tell: no whole header, or a response.
 */
export function complaintAbout(octets: Octets): Octets | null {
  if (octets.length < HEADER_OCTETS) return null;
  const flags = octets.charCodeAt(2) * 256 + octets.charCodeAt(3);
  if ((flags & FLAGS.qr) !== 0) return null;
  const opcode = flags & FLAGS.opcode;
  const question = opcode === 0 ? readQuestion(octets) : null;
  const rcode: Rcode = opcode === 0 ? rcodeFor(question) : 'NOTIMP';
  const kept = opcode === 0 ? FLAGS.rd | FLAGS.cd : FLAGS.opcode;
  const said = FLAGS.qr | (flags & kept) | RCODES.indexOf(rcode);
  const counts = `\0${question === null ? '\0' : '\x01'}${'\0'.repeat(6)}`;
  const head = octets.slice(0, 2) + String.fromCharCode(said >> 8, said & 255) + counts;
  return (head + (question?.octets ?? '')) as Octets;
}

function rcodeFor(question: RawQuestion | null): Rcode {
  if (question === null) return 'FORMERR';
  const { type, isInternet, alone } = question;
  if (!alone) return 'FORMERR';
  if (!isInternet || TRANSFERS.includes(type)) return 'REFUSED';
  return type === 253 || type === 254 ? 'NOTIMP' : 'FORMERR';
}

/** Appends the records there is room for, and says which these are. */
function putSection(writing: Writing, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (records.length === 0) return records;
  const { octets, limit } = writing;
  const written: ResourceRecord[] = [];
  for (const record of records) {
    if (writing.full) break;
    const start = octets.length;
    if (!putRecord(writing, record)) continue;
    // What the record left among the places of names misleads nobody: nothing is written behind it.
    writing.full = octets.length > limit;
    if (writing.full) octets.length = start;
    else written.push(record);
  }
  return written;
}

/** False, and nothing written, when the record has no octets. */
function putRecord(writing: Writing, { name, ttl, data }: ResourceRecord): boolean {
  const { octets } = writing;
  const address =
    data.type === 'A' ? parseIpv4(data.address) : data.type === 'AAAA' ? parseIpv6(data.address) : NO_ADDRESS;
  if (address === null) return false;
  putName(writing, name);
  putWord(octets, typeNumber(data.type));
  putWord(octets, CLASS_IN);
  putLong(octets, ttl);
  const length = octets.length;
  putWord(octets, 0);
  if (data.type === 'A') octets.push(...address);
  else if (data.type === 'AAAA') for (const group of address) putWord(octets, group);
  else putData(writing, data);
  setWord(octets, length, octets.length - length - 2);
  return true;
}

const NO_ADDRESS: readonly number[] = [];

/** RDATA (RFC 1035 §3.3). */
function putData(writing: Writing, data: Exclude<RecordData, { type: 'A' | 'AAAA' }>): void {
  const { octets } = writing;
  switch (data.type) {
    case 'MX':
      putWord(octets, data.preference);
      putName(writing, data.exchange);
      return;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      putName(writing, data.name);
      return;
    case 'TXT':
      if (data.texts.length === 0) octets.push(0);
      for (const text of data.texts) putText(octets, text);
      return;
    case 'SOA':
      putName(writing, data.mname);
      putName(writing, data.rname);
      putLong(octets, data.serial);
      for (const time of [data.refresh, data.retry, data.expire, data.minimum]) putLong(octets, time);
  }
}

function putText(octets: number[], text: string): void {
  const length = Math.min(text.length, MAX_TEXT_OCTETS);
  octets.push(length);
  for (let i = 0; i < length; i++) octets.push(text.charCodeAt(i) & 255);
}

/** A name: labels until the rest was written before, then a pointer (RFC 1035 §4.1.4). */
function putName({ octets, places }: Writing, name: DomainName): void {
  let rest = name;
  while (rest !== '') {
    const place = places.get(rest);
    if (place !== undefined) {
      putWord(octets, POINTER | place);
      return;
    }
    if (octets.length <= MAX_POINTER) places.set(rest, octets.length);
    const dot = rest.indexOf('.');
    putLabel(octets, dot < 0 ? rest : rest.slice(0, dot));
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
  octets.push(0);
}

/** An empty label would end the name, one too long would read as a pointer: neither comes from `parseName`. */
function putLabel(octets: number[], label: string): void {
  const length = octets.length;
  octets.push(0);
  for (let i = 0; i < label.length && octets.length - length <= MAX_LABEL_OCTETS; i++) {
    const escaped = label.charCodeAt(i) === BACKSLASH ? readEscape(label, i) : null;
    octets.push(escaped ? escaped.code : label.charCodeAt(i) & 255);
    if (escaped) i = escaped.last;
  }
  if (octets.length === length + 1) octets.length = length;
  else octets[length] = octets.length - length - 1;
}

const BACKSLASH = 92;
