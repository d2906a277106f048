/** Programs that fetch mail, at the simulated mailboxes: fetchmail, getmail, mpop. `.ci/run` installs them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Served } from '../serve/served.testing.ts';
import { ALL_SERVICES, letters, mailboxOf, post, serve } from '../serve/served.testing.ts';
import type { Ran } from './run.testing.ts';
import { run } from './run.testing.ts';

// A test runs several programs.
vi.setConfig({ testTimeout: 30_000 });

let served: Served;
let folder: string;
/** Where the programs deliver: letters one behind the other. */
let box: string;
beforeEach(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
  folder = mkdtempSync(join(tmpdir(), 'posthorn-fetching-'));
  box = join(folder, 'box');
  await deliver('one', 'two', 'three');
});
afterEach(() => {
  served.close();
  rmSync(folder, { recursive: true });
});

/** Letters to jura; they hold what a careless program would take for the end of a letter, or for the next. */
async function deliver(...subjects: readonly string[]): Promise<void> {
  for (const subject of subjects)
    await post(
      { port: served.ports.smtp },
      { from: 'ann@example.org', to: 'jura@firma1.intr', subject, text: `.\n..dots\nend of ${subject}\n` },
    );
}

const fetched = (): string => (existsSync(box) ? readFileSync(box, 'latin1').replaceAll('\r', '') : '');

/** The letters arrived in this order and no other. */
function expectFetched(...subjects: readonly string[]): void {
  const found = [...fetched().matchAll(/^Subject: (.*)$/gm)].map(([, subject]) => subject);
  expect(found).toEqual(subjects);
  for (const subject of subjects) expect(fetched()).toContain(`\n\n.\n..dots\nend of ${subject}\n`);
}

const seen = (): readonly boolean[] =>
  mailboxOf(served, 'jura', 'INBOX')!.messages.map(({ flags }) => flags.includes('\\Seen'));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** `sslproto ''`: in clear. What it delivers has a `Received` line more. */
const poll = (server: string, user: string): Promise<Ran> => {
  const lines = [
    'set no bouncemail',
    `poll 127.0.0.1 ${server}`,
    `  user "jura" password "heslo" ${user}`,
    `  mda "cat >> '${box}'"`,
  ];
  return run('fetchmail', ['--verbose', '--fetchmailrc', written('rc', lines.join('\n'))], '', folder);
};
/** The server's certificate is the one it trusts. */
const trusting = (): string =>
  `sslcertck sslcertfile "${written('ca.pem', served.certificate)}" sslcommonname "neo.firma1.intr"`;

describe('fetchmail', () => {
  test('IMAP: keeps, and brings the next time only what is new', async () => {
    const server = `protocol IMAP service ${served.ports.imap}`;
    expect(await poll(server, `keep sslproto ''`)).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three');
    expect(seen()).toEqual([true, true, true]);
    await deliver('four');
    expect(await poll(server, `keep sslproto ''`)).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    // EX_NOMAIL
    expect(await poll(server, `keep sslproto ''`)).toMatchObject({ status: 1 });
  });
  test('IMAP behind STARTTLS with a certificate that is checked: removes', async () => {
    const { status, output } = await poll(
      `protocol IMAP service ${served.ports.imap} auth password`,
      `no keep fetchall ${trusting()}`,
    );
    expect(output).toContain('upgrade to TLS succeeded');
    expect(output).not.toContain('insecure');
    expect(status).toBe(0);
    expectFetched('one', 'two', 'three');
    expect(letters(served, 'jura')).toEqual([]);
  });
  test('IMAP behind TLS at once, from a mailbox of its own', async () => {
    const server = `protocol IMAP service ${served.ports.imaps}`;
    const { status } = await poll(server, `ssl keep folder INBOX ${trusting()}`);
    expect(status).toBe(0);
    expectFetched('one', 'two', 'three');
  });
  test('IMAP with a wrong password', async () => {
    const { status } = await poll(
      `protocol IMAP service ${served.ports.imap}`,
      `password "tajne" sslproto ''`,
    );
    // PS_AUTHFAIL
    expect(status).toBe(3);
  });
  test('POP3: keeps by UIDL, then removes', async () => {
    const server = `protocol POP3 service ${served.ports.pop3} uidl`;
    expect(await poll(server, `keep sslproto ''`)).toMatchObject({ status: 0 });
    await deliver('four');
    expect(await poll(server, `keep sslproto ''`)).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    expect(letters(served, 'jura')).toHaveLength(4);
    rmSync(box);
    expect(await poll(server, `fetchall no keep sslproto ''`)).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    expect(letters(served, 'jura')).toEqual([]);
  });
});

describe('fetchmail, POP3 behind TLS', () => {
  test('STLS, which it insists on', async () => {
    const { status, output } = await poll(
      `protocol POP3 service ${served.ports.pop3}`,
      `fetchall ${trusting()}`,
    );
    expect(output).toContain('upgrade to TLS succeeded');
    expect(status).toBe(0);
    expectFetched('one', 'two', 'three');
    expect(letters(served, 'jura')).toEqual([]);
  });
  test('at once', async () => {
    const server = `protocol POP3 service ${served.ports.pop3s} uidl`;
    expect(await poll(server, `ssl keep ${trusting()}`)).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three');
  });
});

describe('getmail', () => {
  /** It delivers as root only to a command that may. */
  const getmail = (retriever: string, options: readonly string[]): Promise<Ran> => {
    const lines = [
      '[retriever]',
      `type = Simple${retriever}`,
      'server = 127.0.0.1',
      'username = jura',
      'password = heslo',
      ...options,
      '[destination]',
      'type = MDA_external',
      'path = /bin/sh',
      `arguments = ("-c", "cat >> '${box}'")`,
      'allow_root_commands = true',
      '',
    ];
    const dir = join(folder, 'getmail');
    mkdirSync(dir, { recursive: true });
    const rc = written('rc', lines.join('\n'));
    return run('getmail', ['--verbose', `--getmaildir=${dir}`, `--rcfile=${rc}`], '', folder);
  };
  test.each([
    ['IMAPRetriever', 'imap', []],
    ['IMAPSSLRetriever', 'imaps', []],
    ['IMAPRetriever', 'imap', ['use_cram_md5 = true']],
  ] as const)('%s, %s %s', async (retriever, service, more) => {
    const options = [`port = ${served.ports[service]}`, 'mailboxes = ("INBOX",)', ...more];
    const settings = ['[options]', 'read_all = false', 'delivered_to = false', 'received = false'];
    expect(await getmail(retriever, [...options, ...settings])).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three');
    await deliver('four');
    expect(await getmail(retriever, [...options, ...settings])).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    expect(await getmail(retriever, [...options, ...settings, 'delete = true'])).toMatchObject({ status: 0 });
    expect(letters(served, 'jura')).toEqual([]);
  });
  test('IMAP: moves what it deletes', async () => {
    const options = [`port = ${served.ports.imap}`, 'mailboxes = ("INBOX",)', 'move_on_delete = Trash'];
    const uploaded = await run('curl', [
      ...['--silent', '--user', 'jura:heslo', `imap://127.0.0.1:${served.ports.imap}/`],
      ...['-X', 'CREATE Trash'],
    ]);
    expect(uploaded.status).toBe(0);
    expect(await getmail('IMAPRetriever', [...options, '[options]', 'delete = true'])).toMatchObject({
      status: 0,
    });
    expect(letters(served, 'jura')).toEqual([]);
    expect(mailboxOf(served, 'jura', 'Trash')!.messages).toHaveLength(3);
  });
  test.each([
    ['POP3Retriever', 'pop3'],
    ['POP3SSLRetriever', 'pop3s'],
  ] as const)('%s', async (retriever, service) => {
    const options = [`port = ${served.ports[service]}`, '[options]', 'read_all = false'];
    expect(await getmail(retriever, options)).toMatchObject({ status: 0 });
    await deliver('four');
    expect(await getmail(retriever, [...options, 'delete = true'])).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    expect(letters(served, 'jura')).toEqual([]);
  });
});

describe('mpop', () => {
  const mpop = (...more: readonly string[]): Promise<Ran> => {
    const lines = [
      ...['account default', 'host 127.0.0.1', 'user jura', 'password heslo'],
      `delivery mbox ${box}`,
      `uidls_file ${join(folder, 'uidls')}`,
      ...more,
    ];
    return run('mpop', ['--debug', '-C', written('rc', lines.join('\n'))], '', folder);
  };
  test('keeps, then removes', async () => {
    const clear = [`port ${served.ports.pop3}`, 'auth user', 'tls off'];
    expect(await mpop(...clear, 'keep on')).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three');
    await deliver('four');
    expect(await mpop(...clear, 'keep off')).toMatchObject({ status: 0 });
    expectFetched('one', 'two', 'three', 'four');
    expect(letters(served, 'jura')).toEqual([]);
  });
  test.each([
    ['on', 'pop3'],
    ['off', 'pop3s'],
  ] as const)('behind TLS, STLS %s, with each mechanism', async (starttls, service) => {
    const trust = written('ca.pem', served.certificate);
    const secure = ['tls on', `tls_starttls ${starttls}`, `tls_trust_file ${trust}`];
    const host = ['tls_host_override neo.firma1.intr', `port ${served.ports[service]}`, 'keep on'];
    for (const auth of ['user', 'plain', 'login', 'cram-md5']) {
      rmSync(join(folder, 'uidls'), { force: true });
      rmSync(box, { force: true });
      expect([auth, await mpop(...secure, ...host, `auth ${auth}`)]).toMatchObject([auth, { status: 0 }]);
      expectFetched('one', 'two', 'three');
    }
  });
});
