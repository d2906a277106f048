/** Shapes of the mail program: its accounts, its outbox and folders (on disk), and the sessions under way. */
import type { Octets } from '../../base/octets.ts';
import type { KnownAnswers } from '../../dns/types.ts';
import type { Driven } from '../../protocol/machine.ts';
import type { Pop3ClientState } from '../../protocol/pop3/client.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import type { Transaction } from '../../protocol/smtp/types.ts';
import type { ProgramEffect } from '../../sim/types.ts';
import { withEntry } from '../entries.ts';
import type { Fact } from '../facts.ts';
import type { ResolverConfig, StubState } from '../stub-resolver.ts';

export interface MuaAccount {
  readonly address: string;
  /** Display name in From. */
  readonly name: string;
  readonly submission: { readonly host: string; readonly port: number };
  readonly pop3: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
  /** Leave letters on the server after fetching them. */
  readonly leaveOnServer: boolean;
}

export interface MuaConfig {
  readonly accounts: readonly MuaAccount[];
  readonly resolver: ResolverConfig;
}

export interface Job {
  readonly id: number;
  readonly account: MuaAccount;
  readonly work:
    | { readonly kind: 'send'; readonly transaction: Transaction; readonly subject: string }
    | { readonly kind: 'fetch' };
  readonly known: KnownAnswers;
  /** Connecting or connected; false while the server's name is looked up. */
  readonly connecting: boolean;
  readonly conn: number | null;
  readonly smtp: Driven<SmtpClientState> | null;
  readonly pop3: Driven<Pop3ClientState> | null;
  readonly handed: boolean;
  /** The server's verdict is known: the letter is not in the outbox any more. */
  readonly reported: boolean;
}

export const NEW_JOB = {
  known: {},
  connecting: false,
  conn: null,
  smtp: null,
  pop3: null,
  handed: false,
  reported: false,
} as const;

export interface Folder {
  readonly uids: readonly string[];
  readonly letters: readonly Octets[];
}

export interface MuaState {
  readonly config: MuaConfig;
  readonly hostname: string;
  readonly nextNumber: number;
  readonly stub: StubState;
  readonly jobs: readonly Job[];
  /** Fetched letters by account address: on the disk of this computer. */
  readonly folders: Readonly<Record<string, Folder>>;
}

export const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

export const setJob = (state: MuaState, job: Job): MuaState => ({
  ...state,
  jobs: withEntry(state.jobs, job),
});
