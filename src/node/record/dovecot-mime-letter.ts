/** A letter for Dovecot's MIME reading, named for what is in it. */
export interface MimeLetter {
  readonly name: string;
  /** Octets; lines end in CRLF, as our own store has them. */
  readonly content: string;
}

export const mime = (name: string, ...lines: readonly string[]): MimeLetter => ({
  name,
  content: lines.map((line) => `${line}\r\n`).join(''),
});
