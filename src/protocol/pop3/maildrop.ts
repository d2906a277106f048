/** STAT, LIST, UIDL, RETR, TOP, DELE, RSET and NOOP: what one may do with an open maildrop (RFC 1939 §5, §7). */
import type { Octets } from '../../base/octets.ts';
import { dotStuffed, topOf, withCrlf } from './content.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import { err, ok, oneLine, replied, replyWith, sessionWith, withMaildrop } from './session.ts';
import type { MaildropEntry, Pop3Answer } from './types.ts';

/** RFC 1939 §5 drop listing: `+OK nn mm` in every dialect. */
export function stat(session: Pop3ServerState): Verdict {
  return replied(session, oneLine(true, `${session.count} ${session.octets}`));
}

const scanListing = (entry: MaildropEntry): string => String(entry.octets);
const uniqueId = (entry: MaildropEntry): string => entry.uid;

export function list(session: Pop3ServerState, heard: HeardCommand): Verdict {
  return listing(session, heard, scanListing, 'list');
}

export function uidl(session: Pop3ServerState, heard: HeardCommand): Verdict {
  return listing(session, heard, uniqueId, 'uidl');
}

function listing(
  session: Pop3ServerState,
  heard: HeardCommand,
  about: (entry: MaildropEntry) => string,
  words: 'list' | 'uidl',
): Verdict {
  const text = heard.words[0];
  if (text === undefined) {
    let body = '';
    session.entries.forEach((entry, index) => {
      if (!session.marked[index]) body += `${index + 1} ${about(entry)}\r\n`;
    });
    return replied(session, replyWith(ok(session, words), { body: body as Octets }));
  }
  const found = messageOf(session, text);
  if (found.kind === 'none') return replied(session, found.reply);
  return replied(session, oneLine(true, `${found.index + 1} ${about(found.entry)}`));
}

type Found =
  | { readonly kind: 'message'; readonly index: number; readonly entry: MaildropEntry }
  | { readonly kind: 'none'; readonly reply: Pop3Reply };

/** The message a command speaks of: there, and not marked as deleted (RFC 1939 §5). */
function messageOf(session: Pop3ServerState, text: string): Found {
  if (!isNumber(text)) {
    return { kind: 'none', reply: replyWith(err(session, 'notNumber', { argument: text }), { bad: true }) };
  }
  const index = Number(text) - 1;
  const entry = session.entries[index];
  if (entry !== undefined && !session.marked[index]) return { kind: 'message', index, entry };
  const words = entry === undefined ? 'noSuchMessage' : 'deleted';
  return { kind: 'none', reply: err(session, words, { number: text }) };
}

function isNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0;
}

export function dele(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const found = messageOf(session, heard.words[0]!);
  if (found.kind === 'none') return replied(session, found.reply);
  const marked = session.marked.slice();
  while (marked.length < session.entries.length) marked.push(false);
  marked[found.index] = true;
  const next = sessionWith(session, {
    marked,
    count: session.count - 1,
    octets: session.octets - found.entry.octets,
  });
  return replied(next, ok(next, 'dele', { number: found.index + 1 }));
}

export function rset(session: Pop3ServerState): Verdict {
  const next = withMaildrop(session, session.entries, []);
  return replied(next, ok(next, 'rset'));
}

export function noop(session: Pop3ServerState): Verdict {
  return replied(session, ok(session, 'noop'));
}

export function retr(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const found = messageOf(session, heard.words[0]!);
  if (found.kind === 'none') return replied(session, found.reply);
  return { kind: 'ask', question: { kind: 'retrieve', user: session.user, uid: found.entry.uid } };
}

export function top(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const lines = heard.words[1]!;
  if (!isNumber(lines)) {
    return replied(session, replyWith(err(session, 'notLines', { argument: lines }), { bad: true }));
  }
  return retr(session, heard);
}

type Retrieved =
  | { readonly kind: 'content'; readonly content: Octets; readonly uid: string }
  | { readonly kind: 'gone'; readonly reply: Pop3Reply };

function retrieved(session: Pop3ServerState, heard: HeardCommand, answer: Pop3Answer): Retrieved {
  const entry = session.entries[Number(heard.words[0]) - 1];
  if (answer.kind === 'message' && entry !== undefined) {
    return { kind: 'content', content: withCrlf(answer.content), uid: entry.uid };
  }
  return { kind: 'gone', reply: err(session, 'gone', { number: heard.words[0]! }) };
}

export function retrAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  const got = retrieved(session, heard, answer);
  if (got.kind === 'gone') return [session, got.reply];
  const octets = got.content.length;
  const reply = ok(session, 'retr', { octets, number: heard.words[0]! });
  const letter = { uid: got.uid, octets };
  return [session, replyWith(reply, { body: dotStuffed(got.content), letter })];
}

export function topAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  const got = retrieved(session, heard, answer);
  if (got.kind === 'gone') return [session, got.reply];
  const reply = ok(session, 'top', { number: heard.words[0]! });
  return [session, replyWith(reply, { body: dotStuffed(topOf(got.content, Number(heard.words[1]))) })];
}
