/** DNS vocabulary (RFC 1034, 1035, 2308, 3596). */

export type RecordType = 'A' | 'AAAA' | 'MX' | 'NS' | 'CNAME' | 'TXT' | 'PTR' | 'SOA';
/** Types this world has no records of; asked for, they exist nowhere. */
export type OtherType = (typeof OTHER_TYPES)[number] | `TYPE${number}`;
export const OTHER_TYPES = [
  ...['HINFO', 'RP', 'AFSDB', 'LOC', 'SRV', 'NAPTR', 'KX', 'CERT', 'DNAME', 'DS', 'SSHFP', 'RRSIG'],
  ...['NSEC', 'DNSKEY', 'NSEC3', 'TLSA', 'OPENPGPKEY', 'SVCB', 'HTTPS', 'SPF', 'URI', 'CAA'],
] as const;
export type QueryType = RecordType | 'ANY' | OtherType;
export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

/** A domain name without the final dot, lower case; the root is the empty string. */
export type DomainName = string;

export type RecordData =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'AAAA'; readonly address: string }
  | { readonly type: 'MX'; readonly preference: number; readonly exchange: DomainName }
  | { readonly type: 'NS'; readonly name: DomainName }
  | { readonly type: 'CNAME'; readonly name: DomainName }
  | { readonly type: 'PTR'; readonly name: DomainName }
  | { readonly type: 'TXT'; readonly texts: readonly string[] }
  | {
      readonly type: 'SOA';
      readonly mname: DomainName;
      readonly rname: DomainName;
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      /** Also the TTL of negative answers (RFC 2308 §4). */
      readonly minimum: number;
    };

export interface ResourceRecord {
  readonly name: DomainName;
  /** Seconds. */
  readonly ttl: number;
  readonly data: RecordData;
}

export interface Question {
  readonly name: DomainName;
  readonly type: QueryType;
}

export interface DnsMessage {
  /** 16 bits. */
  readonly id: number;
  readonly response: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly rcode: Rcode;
  readonly question: Question;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

/** Authoritative data, as loaded from a zone file. */
export interface Zone {
  readonly origin: DomainName;
  readonly records: readonly ResourceRecord[];
}

/**
 * What a resolver answers an agent: `unavailable` when no server answered (a temporary failure, RFC 5321
 * §5.1).
 */
export interface Answer {
  readonly question: Question;
  readonly rcode: Rcode | 'unavailable';
  /** The CNAME chain and the records asked for. */
  readonly records: readonly ResourceRecord[];
}

/** Restartable look-up: call again with more answers until it is done. */
export type Lookup<T> = { readonly done: T } | { readonly need: readonly Question[] };

/** Answers known so far, one to a question (see `known.ts`). */
export type KnownAnswers = readonly Answer[];

/** Where mail for a domain goes (RFC 5321 §5.1), in the order to be tried. */
export type Route =
  | {
      readonly kind: 'exchangers';
      readonly by: 'mx' | 'implicit';
      readonly exchangers: readonly Exchanger[];
    }
  /**
   * `nullMx` (RFC 7505), `noDomain` (NXDOMAIN), `noAddress` and `loop` (we are the best exchanger ourselves)
   * are permanent, `temporary` is not.
   */
  | { readonly kind: 'none'; readonly why: 'nullMx' | 'noDomain' | 'noAddress' | 'loop' | 'temporary' };

export interface Exchanger {
  readonly preference: number;
  readonly name: DomainName;
  /** IPv4 and IPv6 literals. Empty when the exchanger's address look-up gave none. */
  readonly addresses: readonly string[];
}
