/**
 * What the octets of a segment mean. Machines write notes as they speak and hear, so no reader of the log parses the
 * wire again. Plain data; texts are octets shown as latin1 and are hostile until shown as text.
 */
export type ProtocolName = 'smtp' | 'lmtp' | 'qmtp' | 'pop3' | 'imap' | 'dns';

export type Eol = 'crlf' | 'lf' | 'none';

/** A command as a client machine sends it. */
export interface CommandNote {
  readonly kind: 'command';
  readonly protocol: ProtocolName;
  /** Upper case, as in the protocol's table: `HELO`, `MAIL`, `RETR`, …; `UNKNOWN` for none of them. */
  readonly verb: string;
  /** The line as sent, without its ending. */
  readonly line: string;
  readonly clause: string;
}

/** A server's reply, with what it answers: everything a grader or a session view needs to know of one exchange. */
export interface ReplyNote {
  readonly kind: 'reply';
  readonly protocol: ProtocolName;
  /**
   * What this answers: a verb of the table, `UNKNOWN`, `CONNECT` for the greeting, `END-OF-DATA` for the final dot,
   * or `SERVER` when the server speaks unasked (421).
   */
  readonly verb: string;
  /** The command line answered, without its ending; empty for CONNECT and END-OF-DATA. */
  readonly line: string;
  readonly eol: Eol;
  /** The mailbox in MAIL, RCPT or VRFY without brackets, the domain in HELO or EHLO, the argument of a POP3 command; else empty. */
  readonly argument: string;
  /** `250`, … or `+OK`, `-ERR`. */
  readonly code: string;
  /** Enhanced status code (RFC 3463), e.g. `2.1.0`; empty when none was sent. */
  readonly enhanced: string;
  /** First line of the reply after the code (and the enhanced code). */
  readonly text: string;
  /** Number of reply lines (RFC 5321 §4.2.1), or 1. */
  readonly lines: number;
  /** State the machine was in when it heard the command, and the one it is in now (names from the table). */
  readonly stateBefore: string;
  readonly state: string;
  readonly clause: string;
}

/** Lines of mail data a server heard (after DATA); a few of the first lines of a chunk. */
export interface BodyNote {
  readonly kind: 'body';
  readonly protocol: ProtocolName;
  readonly lines: readonly { readonly text: string; readonly eol: Eol }[];
  /** Lines heard in the same chunk but not kept. */
  readonly more: number;
}

/** Mail data as a client machine (or a POP3 server) sends it: this is the letter on the wire. */
export interface ContentNote {
  readonly kind: 'content';
  readonly protocol: ProtocolName;
  readonly octets: number;
  /** Where the sender keeps this letter: its queue id, or the mailbox's UID for POP3. */
  readonly letter: string;
  /** First line of the reply this content is part of (POP3 `+OK …`), or empty. */
  readonly text: string;
}

/** Octets somebody typed into a raw connection. */
export interface TypedNote {
  readonly kind: 'typed';
  readonly text: string;
  readonly eol: Eol;
}

/** A DNS message (RFC 1035 §4). */
export interface DnsNote {
  readonly kind: 'dns';
  readonly response: boolean;
  readonly name: string;
  readonly rrtype: string;
  /** `NOERROR`, `NXDOMAIN`, … ; empty in a query. */
  readonly rcode: string;
  readonly authoritative: boolean;
  /** Answer section in zone-file form, e.g. `10 mx1.example.org.` */
  readonly answers: readonly string[];
}

export type Note = CommandNote | ReplyNote | BodyNote | ContentNote | TypedNote | DnsNote;
