/** imapflow idles (RFC 2177) while others work at the same mailbox: another client, a letter by SMTP, POP3. */
import type { ImapFlowOptions } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from './imapflow.testing.ts';
import { connected, existing, letter } from './imapflow.testing.ts';
import type { Served } from './served.testing.ts';
import { ALL_SERVICES, converse, post, serve } from './served.testing.ts';

let served: Served;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
});
afterAll(() => served.close());

const arrival = (subject: string): Promise<unknown> =>
  post({ port: served.ports.smtp }, { from: 'ann@example.org', to: 'jura@firma1.intr', subject, text: 'x' });

/** A client that idles at the INBOX by now. */
async function idler(options: ImapFlowOptions = {}): Promise<Client> {
  const client = await connected(served, options);
  await client.imap.mailboxOpen('INBOX');
  void client.imap.idle();
  await expect.poll(() => client.wire.some((line) => line.startsWith('S: + idling'))).toBe(true);
  return client;
}

/** The INBOX empty, with three letters in it. */
let worker: Client;
beforeEach(async () => {
  worker = await connected(served, { secure: true });
  await worker.imap.mailboxOpen('INBOX');
  await worker.imap.messageDelete('1:*');
  for (const subject of ['m1', 'm2', 'm3']) await worker.imap.append('INBOX', letter(subject));
  await worker.imap.noop();
});
afterEach(() => worker.imap.logout());

describe.each([
  ['IMAP4rev2', {}],
  ['IMAP4rev1 in clear', { disableIMAP4rev2: true, doSTARTTLS: false }],
  [
    'IMAP4rev1 without CONDSTORE, behind TLS',
    { disableAutoEnable: true, disableIMAP4rev2: true, secure: true },
  ],
] as const)('%s', (_name, options) => {
  test('letters that arrive by SMTP and by APPEND', async () => {
    const { imap, exists, expunges } = await idler(options);
    await arrival('by SMTP');
    await expect.poll(() => exists).toEqual([{ path: 'INBOX', count: 4, prevCount: 3 }]);
    await worker.imap.append('INBOX', letter('by APPEND'));
    await expect.poll(() => exists.at(-1)).toEqual({ path: 'INBOX', count: 5, prevCount: 4 });
    expect(imap.idling).toBe(true);
    // A command ends IDLE, and the client goes on where it is.
    const [last, one] = await imap.fetchAll('4:5', { envelope: true });
    expect([last!.envelope!.subject, one!.envelope!.subject]).toEqual(['by SMTP', 'by APPEND']);
    expect(expunges).toEqual([]);
    await imap.logout();
  });

  test('flags and removals of another client', async () => {
    const { imap, exists, expunges, flags } = await idler(options);
    await worker.imap.messageFlagsAdd('2', ['\\Flagged', '$New']);
    await expect.poll(() => flags.length).toBe(1);
    expect(flags[0]).toMatchObject({ path: 'INBOX', seq: 2 });
    expect(flags[0]!.flags).toEqual(
      new Set(['\\Flagged', '$New', ...(flags[0]!.flags.has('\\Recent') ? ['\\Recent'] : [])]),
    );
    await worker.imap.messageDelete('1,3');
    // Each number counts after the removal before it (RFC 3501 §7.4.1).
    await expect.poll(() => expunges.length).toBe(2);
    const left = ['m1', 'm2', 'm3'];
    for (const { seq } of expunges) left.splice(seq! - 1, 1);
    expect(left).toEqual(['m2']);
    const [message] = await imap.fetchAll('1:*', { envelope: true, flags: true });
    expect(message).toMatchObject({ seq: 1, envelope: { subject: 'm2' } });
    expect(message!.flags).toContain('$New');
    expect(exists).toEqual([]);
    await imap.logout();
  });

  test('POP3 removes what IMAP sees', async () => {
    const { imap, expunges } = await idler(options);
    const said = await converse(
      served.ports.pop3!,
      'USER jura\r\nPASS heslo\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n',
    );
    expect(said).toContain('Subject: m1\r\n');
    await expect.poll(() => expunges).toMatchObject([{ path: 'INBOX', seq: 2 }]);
    const messages = await imap.fetchAll('1:*', { envelope: true, flags: true });
    expect(messages.map(({ envelope }) => envelope!.subject)).toEqual(['m1', 'm3']);
    // What POP3 fetched has been seen.
    expect(messages.map(({ flags }) => flags!.has('\\Seen'))).toEqual([true, false]);
    await imap.logout();
  });
});

test('two clients at one mailbox, neither idling: numbers change only where they may', async () => {
  const other = await connected(served);
  await other.imap.mailboxOpen('INBOX');
  await worker.imap.messageDelete('2');
  expect(other.expunges).toEqual([]);
  // RFC 3501 §7.4.1: no EXPUNGE in FETCH; what is gone is still number 2.
  const messages = await other.imap.fetchAll('1:3', { uid: true, envelope: true });
  expect(messages.map(({ seq }) => seq)).toEqual(expect.arrayContaining([1, 3]));
  expect(messages.find(({ seq }) => seq === 3)!.envelope!.subject).toBe('m3');
  expect(other.expunges).toEqual([]);
  await other.imap.noop();
  expect(other.expunges).toMatchObject([{ seq: 2 }]);
  // UID STORE and UID EXPUNGE of what is gone do nothing.
  const [, third] = await other.imap.fetchAll('1:*', { uid: true });
  expect(await other.imap.messageDelete(third!.uid, { uid: true })).toBe(true);
  expect(await worker.imap.messageFlagsAdd(third!.uid, ['\\Seen'], { uid: true })).toBe(true);
  await worker.imap.noop();
  expect(existing(worker.imap)).toBe(1);
  await other.imap.logout();
});

test('a mailbox that is deleted under an idling client', async () => {
  await worker.imap.mailboxCreate('Brief');
  const { imap, wire } = await connected(served);
  await imap.mailboxOpen('Brief');
  void imap.idle().catch(() => null);
  await expect.poll(() => imap.idling).toBe(true);
  await worker.imap.mailboxDelete('Brief');
  await expect.poll(() => imap.usable).toBe(false);
  expect(wire.some((line) => line.startsWith('S: * BYE'))).toBe(true);
});

test('a hundred changes while a client idles are all told', async () => {
  const { imap, exists } = await idler();
  for (let i = 0; i < 100; i++) await worker.imap.append('INBOX', letter(`many ${i}`));
  await worker.imap.messageFlagsAdd('1:*', ['\\Seen']);
  await expect.poll(() => exists.at(-1)?.count).toBe(103);
  expect(await imap.search({ seen: true })).toHaveLength(103);
  await worker.imap.messageDelete('1:*');
  await imap.noop();
  expect(existing(imap)).toBe(0);
  await imap.logout();
});
