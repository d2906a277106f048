/** What a kind of server does beyond its words: data that the machine honours. */
import type { Millis } from '../../../base/time.ts';

export interface Habits {
  /** Knows EHLO (RFC 1869); a server of RFC 821 alone does not. */
  readonly esmtp: boolean;
  /** Refuses MAIL before HELO whatever its configuration says (RFC 5321 §4.1.4). */
  readonly wantsHello: boolean;
  /** What may stand behind HELO: `one-word` without blanks inside; `host-name` letters, digits, dots and hyphens, or an address literal. */
  readonly helloNames: 'even-none' | 'anything' | 'one-word' | 'host-name';
  /** AUTH, STARTTLS and BDAT are taken only while EHLO's latest reply offers them: not after HELO, nor before either. */
  readonly asOffered: boolean;
  /** Known commands that its packager lets nobody use. */
  readonly prohibits: readonly ('VRFY' | 'EXPN' | 'ETRN')[];
  /** Commands refused when something stands behind them. */
  readonly noArguments: readonly string[];
  /** DATA without recipients is told what they all were refused with. */
  readonly recallsRefusals: boolean;
  /** Postfix's ways with HELO: a later one makes no SMTP of ESMTP, and what is no name is cleaned. */
  readonly helloSticks: boolean;
  /** HELP is a command. */
  readonly helps: boolean;
  /** What stands behind DATA matters only where DATA may come. */
  readonly orderFirst: boolean;
  /** A second MAIL begins a new transaction; else it is refused (RFC 5321 §4.1.4). */
  readonly mailAgain: boolean;
  /** For whom unknown local users are refused at RCPT; else they are taken, and their letters bounce. The agent's to honour. */
  readonly checksRecipients: 'all' | 'strangers' | 'none';
  readonly lines: LineHabits;
  readonly paths: PathHabits;
  readonly auth: AuthHabits;
  readonly patience: Patience;
}

export interface LineHabits {
  /** Octets of a command line, its ending included (RFC 5321 §4.5.3.1.4: 512 at least). */
  readonly limit: number;
  /** A longer one ends the session. */
  readonly longEnds: boolean;
  /** Blanks in front, tabs, and `MAIL FROM :` make a line an unknown command; only `MAIL FROM:` and `RCPT TO:` name theirs. */
  readonly exact: boolean;
  /**
   * Control octets (but NUL) and octets of 8 bits are text like any other; or NUL ends the line, as it ends strings in C,
   * and CR, FF and VT are blanks; or a command with such octets is none.
   */
  readonly controls: 'text' | 'c-string' | 'refused';
  /** A command typed before the reply to the one in front, where PIPELINING was not offered (RFC 2920 §3.1). */
  readonly typeAhead: 'welcome' | 'refused' | 'ends';
  /** A line of mail data that ends in LF alone (RFC 5321 §2.3.8): its text is kept, or the session ends. */
  readonly bareLf: 'text' | 'ends';
  /** BDAT without a number ends the session, since nobody knows where the next command begins; one that has no business here spoils all that follow, up to LAST. */
  readonly lostChunkEnds: boolean;
}

export interface PathHabits {
  /** Takes for a path whatever stands between `<` and `>`, or behind the colon; parameters are not looked at. */
  readonly lenient: boolean;
  /** `Ann <ann@example.org>` is a path, too. */
  readonly phrases: boolean;
  /** Addresses that must name a domain; `postmaster` never must (RFC 5321 §4.1.1.3). */
  readonly wantsDomain: 'never' | 'sender' | 'always';
  /** Address literals (RFC 5321 §4.1.3) are taken. */
  readonly literals: boolean;
  /** SIZE must be a number; else one that is none says nothing. */
  readonly strictSize: boolean;
  /** Parameters of MAIL that are taken without the extension they belong to, and mean nothing. */
  readonly passesOver: readonly string[];
  /** A mailbox may begin with a hyphen, as the options of programs do. */
  readonly hyphenFirst: boolean;
  /** Quotes that need not be there are taken off, and blanks inside the brackets. */
  readonly tidies: boolean;
}

export interface AuthHabits {
  /** Where passwords must wait for TLS: AUTH is not there at all, or only the mechanisms that do not show them. */
  readonly clear: 'nothing' | 'digests';
  /** EHLO offers AUTH to who is logged in already. */
  readonly offeredAgain: boolean;
  /** An initial response for a mechanism in which the server speaks first (RFC 4954 §4: 501) is passed over. */
  readonly takesAnyInitial: boolean;
}

/** How much of what goes wrong a server bears. Each number is the one that ends the session; null: none does. */
export interface Patience {
  /** Silence of the client (RFC 5321 §4.5.3.2.7: 5 minutes at least). */
  readonly idleMs: Millis;
  /** Counted are all refusals, or faults of syntax and order only. */
  readonly counts: 'refusals' | 'faults';
  readonly errors: number | null;
  /** 421 comes behind the last refusal, in its stead, or as another line of it under its own code. */
  readonly ends: 'behind' | 'instead' | 'line';
  readonly unknown: number | null;
  /** Commands that serve no transaction. Past it: the session ends, or each further one is an error. */
  readonly junk: number | null;
  readonly junkEnds: boolean;
  /** Of those, commands whose first use does not count. */
  readonly firstIsFree: readonly string[];
}

/** Postfix's, which the others are described by their differences from. */
export const USUAL: Habits = {
  esmtp: true,
  wantsHello: false,
  helloNames: 'anything',
  asOffered: false,
  prohibits: [],
  noArguments: ['DATA', 'RSET', 'STARTTLS'],
  recallsRefusals: false,
  helloSticks: false,
  helps: true,
  orderFirst: false,
  mailAgain: false,
  checksRecipients: 'all',
  lines: {
    // Postfix's `line_length_limit` of 2048 octets, and the line's ending.
    limit: 2050,
    longEnds: false,
    exact: false,
    controls: 'refused',
    typeAhead: 'welcome',
    bareLf: 'text',
    lostChunkEnds: true,
  },
  paths: {
    lenient: false,
    phrases: false,
    wantsDomain: 'never',
    literals: true,
    strictSize: true,
    passesOver: [],
    hyphenFirst: true,
    tidies: false,
  },
  auth: { clear: 'nothing', offeredAgain: true, takesAnyInitial: true },
  // Postfix's `smtpd_timeout`, `smtpd_hard_error_limit`, `smtpd_junk_command_limit`.
  patience: {
    idleMs: 300_000,
    counts: 'refusals',
    errors: 20,
    ends: 'behind',
    unknown: null,
    junk: 102,
    junkEnds: false,
    firstIsFree: [],
  },
};

/** What the others do not share. */
export const POSTFIX: Habits = {
  ...USUAL,
  helloSticks: true,
  orderFirst: true,
  lines: { ...USUAL.lines, controls: 'c-string' },
  paths: { ...USUAL.paths, hyphenFirst: false, tidies: true },
};
