/** Reading trace fields (RFC 5321 §4.4), which every server writes a little differently. */
import { isIpv4, isIpv6 } from './address.ts';

/**
 * What a trace field says; empty where it says nothing. Unverified: whoever wrote the line could write
 * anything.
 */
export interface ParsedReceived {
  /** The name the client gave (HELO). */
  readonly from: string;
  /** The client's IP address as the server saw it. */
  readonly fromAddress: string;
  readonly by: string;
  readonly with: string;
  readonly id: string;
  /** Without angle brackets. */
  readonly for: string;
  /** The date-time as written, for `parseMailDate`. */
  readonly date: string;
}

/** More than this of a field is not read. */
const TEXT_LIMIT = 4000;

type Clause = 'from' | 'by' | 'with' | 'id' | 'for';

const CLAUSES: Readonly<Record<string, Clause | 'via'>> = {
  from: 'from',
  by: 'by',
  via: 'via',
  with: 'with',
  id: 'id',
  for: 'for',
  // Exim: `with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384`.
  tls: 'via',
};

/** Reads the value of a `Received` field, folded or not. Never fails; what cannot be made out is empty. */
export function parseReceived(value: string): ParsedReceived {
  const { tokens, date } = tokenize(value.slice(0, TEXT_LIMIT));
  const found: Record<Clause, string> = { from: '', by: '', with: '', id: '', for: '' };
  let fromAddress = '';
  let helo = '';
  let clause: Clause | 'via' | null = null;
  let words: string[] = [];
  const endClause = () => {
    if (clause !== null && clause !== 'via' && found[clause] === '') found[clause] = words.join(' ');
  };
  for (const token of tokens) {
    if (token.startsWith('(')) {
      if (clause === 'from' && fromAddress === '') fromAddress = addressIn(token);
      if (clause === 'from') helo ||= heloIn(token);
      continue;
    }
    const next = wordClause(token);
    // The word behind a clause's name is its value, even if it reads like a name of a clause.
    if (next !== null && (clause === null || words.length > 0)) {
      endClause();
      clause = next;
      words = [];
    } else if (clause !== null) words.push(token);
  }
  endClause();
  return {
    ...found,
    from: helo || found.from,
    fromAddress: fromAddress || addressIn(found.from),
    for: found.for.replace(/^<([^>]*)>.*$/s, '$1'),
    date,
  };
}

function wordClause(token: string): Clause | 'via' | null {
  const lower = token.toLowerCase();
  return Object.hasOwn(CLAUSES, lower) ? CLAUSES[lower]! : null;
}

const isBlank = (char: string): boolean => char <= ' ';

/** Words and whole comments up to the semicolon, and the date-time behind it. */
function tokenize(text: string): { tokens: readonly string[]; date: string } {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length && text[at] !== ';') {
    const start = at;
    if (isBlank(text[at]!)) at++;
    else if (text[at] === '(') {
      at = commentEnd(text, at);
      tokens.push(text.slice(start, at));
    } else {
      while (at < text.length && !isBlank(text[at]!) && text[at] !== ';' && text[at] !== '(') at++;
      tokens.push(text.slice(start, at));
    }
  }
  return {
    tokens,
    date: text
      .slice(at + 1)
      .replace(/\s+/g, ' ')
      .trim(),
  };
}

/** Behind the comment at `at` (RFC 5322 §3.2.2: they nest); one never closed goes to the end. */
function commentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}

/** Exim and qmail put the client's name first and what it said, if that is another, in a comment: `(helo=x)`, `(HELO x)`. */
const heloIn = (comment: string): string => /[( ]helo[= ]([^\s()]+)/i.exec(comment)?.[1] ?? '';

/**
 * The last IP address in a `from` clause's word or comment: `(neo [10.2.3.168])`, `([192.0.2.1]:54907)`,
 * `(192.0.2.1)`.
 */
function addressIn(text: string): string {
  const words = text.split(/[\s()[\]]+/);
  for (let i = words.length - 1; i >= 0; i--) {
    const address = words[i]!.replace(/^ipv6:/i, '').replace(/%.*$/s, '');
    if (isIpv4(address) || isIpv6(address)) return address;
  }
  return '';
}
