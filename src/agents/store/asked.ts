/** What an IMAP request is carried out with, and what comes of it. */
import type { Millis } from '../../base/time.ts';
import type { Account } from '../../mail/account.ts';
import type { ImapRefusal, ImapResult } from '../../protocol/imap/types.ts';
import { withEntry } from '../entries.ts';
import type { Fact } from '../facts.ts';
import type { StoreState } from './types.ts';
import { storeWith } from './types.ts';

/** What there is to work with. */
export interface Asked {
  readonly store: StoreState;
  /** Program that asks. */
  readonly program: string;
  /** Milliseconds since 1970, a whole second. */
  readonly now: Millis;
  readonly record: (fact: Fact) => void;
}

export type Carried = readonly [StoreState, ImapResult];

export const refused = (store: StoreState, why: ImapRefusal): Carried => [store, { kind: 'refused', why }];

export const withAccount = (store: StoreState, account: Account): StoreState =>
  storeWith(store, { accounts: withEntry(store.accounts, account) });
