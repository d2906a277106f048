/** What the fold over letters remembers. */
import type { ConnId, EventId, HostId } from '../sim/types.ts';
import type { Letter, LetterKey } from './letter.ts';

export interface Entry {
  readonly key: LetterKey;
  readonly hop: number;
}

/** What the last content segment on a connection carried. */
export interface Carried {
  readonly host: HostId;
  readonly letter: string;
  readonly segment: EventId;
  /** A POP3 or IMAP server sent it, out of a mailbox; else a client handed it on. */
  readonly retrieved: boolean;
}

export interface LettersState {
  /** By key, in the order of first acceptance. Each letter is immutable. */
  readonly letters: Map<LetterKey, Letter>;
  /** `host/queueId` of every hop. */
  readonly entries: Map<string, Entry>;
  /** Messages in mailboxes, and letters in folders of mail programs, by {@link storeKey}. */
  readonly stored: Map<string, Entry>;
  readonly carried: Map<ConnId, Carried>;
  /** POP3 and IMAP sessions, and whose mailbox they opened. */
  readonly loggedIn: Map<ConnId, string>;
}

/** `mailbox` is a login, or the address of a mail program's account: one has an `@`, the other none. */
export const storeKey = (host: HostId, mailbox: string, uid: string): string => `${host}\n${mailbox}\n${uid}`;
