/** A client's ear: reply lines become replies (RFC 5321 §4.2, §4.2.1; RFC 2034 for the enhanced codes). */
import type { Octets } from '../../base/octets.ts';
import type { Reply } from './types.ts';

/** Octets of a reply line; §4.5.3.1.5 lets servers use 512. What is longer is cut. */
export const REPLY_LINE_LIMIT = 2048;
/** Lines kept of one reply. */
const LINES_KEPT = 100;
/** Lines after which a reply that does not end is taken for none. */
const LINES_MOST = 1000;

/** The part of a reply that has come so far. */
export interface PartialReply {
  readonly lines: readonly string[];
  readonly count: number;
}

export const NO_REPLY: PartialReply = { lines: [], count: 0 };

export type ReplyStep =
  | { readonly kind: 'more'; readonly partial: PartialReply }
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** A flood of lines: the other side is no SMTP server. */
  | { readonly kind: 'senseless' };

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/**
 * Lines as they come, the last of a reply at most behind all others. Its code counts, as RFC 5321 §4.2.1 advises; lines
 * that are no reply lines are passed over.
 */
export function readReplyLines(partial: PartialReply, unit: Octets): ReplyStep {
  const lines = partial.lines.slice();
  let { count } = partial;
  for (let at = 0; at < unit.length; ) {
    const lf = unit.indexOf('\n', at);
    const next = lf < 0 ? unit.length : lf + 1;
    const end = lf < 0 ? next : lf > at && unit.charCodeAt(lf - 1) === CR ? lf - 1 : lf;
    const line = unit.slice(at, end);
    at = next;
    if (++count > LINES_MOST) return { kind: 'senseless' };
    const mark = line[3] ?? ' ';
    if (!hasCode(line) || (mark !== ' ' && mark !== '-')) continue;
    if (lines.length < LINES_KEPT) lines.push(line);
    if (mark === ' ') return { kind: 'reply', reply: toReply(line, lines) };
  }
  return { kind: 'more', partial: { lines, count } };
}

const CR = 13;

function hasCode(line: string): boolean {
  const first = line.charCodeAt(0);
  return first >= 0x32 && first <= 0x35 && isDigit(line.charCodeAt(1)) && isDigit(line.charCodeAt(2));
}

function toReply(last: string, lines: readonly string[]): Reply {
  return { code: Number(last.slice(0, 3)), enhanced: enhancedStatus(last), lines: lines.map(textOf) };
}

function textOf(line: string): string {
  const status = enhancedStatus(line);
  return line.slice(status === '' ? 4 : 5 + status.length);
}

const STATUS = /^....[245]\.\d{1,3}\.\d{1,3}(?: |$)/;

/** `2.1.0` of `250 2.1.0 Ok`; empty when there is none, or it contradicts the code (RFC 2034 §4). */
function enhancedStatus(line: string): string {
  if (line[5] !== '.') return '';
  if (line[4] !== line[0] || !STATUS.test(line)) return '';
  const end = line.indexOf(' ', 4);
  return line.slice(4, end < 0 ? line.length : end);
}
