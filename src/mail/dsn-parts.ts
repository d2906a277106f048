/** What notifications of all dialects are made of: facts, lines, and a boundary that nothing in the letter can end. */
import type { Octets } from '../base/octets.ts';
import { headerOf } from './message.ts';
import type { ReceivedStyle } from './received.ts';

export type DsnAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export interface DsnRecipient {
  readonly recipient: string;
  /** As the sender named it, when an alias led from there. */
  readonly original: string;
  /** ORCPT (RFC 3461 §4.2) with its type, decoded: `rfc822;jura@firma1.intr`. */
  readonly orcpt: string;
  readonly action: DsnAction;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`. */
  readonly status: string;
  /** The other side's reply, e.g. `550 5.1.1 …`; null when there was none. */
  readonly diagnostic: string | null;
  /** Name of the host that replied; null when there was none. */
  readonly remoteMta: string | null;
  /** Its address; empty where the dialect does not tell it. */
  readonly remoteAddress: string;
  /** What happened, in this host's words, for people. */
  readonly why: string;
}

export interface DsnFacts {
  /** `sender`: to the reverse-path. `postmaster`: a copy for whoever runs this host. */
  readonly audience: 'sender' | 'postmaster';
  /** Name of this host. */
  readonly reportingMta: string;
  /** Queue id of the letter reported on. */
  readonly queueId: string;
  /** ENVID (RFC 3461 §4.4); empty: none was given. */
  readonly envid: string;
  /** When that letter came: an RFC 5322 date-time without comment. */
  readonly arrivalDate: string;
  /** Its reverse-path; empty: it is a notification itself, and only the postmaster hears of it (RFC 5321 §6.1). */
  readonly reversePath: string;
  /** The host it came from, as far as it is known. */
  readonly client: { readonly name: string; readonly address: string } | null;
  /** Address in the From field, e.g. `MAILER-DAEMON@neo.firma1.intr`. */
  readonly from: string;
  readonly to: string;
  readonly boundary: string;
  readonly date: string;
  /** Zone abbreviation, for the dialects that add it to dates; absent or empty: none. */
  readonly zone?: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly recipients: readonly DsnRecipient[];
  /** The letter reported on, as kept in the queue. */
  readonly original: Octets;
  /** RET (RFC 3461 §4.3). */
  readonly ret: '' | 'FULL' | 'HDRS';
  /** For delays: how long it has waited, in hours, how old it may become, in days, and when that is. */
  readonly delayHours: number;
  readonly lifetimeDays: number;
  readonly retryUntil: string;
  readonly dialect: ReceivedStyle;
}

/** Octets of the original that are returned, Postfix's `bounce_size_limit`. A longer letter returns its header alone. */
export const RETURN_LIMIT = 50_000;
/** RFC 2046 §5.1.1. */
const BOUNDARY_LIMIT = 70;
/** Longer values are cut, so that no line exceeds 998 octets (RFC 5322 §2.1.1). */
const VALUE_LIMIT = 900;

/** Nothing that a peer replied or a sender wrote may begin a line of the report. */
export const safe = (text: string): string =>
  text
    .slice(0, VALUE_LIMIT)
    .replace(/[^\x20-\x7e\x80-\xff]/g, '?')
    .trim();

/** The same where only ASCII may stand. */
export const safeAscii = (text: string): string => safe(text).replace(/[^\x20-\x7e]/g, '?');

export const block = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

export const isEightBit = (text: string): boolean => /[\x80-\xff]/.test(text);

/** What the report as a whole says: the gravest of its recipients' actions. */
export const gravest = (recipients: readonly DsnRecipient[]): DsnAction =>
  recipients.find(({ action }) => action === 'failed')?.action ?? recipients[0]?.action ?? 'failed';

/** RFC 3463 §2; without one, the class alone. */
export const statusOf = ({ status, action }: DsnRecipient): string => {
  if (/^[245]\.\d{1,3}\.\d{1,3}$/.test(status)) return status;
  return action === 'failed' ? '5.0.0' : action === 'delayed' ? '4.0.0' : '2.0.0';
};

/** Lines of at most `width` characters where the words allow it, all but the first indented. */
export function wrap(text: string, width: number, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = ' '.repeat(indent) + word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return line.trim() === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}

export interface Returned {
  readonly content: string;
  readonly whole: boolean;
}

/** The original, or only its header when the sender wants no more (RFC 3461 §4.3), when it is long, or nothing failed. */
export function returnedLetter({ original, ret, recipients, audience, reversePath }: DsnFacts): Returned {
  // The postmaster reads other people's mail only where there is nobody to send it back to.
  const allowed = audience === 'sender' ? ret !== 'HDRS' : reversePath === '';
  const whole = gravest(recipients) === 'failed' && allowed && original.length <= RETURN_LIMIT;
  const content = whole ? original : cutAtLine(headerOf(original), RETURN_LIMIT);
  return { content: content === '' || content.endsWith('\n') ? content : `${content}\r\n`, whole };
}

const cutAtLine = (text: string, limit: number): string =>
  text.length <= limit ? text : text.slice(0, text.lastIndexOf('\n', limit - 1) + 1);

/** A boundary no line of the returned letter can be taken for, though the sender may have guessed the one proposed. */
export function freeBoundary(proposed: string, returned: string): string {
  const base = proposed.replace(/[^A-Za-z0-9'()+_,./:=?-]/g, '_').slice(0, BOUNDARY_LIMIT - 6) || 'report';
  let boundary = base;
  // A returned letter is too short to hold every one of these.
  for (let n = 1; returned.includes(`--${boundary}`); n++) boundary = `${base}.${n}`;
  return boundary;
}
