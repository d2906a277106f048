/** What the look-up tools and the engine that runs them say to each other. Plain data. */
import type { CivilTime, Millis } from '../base/time.ts';
import type { DnsMessage, Question } from '../dns/types.ts';
import type { Address } from '../sim/types.ts';

/** The tools of BIND 9.2.4 (2004), which the notes of 2006 show, or of 9.18 (Debian 12). */
export type ToolVersion = '9.2.4' | '9.18';

/** One question to one server, once. */
export interface Ask {
  readonly to: Address;
  readonly question: Question;
  readonly recursion: boolean;
  readonly tcp: boolean;
  readonly timeoutMs: Millis;
}

export interface Reply {
  readonly message: DnsMessage;
  /** Size of the message received. */
  readonly octets: number;
  readonly elapsedMs: Millis;
}

/** What a tool hears of what it wanted. */
export type Heard =
  | { readonly kind: 'reply'; readonly ask: Ask; readonly reply: Reply }
  | { readonly kind: 'silence'; readonly ask: Ask; readonly why: 'timed out' | 'connection refused' }
  /** Addresses of a host, as getaddrinfo gives them; none when there is no such host. */
  | { readonly kind: 'found'; readonly addresses: readonly string[] };

/** What a tool wants next. */
export type Next =
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'find'; readonly host: string }
  /** A line from the keyboard, at its own prompt. */
  | { readonly kind: 'prompt' }
  | { readonly kind: 'end'; readonly ok: boolean };

export interface ToolStep<T> {
  readonly tool: T;
  /** Printed, each with a line end. */
  readonly lines: readonly string[];
  readonly next: Next;
}

/** The host the tool runs on, and the moment. */
export interface Around {
  readonly version: ToolVersion;
  /** Addresses in `resolv.conf`. */
  readonly servers: readonly string[];
  /** Domain that completes names without a dot; empty: none. */
  readonly search: string;
  readonly time: CivilTime;
  /** Abbreviation such as `CET`. */
  readonly zone: string;
  /** In [0, 1). */
  readonly chance: number;
}

export const end = <T>(tool: T, lines: readonly string[], ok: boolean): ToolStep<T> => ({
  tool,
  lines,
  next: { kind: 'end', ok },
});

/** `192.0.2.1#53`, as all three tools write an address and port. */
export const socketName = ({ address, port }: Address): string => `${address}#${port}`;

/** What 9.18 says of one try that failed. */
export const failureLines = (ask: Ask, why: 'timed out' | 'connection refused'): readonly string[] => {
  const { address } = ask.to;
  const name = ask.question.name === '' ? '.' : ask.question.name;
  if (!ask.tcp) return [`;; communications error to ${socketName(ask.to)}: ${why}`];
  return [
    `;; Connection to ${socketName(ask.to)}(${address}) for ${name} failed: ${why}.`,
    ';; no servers could be reached',
  ];
};
