/** What the client's tests share: a mail program, a server of ours with a store behind it, a server by hand. */
import { messageStore } from '../../agents/message-store.ts';
import type { StoreAnswer, StoreConfig, StoreRequest, StoreState } from '../../agents/message-store.ts';
import type { Octets } from '../../base/octets.ts';
import { encodeUtf8 } from '../../base/octets.ts';
import { inboxOf, withMailbox } from '../../mail/account.ts';
import type { Mailbox, Message } from '../../mail/mailbox.ts';
import { mailboxWith, withMessages } from '../../mail/mailbox.ts';
import type { HostSpec, StepContext } from '../../sim/types.ts';
import type { Happening, JoinOptions } from '../transcript.testing.ts';
import { join } from '../transcript.testing.ts';
import { imapClient, imapClientState } from './client.ts';
import { imapServer, imapServerState } from './server.ts';
import type {
  ImapAnswer,
  ImapClientAnswer,
  ImapClientConfig,
  ImapClientQuestion,
  ImapEntry,
  ImapQuestion,
  ImapServerConfig,
} from './types.ts';

export const JURA: ImapClientConfig = {
  user: 'jura',
  password: 'heslo',
  tls: 'none',
  stay: false,
  replyTimeoutMs: 60_000,
  pollMs: 600_000,
};

export const SERVER: ImapServerConfig = {
  hostname: 'mail.example.org',
  offsetMinutes: 0,
  tls: 'none',
  plaintext: true,
  mechanisms: ['PLAIN'],
  messageLimit: 1_000_000,
};

/** What a mail program wants, besides all it has not got. */
interface Wishes {
  readonly has?: readonly number[];
  readonly see?: (entry: ImapEntry) => boolean;
  readonly remove?: (entry: ImapEntry) => boolean;
}

/** A mail program: retrieves all it has not, and keeps a log of what it is told. */
export function mailProgram({ has = [], see = () => false, remove = () => false }: Wishes = {}) {
  const fetched: { uid: number; flags: readonly string[]; content: string }[] = [];
  const errors: string[] = [];
  const log: string[] = [];
  const answer = (question: ImapClientQuestion): ImapClientAnswer | undefined => {
    switch (question.kind) {
      case 'choose': {
        const { entries, uidValidity, whole } = question;
        const shown = entries.map(
          ({ uid, octets, flags }) => `${uid}(${octets}${flags.map((flag) => ` ${flag}`).join('')})`,
        );
        log.push(`${whole ? 'whole' : 'new'} ${uidValidity}: ${shown.join(', ')}`);
        const uids = (which: (entry: ImapEntry) => boolean) => entries.filter(which).map(({ uid }) => uid);
        return {
          kind: 'chosen',
          retrieve: uids(({ uid }) => !has.includes(uid)),
          see: uids(see),
          remove: uids(remove),
        };
      }
      case 'fetched': {
        const { uid, flags, content } = question;
        fetched.push({ uid, flags, content });
        log.push(`fetched ${uid}`);
        return { kind: 'noted' };
      }
      case 'changed':
        log.push(`${question.uid} has ${question.flags.join(' ') || 'no flags'}`);
        return undefined;
      case 'gone':
        log.push(`${question.uid} is gone`);
        return undefined;
      case 'over':
        errors.push(question.error);
        return undefined;
    }
  };
  return { answer, fetched, errors, log };
}

const HOST: HostSpec = { id: 'neo', name: 'mail.example.org', addresses: ['192.0.2.25'], programs: [] };
const AT: StepContext = {
  now: 0,
  clock: { epochMs: 1_430_000_000_000, offsetMinutes: 0 },
  host: HOST,
  id: 'neo/store',
  event: 1,
  chance: 0.5,
};
export const UID_VALIDITY = 1_420_000_000;

/** Somebody whose name and password no quoted string can hold. */
export const ODD = { user: 'p "\\"\r\nx', password: 'he\u0159\r\nlo' };

/** A store with letters for jura, and what an IMAP session asks of it. */
export function inbox(letters: readonly string[]) {
  const users = { jura: 'heslo', [ODD.user]: encodeUtf8(ODD.password) };
  const config: StoreConfig = {
    users,
    domains: [],
    quota: 0,
    disk: 0,
    files: { kind: 'maildir', writer: 'postfix' },
    madeAt: UID_VALIDITY,
  };
  let store = messageStore.init(config, HOST) as StoreState;
  const pushed: ImapAnswer[] = [];
  const request = (message: StoreRequest): ImapAnswer | undefined => {
    const [next, effects] = messageStore.step(store, { kind: 'message', from: 'neo/imap', message }, AT);
    store = next;
    let answer: ImapAnswer | undefined;
    for (const effect of effects) {
      const told = effect.kind === 'tell' ? (effect.message as StoreAnswer) : null;
      if (told?.kind !== 'imap') continue;
      if (message.kind === 'imap') answer ??= told.answer;
      else pushed.push(told.answer);
    }
    return answer;
  };
  const change = (make: (mailbox: Mailbox) => Mailbox): void => {
    const accounts = store.accounts.map((account) => withMailbox(account, make(inboxOf(account))));
    store = { ...store, accounts };
  };
  const deliver = (content: string): void => {
    request({
      kind: 'store',
      token: 't',
      mailbox: 'jura',
      content: content as Octets,
      envelope: { reversePath: '', forwardPaths: [] },
      recipient: 'jura',
      queueId: 'Q',
      blankLine: true,
    });
  };
  change((mailbox) =>
    withMessages(
      mailbox,
      letters.map((content) => ({ content: content as Octets, internalDate: 0, flags: [] })),
    ),
  );
  const answer = ({ user, selected, request: asked }: ImapQuestion): ImapAnswer | undefined => {
    if (asked.kind === 'challenge')
      return {
        view: null,
        recentFrom: 1,
        now: 0,
        result: { kind: 'challenge', challenge: '<1.2@mail.example.org>' },
      };
    return request({ kind: 'imap', token: 't', question: { user, selected, request: asked } });
  };
  return {
    answer,
    deliver,
    change,
    /** What the store has to tell its watchers reaches the server. */
    news: (): Happening => ({ to: 'S', arrival: { kind: 'answer', answer: pushed.shift()! } }),
    messages: (): readonly Message[] => inboxOf(store.accounts[0]!).messages,
    renew: (uidValidity: number) => change((mailbox) => mailboxWith(mailbox, { uidValidity })),
  };
}

/** A session of a mail program with our server. */
export const meet = (
  of: ReturnType<typeof inbox>,
  program: ReturnType<typeof mailProgram>,
  config: Partial<ImapClientConfig> = {},
  server: Partial<ImapServerConfig> = {},
  options: JoinOptions = {},
) =>
  join(
    { machine: imapClient, state: imapClientState({ ...JURA, ...config }) },
    { machine: imapServer, state: imapServerState({ ...SERVER, ...server }) },
    { client: program.answer, server: of.answer },
    options,
  );

export const leave = (): Happening => ({ to: 'C', arrival: { kind: 'answer', answer: { kind: 'leave' } } });
export const poll = (): Happening => ({ to: 'C', arrival: { kind: 'timeout', name: 'poll' } });
