/**
 * The words of a POP3 server as data. The machine decides between `+OK` and `-ERR` (RFC 1939 §3) and what comes back;
 * a dialect only chooses the text behind it. What the RFC itself prescribes (STAT, LIST n, UIDL n) is no dialect's.
 */

/** Text behind `+OK`. */
export interface Pop3OkWords {
  readonly greeting: string;
  /** The greeting with `{challenge}`, where APOP is taken. */
  readonly greetingWithTimestamp: string;
  readonly user: string;
  /** After PASS, APOP or AUTH. */
  readonly pass: string;
  /** First line of AUTH's list of mechanisms, and of CAPA's of capabilities. */
  readonly auth: string;
  readonly capa: string;
  readonly stls: string;
  /** First line of a whole LIST. */
  readonly list: string;
  readonly retr: string;
  readonly dele: string;
  readonly noop: string;
  readonly rset: string;
  readonly top: string;
  /** First line of a whole UIDL. */
  readonly uidl: string;
  readonly last: string;
  /** QUIT before login. */
  readonly quitEarly: string;
  /** QUIT with nothing to delete. */
  readonly quit: string;
  /** QUIT, and messages were deleted. */
  readonly quitDeleted: string;
}

/** Text behind `-ERR`. */
export interface Pop3ErrWords {
  readonly badLogin: string;
  readonly pam: string;
  readonly tryLater: string;
  readonly inUse: string;
  readonly overQuota: string;
  readonly corrupt: string;
  readonly unavailable: string;
  /** PASS without USER. */
  readonly noUser: string;
  /** USER or PASS where a password must not travel in clear. */
  readonly plaintextOff: string;
  /** The same of an AUTH mechanism, and of all of them before TLS. */
  readonly mechanismOff: string;
  readonly tlsFirst: string;
  readonly noMechanism: string;
  readonly cancelled: string;
  /** No base64: behind the mechanism, and later. */
  readonly badInitial: string;
  readonly badResponse: string;
  readonly noApop: string;
  readonly badApop: string;
  readonly noTls: string;
  readonly tlsActive: string;
  readonly noSuchMessage: string;
  readonly deleted: string;
  /** The number of a message was expected; it is beyond counting; more stands behind it. */
  readonly notNumber: string;
  readonly hugeNumber: string;
  readonly noise: string;
  /** TOP: the same of the number of lines. */
  readonly notLines: string;
  readonly hugeLines: string;
  readonly linesNoise: string;
  readonly tooFew: string;
  readonly tooMany: string;
  /** A keyword that is no command, or not in this state: before and after login. */
  readonly unknownEarly: string;
  readonly unknown: string;
  readonly emptyLine: string;
  /** The message cannot be read although it is in the maildrop. */
  readonly gone: string;
  /** RFC 1939 §6: some messages could not be removed. */
  readonly updateFailed: string;
  /** Before and after login. */
  readonly tooLongEarly: string;
  readonly tooLong: string;
  readonly tooManyBadEarly: string;
  readonly tooManyBad: string;
}

/**
 * Texts may hold `{user}`, `{count}` (messages not marked), `{s}` (empty for one message, else `s`), `{octets}`,
 * `{total}` (messages, marked or not), `{last}` (highest number seen), `{number}`, `{argument}`, `{verb}` (upper case),
 * `{command}` (lower case), `{hostname}`, `{challenge}` and `{at}` (local time).
 */
export interface Pop3Words {
  readonly ok: Pop3OkWords;
  readonly err: Pop3ErrWords;
  /** Other words of UIDL. */
  readonly uidl: Partial<Pop3ErrWords>;
  /** Closes a session that ends with a refused login: a whole line; empty: none. */
  readonly farewell: string;
  /** Said when nobody has said anything for too long: whole lines, before and after login; empty: none. */
  readonly idleEarly: string;
  readonly idle: string;
}

export type Pop3WordValues = Readonly<Record<string, string | number>>;

/** Puts values into a text, in one pass: braces inside a value stay as they are. */
export function fillWords(text: string, valueFor: (name: string) => string | number): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([a-z]+)\}/g, (_, name: string) => String(valueFor(name)));
}
