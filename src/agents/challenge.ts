/**
 * A challenge of APOP (RFC 1939 §7) or CRAM-MD5 (RFC 2195 §2), never the same twice: a number drawn for it, the time in
 * milliseconds since 1970, and this host. `nth`: of those that share one chance.
 */
export const challengeOf = (chance: number, nth: number, epochMs: number, hostname: string): string =>
  `<${Math.floor(chance * 1e15) + nth}.${Math.floor(epochMs / 1000)}@${hostname}>`;
