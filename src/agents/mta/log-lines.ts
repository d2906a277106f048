/** The mail log: each thing the MTA does, in the words its dialect's log uses. */
import type { Millis } from '../../base/time.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import type { QueueEntry, Recipient, Trouble } from './entry.ts';
import { logExim } from './log-exim.ts';
import { logPostfix } from './log-postfix.ts';
import { logQmail } from './log-qmail.ts';
import { logSendmail } from './log-sendmail.ts';
import type { Brought } from './queue.ts';
import type { Hop, MtaState } from './types.ts';

/** Which delivery agent had the letter, where it was handing it (`mx1.example.org[203.0.113.10]:25`, `local`, `none`), and since when. */
export interface Via {
  readonly agent: 'smtp' | 'lmtp' | 'qmtp' | 'local' | 'error';
  readonly relay: string;
  /** When the agent began; and when the server was ready for the letter, null: never. */
  readonly startedAt: Millis;
  readonly readyAt: Millis | null;
  /** Letters its connection has served, with this one; absent where there is none. */
  readonly use?: number;
}

export type Occurrence =
  | {
      readonly kind: 'accepted';
      readonly entry: QueueEntry;
      readonly messageId: string;
      readonly brought: Brought | null;
      /** The letter that this one brings news of. */
      readonly about: QueueId | null;
    }
  /** A notification that nobody wants. */
  | { readonly kind: 'begun'; readonly queueId: QueueId; readonly messageId: string }
  /** It came through too many hosts already, and is refused. */
  | { readonly kind: 'too-many-hops'; readonly queueId: QueueId }
  /** The queue manager takes it up again. */
  | { readonly kind: 'active'; readonly entry: QueueEntry }
  | {
      readonly kind: 'fate';
      readonly status: 'sent' | 'deferred' | 'bounced';
      readonly entry: QueueEntry;
      readonly recipient: Recipient;
      readonly trouble: Trouble;
      readonly via: Via;
    }
  /** A host did not take it, and another one is tried. */
  | {
      readonly kind: 'skipped';
      readonly queueId: QueueId;
      readonly agent: Via['agent'];
      readonly why: string;
    }
  | {
      readonly kind: 'not-connected';
      readonly queueId: QueueId;
      readonly agent: Via['agent'];
      readonly hop: Hop;
      readonly why: string;
    }
  | { readonly kind: 'secured'; readonly agent: Via['agent']; readonly words: string }
  | { readonly kind: 'expired'; readonly entry: QueueEntry }
  | {
      readonly kind: 'reported';
      readonly queueId: QueueId;
      readonly report: 'non-delivery' | 'delay' | 'delivery status';
      readonly to: 'sender' | 'postmaster';
      readonly notification: QueueId;
      /** Why, of the first recipient; null: the letter became too old. */
      readonly about: Trouble | null;
      /** How old a letter becomes, or after how long it is late. */
      readonly after: Millis;
    }
  /** A success nobody may be told of; a postmaster's copy that came back. */
  | { readonly kind: 'not-told' | 'undeliverable'; readonly queueId: QueueId }
  | { readonly kind: 'warning'; readonly agent: Via['agent']; readonly text: string }
  | { readonly kind: 'removed'; readonly queueId: QueueId };

/** Records what happened as lines of the mail log. */
export function logLine(
  state: MtaState,
  effects: ProgramEffect[],
  occurrence: Occurrence,
  at: StepContext,
): void {
  const { dialect } = state.config;
  if (dialect.startsWith('postfix')) logPostfix(state, effects, occurrence, at);
  else if (dialect.startsWith('exim')) logExim(state, effects, occurrence, at);
  else if (dialect === 'qmail') logQmail(state, effects, occurrence, at);
  // Exchange has no mail log, but a table of another kind.
  else if (dialect !== 'exchange') logSendmail(state, effects, occurrence, at);
}
