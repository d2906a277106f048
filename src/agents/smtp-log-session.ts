/** What a mail log remembers of a session, and how the replies change it. */
import { type Draft, edited } from '../base/draft.ts';
import type { Millis } from '../base/time.ts';
import type { Secured } from '../protocol/machine.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { ConnId } from '../sim/types.ts';
import { entryOf, withEntry } from './entries.ts';
import type { QueueId } from './facts.ts';
import { type Claims, claimsAfter } from './smtp-log-login.ts';
import type { Client } from './smtp-service.ts';

/** What the log remembers of one session. */
export interface SessionLog {
  readonly id: ConnId;
  readonly openedAt: Millis;
  readonly client: Client;
  readonly helo: string;
  readonly protocol: 'SMTP' | 'ESMTP';
  readonly counts: readonly CommandCount[];
  /** null outside a transaction. */
  readonly sender: string | null;
  /** Recipients accepted in the transaction. */
  readonly accepted: number;
  /** The letter, once it has a name (see `SessionWords.names`). */
  readonly letter: { readonly queueId: QueueId; readonly since: Millis } | null;
  /** The last commands that were some, where the log may tell of them. */
  readonly commands: readonly string[];
  /** The command the session stands behind. */
  readonly after: string;
  readonly secured: boolean;
  readonly login: string;
  readonly mechanism: string;
  /** AUTH under way: how, and who it claims to be; null until it is said. */
  readonly claims: Claims | null;
}

/** How many commands of a verb went well, and how many there were. */
export interface CommandCount {
  /** The verb, in small letters. */
  readonly id: string;
  readonly well: number;
  readonly all: number;
}

const copyOf = (log: SessionLog): Draft<SessionLog> => ({
  id: log.id,
  openedAt: log.openedAt,
  client: log.client,
  helo: log.helo,
  protocol: log.protocol,
  counts: log.counts,
  sender: log.sender,
  accepted: log.accepted,
  letter: log.letter,
  commands: log.commands,
  after: log.after,
  secured: log.secured,
  login: log.login,
  mechanism: log.mechanism,
  claims: log.claims,
});

export const sessionLogWith = (log: SessionLog, changes: Partial<SessionLog>): SessionLog =>
  edited<SessionLog>(copyOf(log), changes);

/** A session ended: how, within what, and after how many octets of a letter. */
export interface Ending {
  /** The client hung up, or said nothing for too long, before QUIT; null: it went as it should. */
  readonly broken: 'closed' | 'timeout' | null;
  /** In the middle of a letter. */
  readonly inside: boolean;
  readonly octets: number;
  readonly at: Millis;
}

/** What a server says of itself. */
export interface Here {
  readonly hostname: string;
  /** Of letters, in octets. */
  readonly limit: number;
}

/** What a kind of server writes about its sessions. Each list holds lines without their beginning. */
export interface SessionWords {
  /** Commands of a session it may have to tell of. */
  readonly remembers: number;
  /** From when on a letter has a name: its first recipient, or before there is one. */
  readonly names: 'first-recipient' | 'at-once';
  opened(log: SessionLog): readonly string[];
  secured(log: SessionLog, secured: Secured): readonly string[];
  /** `log` is as it was before the reply. */
  replied(log: SessionLog, note: ReplyNote, here: Here): readonly string[];
  /** The server ended it, unasked. */
  dismissed(log: SessionLog, note: ReplyNote, timedOut: boolean): readonly string[];
  /** The first recipient was accepted: the letter has a name. */
  named(log: SessionLog, queueId: QueueId): readonly string[];
  ended(log: SessionLog, ending: Ending): readonly string[];
}

/** What is no command is never right, however polite the goodbye. */
export const isGood = ({ code, verb }: ReplyNote): boolean => code < '400' && verb !== 'UNKNOWN';

/** DATA counts when its letter is answered, AUTH when its exchange is over. */
function count(log: Draft<SessionLog>, verb: string, code: string, good: boolean): void {
  if (verb === 'CONNECT') return;
  log.after = verb === 'END-OF-DATA' || verb === 'LAST-CHUNK' ? 'END-OF-MESSAGE' : verb;
  if (code === '334' || code === '354') return;
  const id = verb === 'END-OF-DATA' ? 'data' : verb === 'LAST-CHUNK' ? 'bdat' : verb.toLowerCase();
  const { well, all } = entryOf(log.counts, id) ?? NONE;
  log.counts = withEntry(log.counts, { id, well: good ? well + 1 : well, all: all + 1 });
}

const NONE = { well: 0, all: 0 };

/** The session with a letter that broke off. */
export function cutShort(log: SessionLog): SessionLog {
  const next = copyOf(log);
  count(next, 'END-OF-DATA', '451', false);
  return next;
}

function endTransaction(log: Draft<SessionLog>): void {
  log.sender = null;
  log.accepted = 0;
  log.letter = null;
}

/** The session behind a reply, but for the name of its letter. `helloSticks`: see `Habits`. */
export function afterReply(log: SessionLog, note: ReplyNote, helloSticks: boolean): SessionLog {
  const { verb, code, argument } = note;
  const good = isGood(note);
  const next = copyOf(claimsAfter(log, note));
  count(next, verb, code, good);
  switch (verb) {
    case 'HELO':
    case 'EHLO':
      if (!good) return next;
      endTransaction(next);
      next.helo = argument;
      next.protocol = verb === 'EHLO' || (helloSticks && log.protocol === 'ESMTP') ? 'ESMTP' : 'SMTP';
      return next;
    case 'STARTTLS':
    case 'RSET':
      if (good) endTransaction(next);
      return next;
    case 'MAIL':
      if (good) next.sender = argument;
      return next;
    case 'RCPT':
      if (good) next.accepted++;
      return next;
    case 'END-OF-DATA':
    case 'LAST-CHUNK':
      endTransaction(next);
      return next;
    case 'QUIT':
      next.after = '';
      return next;
    default:
      return next;
  }
}
