/** The versions of TLS a side may speak, under OpenSSL's names, each with the one cipher suite it is spoken with here. */
export type TlsVersion = 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';

export interface VersionFacts {
  /** ProtocolVersion (RFC 8446 §4.1.2). */
  readonly code: number;
  /** OpenSSL's name of the suite, and its number in the hello messages. */
  readonly cipher: string;
  readonly suite: number;
  /** Secret bits used, and those the algorithm has: Postfix's `(256/256 bits)`. */
  readonly bits: number;
  readonly cipherBits: number;
  /** ProtocolVersion in record headers: TLS 1.3 says 1.2's (RFC 8446 §5.1). */
  readonly recordVersion: number;
  /** Octets of verify_data in Finished (RFC 8446 §4.4.4, RFC 5246 §7.4.9). */
  readonly finishedOctets: number;
}

export const TLS_VERSIONS: Readonly<Record<TlsVersion, VersionFacts>> = {
  TLSv1: {
    code: 0x0301,
    cipher: 'DHE-RSA-AES256-SHA',
    suite: 0x0039,
    bits: 256,
    cipherBits: 256,
    recordVersion: 0x0301,
    finishedOctets: 12,
  },
  'TLSv1.2': {
    code: 0x0303,
    cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
    suite: 0xc030,
    bits: 256,
    cipherBits: 256,
    recordVersion: 0x0303,
    finishedOctets: 12,
  },
  'TLSv1.3': {
    code: 0x0304,
    cipher: 'TLS_AES_256_GCM_SHA384',
    suite: 0x1302,
    bits: 256,
    cipherBits: 256,
    recordVersion: 0x0303,
    finishedOctets: 48,
  },
};

/** Best first. */
export const PREFERENCE: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1'];

export const versionOf = (code: number): TlsVersion | null =>
  PREFERENCE.find((version) => TLS_VERSIONS[version].code === code) ?? null;

/** The best version both have, or null. */
export const commonVersion = (
  ours: readonly TlsVersion[],
  theirs: readonly TlsVersion[],
): TlsVersion | null =>
  PREFERENCE.find((version) => ours.includes(version) && theirs.includes(version)) ?? null;
