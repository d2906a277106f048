/** What a server has no room for, and how it says so. */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import type { NewMessage } from '../mail/mailbox.ts';
import { emptyMailbox, withMessages } from '../mail/mailbox.ts';
import { accountWith, SUBSCRIPTION_LIMIT } from '../mail/account.ts';
import { MESSAGE_LIMIT } from './store/imap.ts';
import { storeWith } from './store/types.ts';
import type { Host } from './imap-host.testing.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

const LETTER: NewMessage = { content: octets('Subject: x\r\n\r\nx\r\n'), internalDate: 0, flags: [] };

/** A session with INBOX open: the tagged response to each command, without its tag and the time taken. */
function session(host: Host): (command: string) => string {
  let said = '';
  const hear = (input: string) =>
    take(host, { kind: 'octets', conn: 1, octets: octets(input) }, (effect) => {
      if (effect.kind === 'send') said += effect.octets;
    });
  connect(host, 1, '192.0.2.1', () => {});
  const say = (command: string): string => {
    said = '';
    hear(`a ${command}\r\n`);
    return (/^a (.*)\r$/m.exec(said)?.[1] ?? '').replace(/ \([\d.]+ \+ [\d.]+ secs\)/, '');
  };
  say('LOGIN jura heslo');
  say('SELECT INBOX');
  return say;
}

const jura = ({ store }: Host) => store.accounts[0]!;

function change(host: Host, changes: Parameters<typeof accountWith>[1]): void {
  const [first, ...others] = host.store.accounts;
  host.store = storeWith(host.store, { accounts: [accountWith(first!, changes), ...others] });
}

test('subscriptions', () => {
  const host = imapHost([]);
  const say = session(host);
  const subscriptions = Array.from({ length: SUBSCRIPTION_LIMIT }, (_, i) => `s${i}`);
  change(host, { subscriptions });
  expect(say('SUBSCRIBE INBOX')).toBe('NO [LIMIT] Too many subscriptions.');
  expect(say('UNSUBSCRIBE s1')).toMatch(/^OK /);
  expect(say('SUBSCRIBE INBOX')).toMatch(/^OK /);
});

test('names: inferiors that would get too long a one stay where they are', () => {
  const say = session(imapHost([]));
  say(`CREATE a.${'x'.repeat(250)}`);
  expect(say('RENAME a bcdef')).toBe('NO [CANNOT] Mailbox name too long.');
  say('CREATE B.x');
  say('CREATE A.x');
  expect(say('RENAME A B')).toBe('NO [ALREADYEXISTS] Target mailbox already exists.');
});

test('messages of a mailbox, whether they are copied or moved to it', () => {
  const host = imapHost([LETTER]);
  const say = session(host);
  const full = withMessages(emptyMailbox(9, 'full', 9), new Array(MESSAGE_LIMIT).fill(LETTER));
  change(host, { mailboxes: [...jura(host).mailboxes, full] });
  for (const verb of ['COPY', 'MOVE']) expect(say(`${verb} 1 full`)).toBe('NO [LIMIT] Too many messages.');
});

test('octets: whoever is over quota may still move messages, which makes them no more', () => {
  const host = imapHost([LETTER]);
  const say = session(host);
  say('CREATE Trash');
  change(host, { quota: 1 });
  expect(say('COPY 1 Trash')).toMatch(/^NO \[OVERQUOTA\]/);
  expect(say('MOVE 1 Trash')).toMatch(/^OK /);
});
