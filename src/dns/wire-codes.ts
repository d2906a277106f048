/** Numbers of the DNS wire format, shared by encoding and decoding. */
import type { OTHER_TYPES, OtherType, QueryType, Rcode, RecordType } from './types.ts';

/** RFC 1035 §3.2.2 and §3.2.3, RFC 3596 §2.1. */
const RECORD_NUMBERS: Readonly<Record<RecordType | 'ANY', number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  ANY: 255,
};

/** As IANA numbers them. */
const OTHER_NUMBERS: Readonly<Record<(typeof OTHER_TYPES)[number], number>> = {
  HINFO: 13,
  RP: 17,
  AFSDB: 18,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  TLSA: 52,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  URI: 256,
  CAA: 257,
};

const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries({ ...RECORD_NUMBERS, ...OTHER_NUMBERS }));

/** RFC 3597 §5: types without a name are called by their number. */
export const typeNumber = (type: QueryType): number => NUMBERS.get(type) ?? Number(type.slice('TYPE'.length));

const NAMES: ReadonlyMap<number, QueryType> = new Map(
  Object.entries({ ...RECORD_NUMBERS, ...OTHER_NUMBERS }).map(([type, number]) => [
    number,
    type as QueryType,
  ]),
);

export const typeOf = (number: number): QueryType =>
  NAMES.get(number) ?? (`TYPE${number}` satisfies OtherType);

const RECORDS: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(RECORD_NUMBERS).flatMap(([type, number]) =>
    type === 'ANY' ? [] : [[number, type as RecordType]],
  ),
);

/** Null for a type this world has no records of. */
export const recordTypeOf = (number: number): RecordType | null => RECORDS.get(number) ?? null;

/** Types that ask a server for something else than records of a name (RFC 1035 §3.2.3, RFC 1995, RFC 6895 §3.1). */
export const isMetaType = (number: number): boolean => number === 41 || (number >= 128 && number < 255);
export const TRANSFERS: readonly number[] = [251, 252];

/** RFC 1035 §4.1.1: a code's place is its number. */
export const RCODES: readonly Rcode[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export const CLASS_IN = 1;
export const HEADER_OCTETS = 12;
export const MAX_LABEL_OCTETS = 63;
export const MAX_NAME_OCTETS = 255;

/** Bits of the header's second word (RFC 1035 §4.1.1). */
export const FLAGS = {
  qr: 0x8000,
  opcode: 0x7800,
  aa: 0x0400,
  tc: 0x0200,
  rd: 0x0100,
  ra: 0x0080,
  /** Checking disabled (RFC 4035 §3.2.2). */
  cd: 0x0010,
  rcode: 15,
} as const;

/** The two high bits that make a length octet a pointer of 14 bits (RFC 1035 §4.1.4). */
export const POINTER = 0xc000;
export const MAX_POINTER = 0x3fff;
