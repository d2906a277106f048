/** LIST and LSUB in large hierarchies, and what LIST-STATUS sets going (RFC 5258, RFC 5819, RFC 7162). */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { withEntry } from './entries.ts';
import type { Host } from './imap-host.testing.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';
import { accountWith } from '../mail/account.ts';
import { emptyMailbox } from '../mail/mailbox.ts';
import { storeWith } from './store/types.ts';

/** What is said to the last of these commands. */
function lastWords(host: Host, ...commands: readonly string[]): readonly string[] {
  let said = '';
  connect(host, 1, '192.0.2.1', () => {});
  for (const command of ['LOGIN jura heslo', ...commands]) {
    said = '';
    take(host, { kind: 'octets', conn: 1, octets: octets(`a ${command}\r\n`) }, (effect) => {
      if (effect.kind === 'send') said += effect.octets;
    });
  }
  return said.split('\r\n').slice(0, -1);
}

/** 300 mailboxes of 120 levels and two with few; all and as many more are subscribed. */
function deepHost(): Host {
  const host = imapHost([]);
  const jura = host.store.accounts[0]!;
  const deep = Array.from({ length: 300 }, (_, i) => `m${i}${'.a'.repeat(119)}`);
  const names = ['INBOX', 'x', 'x.y', ...deep];
  const account = accountWith(jura, {
    mailboxes: names.map((name, i) => emptyMailbox(i + 1, name, i + 1)),
    subscriptions: [...names, ...names.map((name) => `s${name}`)],
    nextMailbox: names.length + 1,
  });
  host.store = storeWith(host.store, { accounts: withEntry(host.store.accounts, account) });
  return host;
}

const DONE = expect.stringMatching(/^a OK /) as string;

// Each of these took from seconds to hours when it went through mailboxes and patterns name by name.
test('wildcards without end', () => {
  expect(lastWords(deepHost(), `LIST "" "${'*'.repeat(900)}b"`)).toEqual([DONE]);
  expect(lastWords(deepHost(), `LIST "" "${'*b'.repeat(900)}"`)).toEqual([DONE]);
  expect(lastWords(deepHost(), `LSUB "" "${'*b'.repeat(900)}"`)).toEqual([DONE]);
});

test('many patterns', () => {
  const top = lastWords(deepHost(), `LIST "" (${'% '.repeat(100)})`);
  expect(top).toHaveLength(1 + 1 + 1 + 300);
  const all = lastWords(deepHost(), `LIST "" (${'* '.repeat(1000)})`);
  expect(all).toHaveLength(1 + 1 + 2 + 300 * 120);
});

test('every name, with what it has below', () => {
  const options = '(SUBSCRIBED RECURSIVEMATCH)';
  const lines = lastWords(deepHost(), `LIST ${options} "" (${'% '.repeat(100)}) RETURN (CHILDREN)`);
  expect(lines).toHaveLength(2 * (1 + 1 + 300) + 1);
  expect(lines).toContain('* LIST (\\Subscribed \\HasNoChildren) "." INBOX');
  expect(lines).toContain('* LIST (\\Subscribed \\HasChildren) "." x (CHILDINFO ("SUBSCRIBED"))');
  expect(lines).toContain('* LIST (\\NonExistent \\HasChildren) "." m7 (CHILDINFO ("SUBSCRIBED"))');
  expect(lastWords(deepHost(), 'LSUB "" %')).toHaveLength(2 * (1 + 1 + 300) + 1);
});

test('more patterns than there is any use for', () => {
  const many = [
    `LIST "" (${'% '.repeat(19_990)})`,
    `LIST "" (${'"" '.repeat(19_990)})`,
    `LIST a${'.b'.repeat(100)} (${'% '.repeat(100)})`,
  ];
  for (const command of many)
    expect(lastWords(deepHost(), command)).toEqual([expect.stringMatching(/^a BAD /)]);
  expect(lastWords(deepHost(), `LSUB "" ${'%'.repeat(5000)}`)).toEqual([expect.stringMatching(/^a BAD /)]);
});

test('who asks LIST for modification sequences is told of them from then on', () => {
  const ask = 'LIST "" % RETURN (STATUS (HIGHESTMODSEQ))';
  const status = '* STATUS INBOX (HIGHESTMODSEQ 1)';
  const name = '* LIST () "." INBOX';
  const first = expect.stringMatching(/^\* OK \[HIGHESTMODSEQ 1\] /) as string;
  expect(lastWords(imapHost([]), ask)).toEqual([name, status, DONE]);
  expect(lastWords(imapHost([]), 'SELECT INBOX', ask)).toEqual([first, name, status, DONE]);
  expect(lastWords(imapHost([]), 'SELECT INBOX', ask, ask)).toEqual([name, status, DONE]);
  const letter = { content: octets('Subject: x\r\n\r\nx\r\n'), internalDate: 0, flags: [] };
  const lines = lastWords(imapHost([letter]), 'SELECT INBOX', ask, 'STORE 1 +FLAGS \\Seen');
  expect(lines[0]).toMatch(/^\* 1 FETCH \(.*MODSEQ \(\d+\)/);
});
