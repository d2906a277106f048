/**
 * MS, the message store (RFC 5598 §4.2.4): the mailboxes of one host. The MDA puts letters in; POP3 sessions lock a
 * mailbox, read, and remove at UPDATE. Everything but the locks is on disk.
 */
import { edited } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import type { MaildropEntry, Pop3Refusal } from '../protocol/pop3/types.ts';
import type { Credentials } from '../protocol/sasl/sasl.ts';
import { proves } from '../protocol/sasl/sasl.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput } from '../sim/types.ts';
import { entryOf, withEntry } from './entries.ts';
import type { Envelope, Fact, QueueId } from './facts.ts';

export interface StoreConfig {
  /** Login → password of every mailbox kept here. */
  readonly users: Readonly<Record<string, string>>;
  /** Domain part added when the login is an address (`user@domain`), lower case; logins are the local parts. */
  readonly domains: readonly string[];
  /** Octets a mailbox may hold; 0: no limit. */
  readonly quota: number;
}

export interface StoredMessage {
  readonly uid: string;
  readonly content: Octets;
}

export interface Mailbox {
  /** The login it belongs to. */
  readonly id: string;
  readonly messages: readonly StoredMessage[];
  readonly octets: number;
  readonly nextUid: number;
  /** Session that has the maildrop lock (RFC 1939 §8), by its token; null: free. */
  readonly lock: string | null;
}

const mailboxWith = (mailbox: Mailbox, changes: Partial<Mailbox>): Mailbox =>
  edited<Mailbox>(
    {
      id: mailbox.id,
      messages: mailbox.messages,
      octets: mailbox.octets,
      nextUid: mailbox.nextUid,
      lock: mailbox.lock,
    },
    changes,
  );

export interface StoreState {
  readonly config: StoreConfig;
  readonly mailboxes: readonly Mailbox[];
}

const storeWith = (store: StoreState, changes: Partial<StoreState>): StoreState =>
  edited<StoreState>(
    {
      config: store.config,
      mailboxes: store.mailboxes,
    },
    changes,
  );

/** What other programs of the host tell the store. `token` comes back with the answer. */
export type StoreRequest =
  | {
      readonly kind: 'store';
      readonly token: string;
      readonly mailbox: string;
      readonly content: Octets;
      readonly envelope: Envelope;
      readonly recipient: string;
      readonly queueId: QueueId;
      readonly blankLine: boolean;
    }
  /** `locks`: nobody else with a lock gets in meanwhile (RFC 1939 §4); without, sessions share the maildrop. */
  | {
      readonly kind: 'login';
      readonly token: string;
      readonly credentials: Credentials;
      readonly locks: boolean;
    }
  | { readonly kind: 'retrieve'; readonly token: string; readonly mailbox: string; readonly uid: string }
  | {
      readonly kind: 'update';
      readonly token: string;
      readonly mailbox: string;
      readonly remove: readonly string[];
    }
  | { readonly kind: 'abandon'; readonly token: string; readonly mailbox: string };

export type StoreAnswer =
  | { readonly kind: 'stored'; readonly token: string }
  | { readonly kind: 'not-stored'; readonly token: string; readonly why: 'user-unknown' | 'mailbox-full' }
  | {
      readonly kind: 'maildrop';
      readonly token: string;
      readonly mailbox: string;
      readonly entries: readonly MaildropEntry[];
    }
  | { readonly kind: 'refused'; readonly token: string; readonly why: Pop3Refusal }
  | { readonly kind: 'message'; readonly token: string; readonly content: Octets }
  | { readonly kind: 'gone'; readonly token: string }
  | { readonly kind: 'updated'; readonly token: string };

const emptyMailbox = (id: string): Mailbox => ({ id, messages: [], octets: 0, nextUid: 1, lock: null });

function init(config: unknown): StoreState {
  const { users, domains, quota } = config as StoreConfig;
  return { config: { users, domains, quota }, mailboxes: Object.keys(users).map(emptyMailbox) };
}

function survive(state: StoreState): StoreState {
  return storeWith(state, { mailboxes: state.mailboxes.map((box) => mailboxWith(box, { lock: null })) });
}

/** `jura`, `Jura` or `jura@firma1.intr` → the login; null when there is no such mailbox. */
function loginOf(config: StoreConfig, name: string): string | null {
  const user = name.toLowerCase();
  const at = user.lastIndexOf('@');
  const login = at < 0 ? user : config.domains.includes(user.slice(at + 1)) ? user.slice(0, at) : '';
  return Object.hasOwn(config.users, login) ? login : null;
}

function step(state: StoreState, input: ProgramInput): readonly [StoreState, readonly ProgramEffect[]] {
  if (input.kind !== 'message') return [state, []];
  const request = input.message as StoreRequest;
  const from = input.from.slice(input.from.indexOf('/') + 1);
  const effects: ProgramEffect[] = [];
  const answer = (message: StoreAnswer) => effects.push({ kind: 'tell', program: from, message });
  const record = (fact: Fact) => effects.push({ kind: 'record', fact });
  const set = (box: Mailbox): StoreState => storeWith(state, { mailboxes: withEntry(state.mailboxes, box) });
  const { token } = request;

  switch (request.kind) {
    case 'store': {
      const box = entryOf(state.mailboxes, request.mailbox);
      const { quota } = state.config;
      const full = box !== undefined && quota > 0 && box.octets + request.content.length > quota;
      if (!box || full) {
        answer({ kind: 'not-stored', token, why: full ? 'mailbox-full' : 'user-unknown' });
        return [state, effects];
      }
      const { content, queueId, recipient, envelope, blankLine, mailbox } = request;
      const uid = String(box.nextUid).padStart(8, '0');
      record({ kind: 'delivered', queueId, recipient, mailbox, uid, envelope, content, blankLine });
      answer({ kind: 'stored', token });
      const messages = [...box.messages, { uid, content }];
      const octets = box.octets + content.length;
      return [set(mailboxWith(box, { messages, octets, nextUid: box.nextUid + 1 })), effects];
    }
    case 'login': {
      const { credentials, locks } = request;
      const mailbox = loginOf(state.config, credentials.user);
      const ok = mailbox !== null && proves(credentials, state.config.users[mailbox]!);
      record({ kind: 'login', protocol: 'pop3', mailbox: mailbox ?? credentials.user, ok });
      const box = ok ? entryOf(state.mailboxes, mailbox) : undefined;
      if (!box || mailbox === null) answer({ kind: 'refused', token, why: 'bad-login' });
      else if (locks && box.lock !== null) answer({ kind: 'refused', token, why: 'in-use' });
      else {
        const entries = box.messages.map(({ uid, content }) => ({ uid, octets: content.length }));
        answer({ kind: 'maildrop', token, mailbox, entries });
        return [locks ? set(mailboxWith(box, { lock: `${from}:${token}` })) : state, effects];
      }
      return [state, effects];
    }
    case 'retrieve': {
      const message = entryOf(state.mailboxes, request.mailbox)?.messages.find(
        ({ uid }) => uid === request.uid,
      );
      answer(message ? { kind: 'message', token, content: message.content } : { kind: 'gone', token });
      return [state, effects];
    }
    case 'update':
    case 'abandon': {
      const box = entryOf(state.mailboxes, request.mailbox);
      if (request.kind === 'update') answer({ kind: 'updated', token });
      const mine = `${from}:${token}`;
      if (box === undefined || (box.lock !== null && box.lock !== mine)) return [state, effects];
      const there = new Set(box.messages.map(({ uid }) => uid));
      const asked = request.kind === 'update' ? request.remove : [];
      const remove = new Set(asked.filter((uid) => there.has(uid)));
      const messages = remove.size === 0 ? box.messages : box.messages.filter(({ uid }) => !remove.has(uid));
      for (const uid of remove) record({ kind: 'expunged', mailbox: request.mailbox, uid });
      const octets = messages.reduce((sum, { content }) => sum + content.length, 0);
      return [set(mailboxWith(box, { messages, octets, lock: null })), effects];
    }
  }
}

export const messageStore: Program<StoreState> = {
  init: (config: unknown, _host: HostSpec) => init(config),
  step,
  survive,
};
