/**
 * What is wrong with a path (RFC 5321 §4.1.2) that `parsePath` does not take, for the servers that say so. The kinds are
 * Exim's and Sendmail's; the text is read from the left and the first trouble counts.
 */
import { looksLikeDomain } from '../../mail/address.ts';

export type PathTrouble =
  | 'open-bracket' //   <ann@example.org
  | 'close-bracket' //  ann@example.org>
  | 'open-quote' //     <"ann@example.org>
  | 'no-user' //        <@example.org>
  | 'no-host' //        <ann@>
  | 'bad-user' //       <<ann@example.org>>
  | 'bad-host' //       <ann@example..org>
  | 'empty' //          <>, where the null path may not stand
  | 'two-words' //      <ann lee@example.org>
  | 'literal' //        <ann@[192.0.2.1]>, malformed or not welcome
  | 'trailing' //       <ann@example.org>,<bob@example.org>
  | 'too-long';

export interface Troubled {
  readonly trouble: PathTrouble;
  /** The text up to where it is wrong, and from there on. */
  readonly before: string;
  readonly rest: string;
}

/** Octets of a path (RFC 5321 §4.5.3.1.3). */
const PATH_LIMIT = 256;

/** Octets shown of a path that is too long. */
const SHOWN = 64;

export function pathTrouble(text: string): Troubled {
  const bracketed = text[0] === '<';
  const start = routeEnd(text, bracketed ? 1 : 0);
  const at = (trouble: PathTrouble, end: number): Troubled => ({
    trouble,
    before: text.slice(0, end),
    rest: text.slice(end),
  });
  if (bracketed && text[1] === '>') return at('empty', 1);
  if (text.length > PATH_LIMIT && !/[ \t]/.test(text))
    return { trouble: 'too-long', before: text.slice(0, start), rest: text.slice(start, start + SHOWN) };
  const user = userEnd(text, start);
  if (user < 0) return at('open-quote', start);
  if (user === start) return at(text[start] === '@' ? 'no-user' : 'bad-user', start);
  let end = user;
  if (text[user] === '@') {
    if (text[user + 1] === '[') return at('literal', user + 1);
    end = hostEnd(text, user + 1);
    const host = text.slice(user + 1, end);
    if (host === '') return at('no-host', end);
    if (!looksLikeDomain(host)) return at('bad-host', user + 1);
  } else if (/^[ \t]+[^ \t>]/.test(text.slice(user)))
    return { trouble: 'two-words', before: text.slice(start, user), rest: text.slice(user) };
  return afterMailbox(text, bracketed, end, at);
}

/** The mailbox itself is well; what stands behind it? */
function afterMailbox(
  text: string,
  bracketed: boolean,
  end: number,
  at: (trouble: PathTrouble, end: number) => Troubled,
): Troubled {
  if (bracketed && end === text.length) return at('open-bracket', end);
  if (bracketed && text[end] === '>') return at('trailing', end + 1);
  return at(!bracketed && text[end] === '>' ? 'close-bracket' : 'trailing', end);
}

/** Behind a source route `@a,@b:` (RFC 5321 appendix C), if there is one. */
function routeEnd(text: string, at: number): number {
  const route = /^@[^:<>"]*:/.exec(text.slice(at));
  return route === null ? at : at + route[0].length;
}

/** End of the local part; -1 for a quote that is not closed. */
function userEnd(text: string, at: number): number {
  if (text[at] !== '"') return at + /^[^\s()<>[\]:;@\\,"]*/.exec(text.slice(at))![0].length;
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(at));
  return quoted === null ? -1 : at + quoted[0].length;
}

const hostEnd = (text: string, at: number): number =>
  at + /^[^\s()<>[\]:;@\\,"]*/.exec(text.slice(at))![0].length;
