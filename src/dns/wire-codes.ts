/** Numbers of the DNS wire format, shared by encoding and decoding. */
import type { QueryType, Rcode } from './types.ts';

/** RFC 1035 §3.2.2 and §3.2.3, RFC 3596 §2.1. */
export const TYPE_NUMBERS: Readonly<Record<QueryType, number>> = {
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
  rcode: 15,
} as const;

/** The two high bits that make a length octet a pointer of 14 bits (RFC 1035 §4.1.4). */
export const POINTER = 0xc000;
export const MAX_POINTER = 0x3fff;
