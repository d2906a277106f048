/** USER, PASS, APOP and QUIT: into a session and out of it (RFC 1939 §4, §6, §7). */
import type { Credentials } from '../sasl/sasl.ts';
import { plaintextAllowed, tlsWanted } from './extensions.ts';
import type { Pop3ErrWords } from './replies.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import {
  asked,
  dialectOf,
  err,
  filled,
  habitsOf,
  ok,
  replied,
  replyWith,
  sessionWith,
  withMaildrop,
} from './session.ts';
import type { Pop3Answer, Pop3Refusal } from './types.ts';

/** USER is accepted for every name: who has a mailbox here is nobody's business before PASS. */
export function user(session: Pop3ServerState, heard: HeardCommand): Verdict {
  if (!plaintextAllowed(session)) return replied(session, err(session, 'plaintextOff'));
  const name = habitsOf(session).countsArguments ? heard.words[0]! : heard.rest;
  const named = sessionWith(session, { user: name });
  return replied(named, ok(named, 'user'));
}

/** The whole rest of the line is the password, spaces and all (RFC 1939 §7). */
export function pass(session: Pop3ServerState, heard: HeardCommand): Verdict {
  if (!plaintextAllowed(session)) return replied(session, err(session, 'plaintextOff'));
  const { user: name } = session;
  if (name === null) return replied(session, err(session, 'noUser', { command: 'pass' }));
  return login(session, {
    kind: 'password',
    mechanism: 'PLAIN',
    authorization: '',
    user: name,
    password: heard.rest,
  });
}

/** The MD5 digest of timestamp and password (RFC 1939 §7). */
export function apop(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const { timestamp } = session;
  if (timestamp === '') return replied(session, err(session, 'noApop', { command: 'apop' }));
  if (tlsWanted(session)) return replied(session, err(session, 'tlsFirst'));
  const words = habitsOf(session).countsArguments ? heard.words : heard.rest.split(' ');
  const [name = '', digest = ''] = words;
  if (words.length !== 2 || name === '' || !/^[0-9A-Fa-f]{32}$/.test(digest)) {
    return replied(session, err(session, 'badApop', { user: name }));
  }
  return login(session, {
    kind: 'digest',
    mechanism: 'APOP',
    user: name,
    challenge: timestamp,
    digest: digest.toLowerCase(),
  });
}

export const login = (session: Pop3ServerState, credentials: Credentials): Verdict =>
  asked(sessionWith(session, { claims: credentials.user }), { kind: 'login', credentials });

const REFUSED: Readonly<Record<Pop3Refusal, keyof Pop3ErrWords>> = {
  'bad-login': 'badLogin',
  pam: 'pam',
  'try-later': 'tryLater',
  'in-use': 'inUse',
  'over-quota': 'overQuota',
  corrupt: 'corrupt',
  unavailable: 'unavailable',
};

/** What came of PASS, APOP or AUTH. */
export function loginAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  const { claims } = session;
  const examined = sessionWith(session, { claims: '' });
  if (answer.kind === 'maildrop') {
    const opened = sessionWith(withMaildrop(examined, answer.entries, []), { user: claims });
    return [opened, ok(opened, 'pass')];
  }
  const why = answer.kind === 'refused' ? answer.why : 'unavailable';
  const at = (answer.kind === 'refused' ? answer.at : undefined) ?? '';
  const refused = err(examined, REFUSED[why], { user: claims, at });
  const next = heard.verb === 'PASS' ? sessionWith(examined, { user: null }) : examined;
  return [next, ended(examined, why, refused)];
}

/** A refusal that may be the end of the session, and may come too late to be the reply. */
function ended(session: Pop3ServerState, why: Pop3Refusal, refused: Pop3Reply): Pop3Reply {
  const { endsAfter, welcomesBefore } = habitsOf(session);
  if (!endsAfter.includes(why)) return refused;
  if (welcomesBefore.includes(why))
    return replyWith(ok(session, 'pass'), { moves: false, end: `${refused.code} ${refused.text}` });
  return replyWith(refused, { end: filled(session, dialectOf(session).farewell) });
}

export function quit(session: Pop3ServerState): Verdict {
  if (session.state === 'authorization') {
    return replied(session, replyWith(ok(session, 'quitEarly'), { clause: 'RFC 1939 §4' }));
  }
  const remove = session.entries.filter((_, index) => session.marked[index]).map((entry) => entry.uid);
  const seen = session.retrieved.filter((uid) => !remove.includes(uid));
  return asked(session, { kind: 'update', user: session.user ?? '', remove, seen });
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
