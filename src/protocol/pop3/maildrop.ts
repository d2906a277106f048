/** STAT, LIST, UIDL, RETR, TOP, DELE, RSET, LAST and NOOP: what one may do with an open maildrop (RFC 1939 §5, §7). */
import type { Octets } from '../../base/octets.ts';
import { linesOf, messageOf } from './arguments.ts';
import { dotStuffed, lineEnded, topOf, withCrlf } from './content.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import { asked, err, ok, oneLine, replied, replyWith, sessionWith, withMaildrop } from './session.ts';
import type { MaildropEntry, Pop3Answer } from './types.ts';

/** RFC 1939 §5 drop listing: `+OK nn mm` in every dialect. */
export function stat(session: Pop3ServerState): Verdict {
  return replied(session, oneLine('+OK', `${session.count} ${session.octets}`));
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
  if (heard.words.length === 0) {
    let body = '';
    session.entries.forEach((entry, index) => {
      if (!session.marked[index]) body += `${index + 1} ${about(entry)}\r\n`;
    });
    return replied(session, replyWith(ok(session, words), { body: body as Octets }));
  }
  const found = messageOf(session, heard);
  if (found.kind === 'none') return replied(session, found.reply);
  return replied(session, oneLine('+OK', `${found.index + 1} ${about(found.entry)}`));
}

export function dele(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const found = messageOf(session, heard);
  if (found.kind === 'none') return replied(session, found.reply);
  const next = session.marked[found.index] ? session : withMark(session, found.index, found.entry);
  return replied(next, ok(next, 'dele', { number: found.index + 1 }));
}

function withMark(session: Pop3ServerState, index: number, { octets }: MaildropEntry): Pop3ServerState {
  const marked = session.marked.slice();
  while (marked.length < session.entries.length) marked.push(false);
  marked[index] = true;
  return sessionWith(session, {
    marked,
    count: session.count - 1,
    octets: session.octets - octets,
    last: Math.max(session.last, index + 1),
  });
}

export function rset(session: Pop3ServerState): Verdict {
  const next = sessionWith(withMaildrop(session, session.entries, []), { last: 0, retrieved: [] });
  return replied(next, ok(next, 'rset'));
}

export function last(session: Pop3ServerState): Verdict {
  return replied(session, ok(session, 'last'));
}

export function noop(session: Pop3ServerState): Verdict {
  return replied(session, ok(session, 'noop'));
}

export function retr(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const found = messageOf(session, heard);
  if (found.kind === 'none') return replied(session, found.reply);
  return retrieval(session, found.entry);
}

const retrieval = (session: Pop3ServerState, { uid }: MaildropEntry): Verdict =>
  asked(session, { kind: 'retrieve', user: session.user ?? '', uid });

export function top(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const found = messageOf(session, heard, true);
  if (found.kind === 'none') return replied(session, found.reply);
  const lines = linesOf(session, heard, found.rest);
  return typeof lines === 'number' ? retrieval(session, found.entry) : replied(session, lines);
}

type Retrieved =
  | {
      readonly kind: 'content';
      readonly content: Octets;
      readonly uid: string;
      readonly number: number;
      /** What stands behind the number. */
      readonly rest: string;
    }
  | { readonly kind: 'gone'; readonly reply: Pop3Reply };

/** The message was found when the command was heard, and the maildrop is as it was. */
function retrieved(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
  more: boolean,
): Retrieved {
  const found = messageOf(session, heard, more);
  if (found.kind === 'none') return { kind: 'gone', reply: found.reply };
  const number = found.index + 1;
  if (answer.kind !== 'message') return { kind: 'gone', reply: err(session, 'gone', { number }) };
  const { entry, rest } = found;
  return { kind: 'content', content: withCrlf(answer.content), uid: entry.uid, number, rest };
}

export function retrAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  const got = retrieved(session, heard, answer, false);
  if (got.kind === 'gone') return [session, got.reply];
  const { uid, number, content } = got;
  const octets = content.length;
  const { retrieved: before } = session;
  const all = before.includes(uid) ? before : [...before, uid];
  const seen = sessionWith(session, { last: Math.max(session.last, number), retrieved: all });
  const reply = ok(session, 'retr', { octets, number });
  return [seen, replyWith(reply, { body: dotStuffed(lineEnded(content)), letter: { uid, octets } })];
}

export function topAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  const got = retrieved(session, heard, answer, true);
  if (got.kind === 'gone') return [session, got.reply];
  const lines = linesOf(session, heard, got.rest);
  if (typeof lines !== 'number') return [session, lines];
  const body = dotStuffed(topOf(lineEnded(got.content), lines));
  return [session, replyWith(ok(session, 'top', { number: got.number }), { body })];
}
