/** An IMAP and a POP3 service with their message store, joined without a kernel: what one says, the other hears at once. */
import { mailboxNamed, withMailbox } from '../mail/account.ts';
import type { NewMessage } from '../mail/mailbox.ts';
import { mailboxWith, withMessages } from '../mail/mailbox.ts';
import type { HostSpec, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { withEntry } from './entries.ts';
import type { ImapServerAgentConfig, ImapServerAgentState } from './imap-server.ts';
import { imapServerAgent } from './imap-server.ts';
import type { StoreConfig, StoreState } from './message-store.ts';
import { messageStore } from './message-store.ts';
import type { Pop3ServerAgentConfig, Pop3ServerAgentState } from './pop3-server.ts';
import { pop3ServerAgent } from './pop3-server.ts';
import { CERTIFICATE } from './recordings.testing.ts';
import { storeWith } from './store/types.ts';

const HOST: HostSpec = { id: 'neo', name: 'neo.firma1.intr', addresses: ['192.0.2.25'], programs: [] };
/** A day in 2015, as the letters are of. */
const EPOCH_MS = 1_430_000_000_000;

const STORE: StoreConfig = {
  users: { jura: 'heslo', anna: 'heslo' },
  domains: ['firma1.intr'],
  quota: 0,
  disk: 0,
  madeAt: 1_420_000_000,
  files: { kind: 'maildir', writer: 'postfix' },
};

export interface Host {
  imap: ImapServerAgentState;
  pop3: Pop3ServerAgentState;
  store: StoreState;
}

export const PLAIN: ImapServerAgentConfig = {
  port: 143,
  tls: 'none',
  plaintext: true,
  mechanisms: ['PLAIN'],
  offsetMinutes: 0,
  certificates: [CERTIFICATE],
};

const POP3: Pop3ServerAgentConfig = {
  port: 110,
  dialect: 'dovecot',
  tls: 'none',
  plaintext: true,
  mechanisms: ['PLAIN'],
  apop: false,
  locks: null,
  certificates: [CERTIFICATE],
};

/** A host with these letters in jura's INBOX, where nobody has looked yet. */
export function imapHost(
  letters: readonly NewMessage[],
  config: ImapServerAgentConfig = PLAIN,
  more: Partial<StoreConfig> = {},
): Host {
  const empty = messageStore.init({ ...STORE, ...more }, HOST) as StoreState;
  const jura = empty.accounts[0]!;
  const inbox = mailboxWith(withMessages(mailboxNamed(jura, 'INBOX')!, letters), { recentFrom: 1 });
  const store = storeWith(empty, { accounts: withEntry(empty.accounts, withMailbox(jura, inbox)) });
  return { imap: imapServerAgent.init(config, HOST), pop3: pop3ServerAgent.init(POP3, HOST), store };
}

const at = (id: string): StepContext => ({
  now: 0,
  clock: { epochMs: EPOCH_MS, offsetMinutes: 0 },
  host: HOST,
  id: `neo/${id}`,
  event: 1,
  chance: 0.5,
});

/** Lets a service take an input, and the store what it asks; what is said on the wire goes to `heard`. */
export function take(
  host: Host,
  input: ProgramInput,
  heard: (effect: ProgramEffect) => void,
  program: 'imap' | 'pop3' = 'imap',
): void {
  for (const effect of stepOf(host, input, program)) {
    if (effect.kind !== 'tell') {
      heard(effect);
      continue;
    }
    const asked: ProgramInput = { kind: 'message', from: `neo/${program}`, message: effect.message };
    const [store, answers] = messageStore.step(host.store, asked, at('store'));
    host.store = store;
    for (const answer of answers)
      if (answer.kind === 'tell') {
        const told: ProgramInput = { kind: 'message', from: 'neo/store', message: answer.message };
        take(host, told, heard, answer.program as 'imap' | 'pop3');
      }
  }
}

function stepOf(host: Host, input: ProgramInput, program: 'imap' | 'pop3'): readonly ProgramEffect[] {
  if (program === 'imap') {
    const [next, effects] = imapServerAgent.step(host.imap, input, at('imap'));
    host.imap = next;
    return effects;
  }
  const [next, effects] = pop3ServerAgent.step(host.pop3, input, at('pop3'));
  host.pop3 = next;
  return effects;
}

/** Opens a connection; what is said on it goes to `heard`. */
export function connect(
  host: Host,
  conn: number,
  client: string,
  heard: (effect: ProgramEffect) => void,
  program: 'imap' | 'pop3' = 'imap',
): void {
  const peer = { address: client, port: 40_000 + conn };
  const local = { address: '192.0.2.25', port: program === 'imap' ? 143 : 110 };
  take(host, { kind: 'opened', conn, handle: null, local, peer }, heard, program);
}
