/** imapflow, the IMAP client of most mail programs in Node, at the simulated server: logging in, and mailboxes. */
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, connected, letter, REVISIONS } from './imapflow.testing.ts';
import type { Served } from './served.testing.ts';
import { ALL_SERVICES, mailboxOf, serve } from './served.testing.ts';

let served: Served;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
});
afterAll(() => served.close());

describe('logging in', () => {
  test.each([
    ['AUTH=PLAIN', /^C: \w+ AUTHENTICATE PLAIN$/],
    ['AUTH=LOGIN', /^C: \w+ AUTHENTICATE LOGIN$/],
    ['LOGIN', /^C: \w+ LOGIN "?jura"? /],
  ])('%s behind STARTTLS, behind TLS at once, and in clear', async (loginMethod, said) => {
    const auth = { user: 'jura', pass: 'heslo', loginMethod };
    for (const [options, secret] of [
      [{ secure: false, doSTARTTLS: true }, true],
      [{ secure: true }, true],
      [{ secure: false, doSTARTTLS: false }, false],
    ] as const) {
      const { imap, wire } = await connected(served, { ...options, auth });
      expect(imap.secureConnection).toBe(secret);
      expect(wire.filter((line) => said.test(line))).toHaveLength(1);
      expect(imap.authenticated).toBe(true);
      expect(imap.serverInfo).toMatchObject({ name: 'Dovecot' });
      await imap.logout();
      expect(imap.byeReason).toBe('Logging out');
    }
  });
  test('a wrong password, and nobody of that name', async () => {
    for (const auth of [
      { user: 'jura', pass: 'tajne' },
      { user: 'nikdo', pass: 'heslo' },
      { user: 'jura', pass: 'tajne', loginMethod: 'LOGIN' },
    ]) {
      const failed = await clientOf(served, { auth })
        .imap.connect()
        .then(
          () => null,
          (error: unknown) => error,
        );
      expect(failed).toMatchObject({
        authenticationFailed: true,
        serverResponseCode: 'AUTHENTICATIONFAILED',
      });
    }
  });
});

describe.each(REVISIONS)('%s', (_name, disableIMAP4rev2, auth) => {
  let imap: ImapFlow;
  beforeAll(async () => {
    ({ imap } = await connected(served, { disableIMAP4rev2, auth }));
  });
  afterAll(() => imap.logout());

  test('mailboxes with umlauts, uses, levels and subscriptions', async () => {
    expect(imap.enabled.has('IMAP4REV2')).toBe(!disableIMAP4rev2);
    expect(imap.namespace).toEqual({ prefix: '', delimiter: '.' });
    expect(await imap.mailboxCreate('Přečteno')).toEqual({ path: 'Přečteno', created: true });
    expect(await imap.mailboxCreate('Přečteno')).toEqual({ path: 'Přečteno', created: false });
    await imap.mailboxCreate(['Ärger & Co', 'Über', '日本語 "x" \\']);
    await imap.mailboxCreate('Sent');
    // As RFC 3501 §5.1.3 spells them.
    expect(mailboxOf(served, auth.user, 'P&AVk-e&AQ0-teno')).toBeDefined();
    expect(mailboxOf(served, auth.user, '&AMQ-rger &- Co.&ANw-ber.&ZeVnLIqe- "x" \\')).toBeDefined();

    await imap.append('Přečteno', letter('one'), ['\\Seen']);
    await imap.append('Přečteno', letter('two'));
    const statusQuery = {
      messages: true,
      unseen: true,
      uidNext: true,
      uidValidity: true,
      size: true,
      highestModseq: true,
    };
    const listed = await imap.list({ statusQuery });
    expect(listed.map(({ path }) => path).sort()).toEqual(
      ['Ärger & Co', 'Ärger & Co.Über', 'Ärger & Co.Über.日本語 "x" \\', 'INBOX', 'Přečteno', 'Sent'].sort(),
    );
    const entry = (path: string) => listed.find((one) => one.path === path);
    expect(entry('Sent')).toMatchObject({ specialUse: '\\Sent', specialUseSource: 'extension' });
    expect(entry('INBOX')).toMatchObject({ specialUse: '\\Inbox' });
    expect(entry('Přečteno')).toMatchObject({ subscribed: true, flags: new Set(['\\HasNoChildren']) });
    expect(entry('Přečteno')!.status).toMatchObject({
      messages: 2,
      unseen: 1,
      uidNext: 3,
      size: letter('one').length * 2,
    });
    expect(await imap.status('Přečteno', statusQuery)).toMatchObject(entry('Přečteno')!.status!);
    expect(entry('Ärger & Co')!.flags).toEqual(new Set(['\\NonExistent', '\\Noselect', '\\HasChildren']));
    expect(entry('Ärger & Co')!.status).toBeUndefined();

    await imap.mailboxUnsubscribe('Sent');
    const tree = (await imap.listTree()).folders!;
    expect(tree.find(({ path }) => path === 'Sent')!.subscribed).toBeFalsy();
    const [branch] = tree.find(({ path }) => path === 'Ärger & Co')!.folders!;
    expect(branch!.folders!.map(({ name }) => name)).toEqual(['日本語 "x" \\']);
    await imap.mailboxSubscribe('Sent');
    expect((await imap.list()).find(({ path }) => path === 'Sent')!.subscribed).toBe(true);

    // Inferiors go along (RFC 3501 §6.3.5), and a mailbox keeps its messages.
    await imap.mailboxRename('Ärger & Co', 'Ruhe');
    await imap.mailboxRename('Přečteno', ['Ruhe', 'Läuft']);
    expect((await imap.list()).map(({ path }) => path).sort()).toEqual(
      ['INBOX', 'Ruhe', 'Ruhe.Läuft', 'Ruhe.Über', 'Ruhe.Über.日本語 "x" \\', 'Sent'].sort(),
    );
    expect(await imap.status('Ruhe.Läuft', { messages: true })).toMatchObject({ messages: 2 });
    await expect(imap.mailboxRename('Sent', 'INBOX')).rejects.toMatchObject({
      serverResponseCode: 'ALREADYEXISTS',
    });
    await expect(imap.mailboxDelete('Přečteno')).rejects.toMatchObject({ serverResponseCode: 'NONEXISTENT' });
    await expect(imap.mailboxDelete('INBOX')).rejects.toMatchObject({ responseStatus: 'NO' });
    await expect(imap.mailboxOpen('Přečteno')).rejects.toMatchObject({ mailboxMissing: true });
    for (const path of ['Ruhe.Läuft', 'Ruhe.Über.日本語 "x" \\', 'Sent']) await imap.mailboxDelete(path);
    for (const { path } of await imap.list()) if (path !== 'INBOX') await imap.mailboxUnsubscribe(path);
    expect((await imap.list()).map(({ path }) => path)).toEqual(['INBOX']);
  });
});
