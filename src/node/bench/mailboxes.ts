/** A large mailbox behind the IMAP service and its store: listing it, searching it, and what a message weighs. */
import type { Octets } from '../../base/octets.ts';
import { imapServerAgent } from '../../agents/imap-server.ts';
import type { ImapServerAgentConfig } from '../../agents/imap-server.ts';
import { messageStore } from '../../agents/message-store.ts';
import type { StoreConfig } from '../../agents/message-store.ts';
import type { HostSpec, ProgramInput, StepContext } from '../../sim/types.ts';

const HOST: HostSpec = { id: 'mail', name: 'mail.example.org', addresses: ['192.0.2.25'], programs: [] };
const STORE: StoreConfig = {
  users: { ann: 'secret' },
  domains: ['example.org'],
  quota: 0,
  disk: 0,
  madeAt: 1_700_000_000,
  files: { kind: 'maildir', writer: 'postfix' },
};
const IMAP: ImapServerAgentConfig = {
  port: 143,
  tls: 'none',
  plaintext: true,
  mechanisms: [],
  offsetMinutes: 0,
  certificates: [],
};

const at = (id: string): StepContext => ({
  now: 0,
  clock: { epochMs: 1_700_000_000_000, offsetMinutes: 0 },
  host: HOST,
  id,
  event: 1,
  chance: 0.5,
});

/** A letter of about 2 KB, as mailboxes hold them; one in a hundred speaks of the minutes. */
function letter(number: number): Octets {
  const lines = Array.from(
    { length: 24 },
    (_, i) => `Line ${i} of letter ${number}, as long as lines of letters are.`,
  );
  return [
    'Return-Path: <bob@example.net>',
    `Received: from mail.example.net (mail.example.net [198.51.100.25]) by mail.example.org with ESMTP id ${number}`,
    '\tfor <ann@example.org>; Mon, 2 Feb 2026 09:30:00 +0100 (CET)',
    'From: Bob <bob@example.net>',
    'To: Ann <ann@example.org>, "The others" <others@example.org>',
    `Subject: ${number % 100 === 0 ? 'Minutes of the meeting' : `Letter number ${number}`}`,
    'Date: Mon, 2 Feb 2026 09:30:00 +0100',
    `Message-Id: <${number}@example.net>`,
    '',
    ...lines,
    '',
  ].join('\r\n') as Octets;
}

export interface LargeMailbox {
  /** What comes back to one command. */
  say(command: string): string;
}

/** A session that has selected an INBOX of so many messages. */
export function largeMailbox(count: number): LargeMailbox {
  let imap = imapServerAgent.init(IMAP, HOST);
  let store = messageStore.init(STORE, HOST);
  let said = '';
  const tell = (input: ProgramInput): void => {
    const [next, effects] = imapServerAgent.step(imap, input, at('mail/imap'));
    imap = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind !== 'tell') continue;
      const asked = { kind: 'message', from: 'mail/imap', message: effect.message } as const;
      const [kept, answers] = messageStore.step(store, asked, at('mail/store'));
      store = kept;
      for (const answer of answers)
        if (answer.kind === 'tell') tell({ kind: 'message', from: 'mail/store', message: answer.message });
    }
  };
  const say = (command: string): string => {
    said = '';
    tell({ kind: 'octets', conn: 1, octets: `t ${command}\r\n` as Octets });
    return said;
  };
  const peer = { address: '192.0.2.10', port: 40_000 };
  tell({ kind: 'opened', conn: 1, handle: null, local: { address: '192.0.2.25', port: 143 }, peer });
  say('LOGIN ann secret');
  for (let from = 0; from < count; from += 500) {
    const batch = Array.from({ length: Math.min(500, count - from) }, (_, i) => letter(from + i));
    say(`APPEND INBOX ${batch.map((content) => `{${content.length}+}\r\n${content}`).join(' ')}`);
  }
  say('SELECT INBOX');
  return { say };
}

/** Searches as mail programs make them, none of which finds all. */
export const SEARCHES = [
  'SEARCH SUBJECT minutes',
  'SEARCH FROM bob SUBJECT meeting UNSEEN',
  'SEARCH BODY "letter 9999,"',
  'SEARCH TEXT "no such words"',
  'SEARCH SENTSINCE 1-Mar-2026',
] as const;
