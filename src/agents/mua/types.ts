/** Shapes of the mail program: its accounts, its outbox and folders (on disk), and the sessions under way. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { NOTHING_KNOWN } from '../../dns/known.ts';
import type { KnownAnswers } from '../../dns/types.ts';
import type { ImapClientState } from '../../protocol/imap/client.ts';
import type { Pop3ClientState } from '../../protocol/pop3/client-state.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import type { Transaction } from '../../protocol/smtp/types.ts';
import type { TrustStore } from '../../protocol/tls/certificate.ts';
import type { ProgramEffect } from '../../sim/types.ts';
import { withEntry } from '../entries.ts';
import type { Fact } from '../facts.ts';
import type { Link } from '../talk.ts';
import type { ResolverConfig, StubState } from '../stub-resolver.ts';

export interface MuaAccount {
  readonly address: string;
  /** Display name in From. */
  readonly name: string;
  readonly submission: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'none' | 'encrypt' | 'implicit';
    /** Logs in with the account's user name and password. */
    readonly login: boolean;
  };
  readonly user: string;
  readonly password: string;
  readonly incoming: Incoming;
}

/** Where letters come from. */
export type Incoming =
  | {
      readonly kind: 'pop3';
      readonly host: string;
      readonly port: number;
      /** Leave letters on the server after fetching them. */
      readonly leaveOnServer: boolean;
    }
  | {
      readonly kind: 'imap';
      readonly host: string;
      readonly port: number;
      readonly tls: 'none' | 'encrypt' | 'implicit';
    };

export interface MuaConfig {
  /** Roots, and certificates of their own, that this program trusts. */
  readonly trust: TrustStore;
  readonly accounts: readonly MuaAccount[];
  readonly resolver: ResolverConfig;
}

export interface Job {
  readonly id: number;
  readonly account: MuaAccount;
  readonly work:
    | { readonly kind: 'send'; readonly transaction: Transaction; readonly subject: string }
    | {
        readonly kind: 'fetch';
        /** An IMAP session that goes on until the user leaves. */
        readonly stays: boolean;
        readonly mark: { readonly uid: string; readonly as: 'seen' | 'removed' } | null;
      };
  readonly known: KnownAnswers;
  /** Connecting or connected; false while the server's name is looked up. */
  readonly connecting: boolean;
  readonly conn: number | null;
  readonly smtp: Link<SmtpClientState> | null;
  readonly pop3: Link<Pop3ClientState> | null;
  readonly imap: Link<ImapClientState> | null;
  readonly handed: boolean;
  /** Unique names of letters that other sessions have fetched since this one is there: its listing may be older. */
  readonly others: readonly string[];
  /** It went along in the session of a letter before it. */
  readonly joined: boolean;
  /** The server's verdict is known: the letter is not in the outbox any more. */
  readonly reported: boolean;
}

export const jobWith = (job: Job, changes: Partial<Job>): Job =>
  edited<Job>(
    {
      id: job.id,
      account: job.account,
      work: job.work,
      known: job.known,
      connecting: job.connecting,
      conn: job.conn,
      smtp: job.smtp,
      pop3: job.pop3,
      imap: job.imap,
      handed: job.handed,
      others: job.others,
      joined: job.joined,
      reported: job.reported,
    },
    changes,
  );

export const newJob = (id: number, account: MuaAccount, work: Job['work']): Job => ({
  id,
  account,
  work,
  known: NOTHING_KNOWN,
  connecting: false,
  conn: null,
  smtp: null,
  pop3: null,
  imap: null,
  handed: false,
  others: [],
  joined: false,
  reported: false,
});

export interface Folder {
  /** The account's address. */
  readonly id: string;
  /** Letters fetched that were still on the server when it was last asked. */
  readonly uids: readonly string[];
  readonly letters: readonly Octets[];
  /**
   * Flags of each letter of an IMAP mailbox, whose folder has what the mailbox has: its three lists go together. Empty
   * for POP3, which knows no flags, and whose letters stay when they are removed from the server.
   */
  readonly flags: readonly (readonly string[])[];
}

export const emptyFolder = (id: string): Folder => ({ id, uids: [], letters: [], flags: [] });

export interface MuaState {
  readonly config: MuaConfig;
  readonly hostname: string;
  readonly nextNumber: number;
  readonly stub: StubState;
  readonly jobs: readonly Job[];
  /** Fetched letters: on the disk of this computer. */
  readonly folders: readonly Folder[];
}

export const muaWith = (mua: MuaState, changes: Partial<MuaState>): MuaState =>
  edited<MuaState>(
    {
      config: mua.config,
      hostname: mua.hostname,
      nextNumber: mua.nextNumber,
      stub: mua.stub,
      jobs: mua.jobs,
      folders: mua.folders,
    },
    changes,
  );

export const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

export const setJob = (state: MuaState, job: Job): MuaState =>
  muaWith(state, { jobs: withEntry(state.jobs, job) });
