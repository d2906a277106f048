/** USER, PASS and QUIT: into a session and out of it (RFC 1939 §4, §6, §7). */
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import { err, ok, replied, replyWith, sessionWith, withMaildrop } from './session.ts';
import type { Pop3Answer } from './types.ts';

/** USER is accepted for every name: who has a mailbox here is nobody's business before PASS. */
export function user(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const named = sessionWith(session, { user: heard.words[0]! });
  return replied(named, ok(named, 'user'));
}

/** The whole rest of the line is the password, spaces and all (RFC 1939 §7). */
export function pass(session: Pop3ServerState, heard: HeardCommand): Verdict {
  if (session.user === '') return replied(session, err(session, 'noUser', { command: 'pass' }));
  return { kind: 'ask', question: { kind: 'login', user: session.user, password: heard.argument } };
}

const REFUSED = { 'bad-login': 'badLogin', 'in-use': 'inUse', unavailable: 'unavailable' } as const;

export function passAnswered(
  session: Pop3ServerState,
  _heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  if (answer.kind === 'maildrop') {
    const opened = withMaildrop(session, answer.entries, []);
    return [opened, ok(opened, 'pass')];
  }
  const why = answer.kind === 'refused' ? REFUSED[answer.why] : 'unavailable';
  return [sessionWith(session, { user: '' }), err(session, why)];
}

export function quit(session: Pop3ServerState): Verdict {
  if (session.state === 'authorization') {
    return replied(session, replyWith(ok(session, 'quitEarly'), { clause: 'RFC 1939 §4' }));
  }
  const remove = session.entries.filter((_, index) => session.marked[index]).map((entry) => entry.uid);
  return { kind: 'ask', question: { kind: 'update', user: session.user, remove } };
}

export function quitAnswered(
  session: Pop3ServerState,
  _heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  if (answer.kind !== 'updated') return [session, err(session, 'updateFailed')];
  const deleted = session.count < session.entries.length;
  return [session, ok(session, deleted ? 'quitDeleted' : 'quit')];
}
