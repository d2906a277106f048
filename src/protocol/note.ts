/**
 * What the octets of a segment mean. Machines write notes as they speak and hear, so no reader of the log parses the
 * wire again. Plain data; texts are octets shown as latin1 and are hostile until shown as text.
 */
export type ProtocolName = 'smtp' | 'lmtp' | 'qmtp' | 'pop3' | 'imap' | 'dns' | 'tls';

export type Eol = 'crlf' | 'lf' | 'none';

/** A command as a client machine sends it. */
export interface CommandNote {
  readonly kind: 'command';
  readonly protocol: ProtocolName;
  /** IMAP only (RFC 3501 §2.2.1). */
  readonly tag?: string;
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
  /** IMAP only (RFC 3501 §2.2.1): the command's, `*` where there is none. */
  readonly tag?: string;
  /**
   * What this answers: a verb of the table, `UNKNOWN`, `CONNECT` for the greeting, `END-OF-DATA` for the final dot,
   * or `SERVER` when the server speaks unasked (421).
   */
  readonly verb: string;
  /** The command line answered, without its ending; empty for CONNECT and END-OF-DATA. */
  readonly line: string;
  readonly eol: Eol;
  /**
   * The mailbox in MAIL, RCPT or VRFY without brackets, the domain in HELO or EHLO, the argument of a POP3 command, the
   * mailbox an IMAP command names; else empty.
   */
  readonly argument: string;
  /** `250`, … or `+OK`, `-ERR`, or `OK`, `NO`, `BAD`, `BYE`, `+`, `*`. */
  readonly code: string;
  /** Enhanced status code (RFC 3463), e.g. `2.1.0`, or IMAP's response code, e.g. `TRYCREATE`; empty when none was sent. */
  readonly enhanced: string;
  /** First line of the reply after the code (and the enhanced code). */
  readonly text: string;
  /** Number of reply lines (RFC 5321 §4.2.1), or 1. */
  readonly lines: number;
  /** IMAP only (RFC 3501 §2.2.2): untagged data of the same segment, the first few lines, without their ends. */
  readonly data?: readonly string[];
  /** State the machine was in when it heard the command, and the one it is in now (names from the table). */
  readonly stateBefore: string;
  readonly state: string;
  readonly clause: string;
}

/** Lines of mail data a server heard (after DATA), or the first octets of a chunk; `body-note.ts` writes and reads it. */
export interface BodyNote {
  readonly kind: 'body';
  readonly protocol: ProtocolName;
  /** The first lines as they came, each with its ending, and of a long one the first octets. */
  readonly text: string;
  /** How many were heard. */
  readonly lines: number;
  /** The state these lines lead to, where they are not answered at once. */
  readonly state?: string;
}

/** Mail data as a client machine (or a POP3 or IMAP server) sends it: this is the letter on the wire. */
export interface ContentNote {
  readonly kind: 'content';
  readonly protocol: ProtocolName;
  readonly octets: number;
  /** Where the sender keeps this letter: its queue id, or its `uniqueId` in a mailbox. */
  readonly letter: string;
  /** First line of the reply this content is part of (POP3 `+OK …`, IMAP `* 1 FETCH …`), or empty. */
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
  /** TC: the rest did not fit, and is to be had over TCP. */
  readonly truncated?: true;
  /** A referral: the zone below, and the names of its servers. */
  readonly referral?: { readonly zone: string; readonly servers: readonly string[] };
}

/** What a side of a TLS connection says for itself, in one segment: a flight of the handshake, or an alert (RFC 8446). */
export interface TlsNote {
  readonly kind: 'tls';
  readonly protocol: 'tls';
  /** In their order: `ClientHello`, `ServerHello`, `Certificate`, `ChangeCipherSpec`, `Finished`, `Alert`, … */
  readonly messages: readonly string[];
  /** OpenSSL's names, `TLSv1.3`, `TLS_AES_256_GCM_SHA384`; empty before they are agreed on. */
  readonly version: string;
  readonly cipher: string;
  /** Versions a ClientHello offers, best first; else empty. */
  readonly offers: readonly string[];
  /** Server name indication (RFC 6066 §3); empty: none. */
  readonly serverName: string;
  /** The server's own, in the flight that carries it. Dates as OpenSSL prints them: `Feb  1 11:52:24 2006 GMT`. */
  readonly certificate: {
    readonly subject: string;
    readonly issuer: string;
    readonly names: readonly string[];
    readonly notBefore: string;
    readonly notAfter: string;
  } | null;
  /** The RFC's name, `close_notify`, `unknown_ca`, … and number. */
  readonly alert: {
    readonly level: 'warning' | 'fatal';
    readonly name: string;
    readonly code: number;
  } | null;
  /** Why the alert was said, in OpenSSL's words; else empty. */
  readonly reason: string;
  readonly clause: string;
}

/** `tls`: the octets on the wire are records, and only the ends know what this note says. */
export type Note = (CommandNote | ReplyNote | BodyNote | ContentNote | TypedNote | DnsNote | TlsNote) & {
  readonly tls?: true;
};
