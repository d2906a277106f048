/** A scenario ready to play: what the simulation runs, and what the map and the shells need to know of it. */
import type { HostId, Scenario } from '../sim/types.ts';

export type Language = 'en' | 'nl' | 'de' | 'cs' | 'hu';
export type Texts = Readonly<Partial<Record<Language, string>>> & { readonly en: string };

/** RFC 5598 roles and the services one can connect to. */
export type Role = 'MUA' | 'MSA' | 'MTA' | 'MDA' | 'POP3' | 'IMAP' | 'DNS' | 'LMTP' | 'QMTP';

export interface Badge {
  readonly role: Role;
  /** Port it listens on; absent for MUA and a local MDA. */
  readonly port?: number;
}

export interface StageHost {
  readonly id: HostId;
  /** What the map writes: short, e.g. `neo` or `Jura's PC`. */
  readonly label: Texts;
  /** Fully-qualified name. */
  readonly name: string;
  readonly address: string;
  /** Domain (zone) whose dashed border it stands in; empty: none. */
  readonly zone: string;
  readonly badges: readonly Badge[];
  /** E.g. `MX 10`, derived from the DNS zones. Empty: none. */
  readonly mark: string;
  /** Login name and prompt of its shell (`jura@pc:~$ `); null: no shell. */
  readonly shell: { readonly user: string } | null;
  /** Accounts of its mail program; empty without MUA. Mailboxes it keeps; empty without a store. */
  readonly accounts: readonly string[];
  readonly mailboxes: readonly string[];
  /** Place on the map, in a plane of about 1000 × 700; the node's top left corner. */
  readonly x: number;
  readonly y: number;
}

export interface Stage {
  readonly id: string;
  readonly title: Texts;
  readonly about: Texts;
  readonly scenario: Scenario;
  readonly hosts: readonly StageHost[];
  /** Who has a mailbox here, and what opens it. */
  readonly accounts: readonly {
    readonly address: string;
    readonly user: string;
    readonly password: string;
  }[];
  /** Pairs the map joins with a line from the start; others appear when traffic flows. */
  readonly lines: readonly { readonly between: readonly [HostId, HostId]; readonly label: string }[];
  /** Port → protocol for labels and colours, e.g. 587 → `smtp`. */
  readonly ports: Readonly<Record<number, 'smtp' | 'lmtp' | 'qmtp' | 'pop3' | 'imap' | 'dns'>>;
}
