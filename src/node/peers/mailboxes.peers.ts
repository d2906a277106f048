/** curl and Python at the simulated mailboxes, by IMAP and POP3. `.ci/run` installs them; `npm run peers` runs this. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { letter } from '../serve/imapflow.testing.ts';
import type { Served } from '../serve/served.testing.ts';
import { ALL_SERVICES, letters, mailboxOf, post, serve } from '../serve/served.testing.ts';
import type { Ran } from './run.testing.ts';
import { run } from './run.testing.ts';

// A test runs several programs.
vi.setConfig({ testTimeout: 30_000 });

let served: Served;
let folder: string;
beforeEach(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
  folder = mkdtempSync(join(tmpdir(), 'posthorn-mailboxes-'));
});
afterEach(() => {
  served.close();
  rmSync(folder, { recursive: true });
});

/** Delivers letters by SMTP, one after the other; each has a line with a dot at its start. */
async function deliver(user: string, ...subjects: readonly string[]): Promise<void> {
  for (const subject of subjects)
    await post(
      { port: served.ports.smtp },
      { from: 'ann@example.org', to: `${user}@firma1.intr`, subject, text: '.dot\nFrom here\n' },
    );
}

/** curl with a login. */
const curl = (login: string, url: string, ...more: readonly string[]): Promise<Ran> =>
  run('curl', ['--silent', '--show-error', '--insecure', '--max-time', '10', '--user', login, ...more, url]);

describe.each([
  ['imap', 'imap', []],
  ['imap with STARTTLS', 'imap', ['--ssl-reqd']],
  ['imaps', 'imaps', []],
] as const)('curl, %s', (name, scheme, more) => {
  const box = name.replaceAll(' ', '-');
  const at = (path: string, ...rest: readonly string[]): Promise<Ran> =>
    curl('anna:tajne', `${scheme}://127.0.0.1:${served.ports[scheme]}/${path}`, ...more, ...rest);

  test('lists, appends, fetches, searches, changes', async () => {
    const file = join(folder, `${box}.eml`);
    writeFileSync(file, letter('by curl', '', 'Hello.\r\n.dot\r\n'), 'latin1');
    expect((await at('', '-X', `CREATE ${box}`)).status).toBe(0);
    expect((await at('')).output).toContain(`* LIST (\\HasNoChildren) "." ${box}\r\n`);
    for (let i = 0; i < 2; i++)
      expect(await at(box, '--upload-file', file)).toEqual({ status: 0, output: '' });
    expect(mailboxOf(served, 'anna', box)!.messages.map(({ content }) => content)).toEqual([
      letter('by curl', '', 'Hello.\r\n.dot\r\n'),
      letter('by curl', '', 'Hello.\r\n.dot\r\n'),
    ]);
    expect((await at(`${box};UID=1`)).output).toBe(letter('by curl', '', 'Hello.\r\n.dot\r\n'));
    expect((await at(`${box};MAILINDEX=2;SECTION=TEXT`)).output).toBe('Hello.\r\n.dot\r\n');
    expect((await at(`${box};UID=2;SECTION=HEADER.FIELDS%20(SUBJECT)`)).output).toBe(
      'Subject: by curl\r\n\r\n',
    );
    expect((await at(`${box}?SUBJECT%20curl`)).output).toBe('* SEARCH 1 2\r\n');
    expect((await at(`${box}?UNSEEN`)).output).toBe('* SEARCH\r\n');
    expect((await at(box, '-X', 'STORE 1 +Flags \\Deleted')).output).toBe(
      '* 1 FETCH (FLAGS (\\Deleted \\Seen))\r\n',
    );
    expect((await at(box, '-X', 'EXPUNGE')).output).toBe('* 1 EXPUNGE\r\n');
    expect((await at(box, '-X', 'UID FETCH 1:* (FLAGS)')).output).toBe(
      '* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n',
    );
    expect((await at('', '-X', `STATUS ${box} (MESSAGES UIDNEXT)`)).output).toBe(
      `* STATUS ${box} (MESSAGES 1 UIDNEXT 3)\r\n`,
    );
    // CURLE_REMOTE_FILE_NOT_FOUND
    expect((await at(`${box};UID=9`)).status).toBe(78);
    expect((await at('', '-X', `DELETE ${box}`)).status).toBe(0);
  });
  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('AUTH=%s, with an initial response or without', async (auth) => {
    for (const sasl of [[], ['--sasl-ir']])
      expect((await at('', '--login-options', `AUTH=${auth}`, ...sasl)).output).toContain('" INBOX\r\n');
    const url = `${scheme}://127.0.0.1:${served.ports[scheme]}/`;
    // CURLE_LOGIN_DENIED
    expect((await curl('anna:heslo', url, ...more, '--login-options', `AUTH=${auth}`)).status).toBe(67);
  });
});

describe.each([
  ['pop3', 'pop3', []],
  ['pop3 with STLS', 'pop3', ['--ssl-reqd']],
  ['pop3s', 'pop3s', []],
] as const)('curl, %s', (_name, scheme, more) => {
  const at = (path: string, ...rest: readonly string[]): Promise<Ran> =>
    curl('jura:heslo', `${scheme}://127.0.0.1:${served.ports[scheme]}/${path}`, ...more, ...rest);

  test('lists, retrieves, deletes', async () => {
    await deliver('jura', 'pop one', 'pop two');
    const [first, second] = letters(served, 'jura');
    expect((await at('')).output).toBe(`1 ${first!.length}\r\n2 ${second!.length}\r\n`);
    expect((await at('1')).output).toBe(first);
    expect((await at('', '-X', 'UIDL')).output).toMatch(/^1 \w+\r\n2 \w+\r\n$/);
    expect((await at('', '-X', 'TOP 2 0')).output).toContain('Subject: pop two\r\n');
    expect((await at('', '-X', 'CAPA')).output).toContain('\r\nTOP\r\n');
    expect((await at('1', '-X', 'DELE', '--list-only')).status).toBe(0);
    expect(letters(served, 'jura')).toEqual([second]);
    expect((await at('9')).status).not.toBe(0);
  });
  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('AUTH=%s', async (auth) => {
    await deliver('jura', 'one');
    for (const sasl of [[], ['--sasl-ir']])
      expect((await at('', '--login-options', `AUTH=${auth}`, ...sasl)).output).toMatch(/^1 \d+\r\n$/);
    const url = `${scheme}://127.0.0.1:${served.ports[scheme]}/`;
    // CURLE_LOGIN_DENIED
    expect((await curl('jura:tajne', url, ...more, '--login-options', `AUTH=${auth}`)).status).toBe(67);
  });
});

const python = (script: string, ...ports: readonly (number | undefined)[]): Promise<Ran> =>
  run('python3', ['-c', script, ...ports.map(String)]);

test('Python imaplib', async () => {
  await deliver('jura', 'imaplib one', 'imaplib two');
  const script = `
import imaplib, ssl, sys, time
context = ssl._create_unverified_context()
def clear(port): return imaplib.IMAP4('127.0.0.1', port, timeout=10)
def upgraded(port):
    m = imaplib.IMAP4('127.0.0.1', port, timeout=10)
    assert m.starttls(context)[0] == 'OK'
    return m
def secure(port): return imaplib.IMAP4_SSL('127.0.0.1', int(sys.argv[2]), ssl_context=context, timeout=10)
def ok(pair):
    assert pair[0] == 'OK', pair
    return pair[1]
for opened in (clear, upgraded, secure):
    for log in ('login', 'login_cram_md5', 'plain'):
        m = opened(int(sys.argv[1]))
        if log == 'plain': ok(m.authenticate('PLAIN', lambda _: b'\\0jura\\0heslo'))
        else: ok(getattr(m, log)('jura', 'heslo'))
        m.logout()
m = clear(int(sys.argv[1]))
try: m.login('jura', 'tajne'); print('let in')
except imaplib.IMAP4.error as error: print(error)
m.logout()
m = secure(0)
ok(m.login('jura', 'heslo'))
ok(m.enable('CONDSTORE'))
ok(m.create('"Two words"')); ok(m.subscribe('"Two words"'))
print(ok(m.list()), ok(m.lsub()))
print(ok(m.append('"Two words"', '(\\\\Seen $Work)', imaplib.Time2Internaldate(1700000000), b'Subject: x\\r\\n\\r\\n\\xc3\\xa9\\n')))
print(ok(m.select('INBOX')))
print(ok(m.search(None, 'SUBJECT', '"imaplib one"')), ok(m.uid('search', 'CHARSET', 'UTF-8', 'SUBJECT', '"two"')))
print(ok(m.fetch('1', '(RFC822)'))[0][1].decode())
print(ok(m.fetch('2', '(ENVELOPE BODYSTRUCTURE UID)')))
print(ok(m.store('1', '+FLAGS', '(\\\\Deleted)')), ok(m.copy('1:2', '"Two words"')), ok(m.expunge()))
print(ok(m.select('"Two words"', readonly=True)), ok(m.fetch('1:*', '(FLAGS INTERNALDATE RFC822.SIZE)')))
print(ok(m.status('"Two words"', '(MESSAGES UNSEEN)')), ok(m.response('UIDVALIDITY') and m.noop()))
ok(m.close()); ok(m.rename('"Two words"', 'Three')); ok(m.delete('Three'))
print(ok(m.namespace()), ok(m.getquotaroot('INBOX')))
print(m.select('Three'))
print(m.logout())`;
  const { status, output } = await python(script, served.ports.imap, served.ports.imaps);
  expect(output).not.toContain('Traceback');
  expect(status).toBe(0);
  for (const said of [
    "b'[AUTHENTICATIONFAILED] Authentication failed.'",
    `[b'(\\\\HasNoChildren) "." INBOX', b'(\\\\HasNoChildren) "." "Two words"']`,
    "[b'1'] [b'2']\n",
    'Subject: imaplib one',
    `(FLAGS (\\\\Seen \\\\Recent $Work) INTERNALDATE "14-Nov-2023 23:13:20 +0100" RFC822.SIZE 18)`,
    '("" ".")) NIL NIL',
    "('NO', [b\"Mailbox doesn't exist: Three",
    "('BYE', [b'Logging out'])",
  ])
    expect(output).toContain(said);
  expect(letters(served, 'jura')).toHaveLength(1);
});

test('Python poplib', async () => {
  await deliver('anna', 'poplib one', 'poplib two', 'poplib three');
  const script = `
import poplib, sys
p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=10)
print(p.getwelcome())
try: p.user('anna'); p.pass_('heslo')
except poplib.error_proto as error: print(error)
print(p.user('anna'), p.pass_('tajne'))
print(p.stat(), p.list(), p.list(2), p.uidl(), p.uidl(3))
print(b'\\n'.join(p.retr(1)[1]).decode())
print(p.top(2, 1)[1][-1])
print(p.dele(1), p.rset(), p.stat()[0], p.dele(3), p.dele(1), p.noop(), p.stat()[0])
try: p.retr(1)
except poplib.error_proto as error: print(error)
print(p.quit())`;
  const before = letters(served, 'anna');
  const { status, output } = await python(script, served.ports.pop3);
  expect(status).toBe(0);
  const octets = before.reduce((sum, one) => sum + one.length, 0);
  expect(output).toContain(`(3, ${octets}) (b'+OK 3 messages:'`);
  expect(output).toContain("b'-ERR [AUTH] Authentication failed.'");
  expect(output).toContain('Subject: poplib one');
  expect(output).toContain('\n.dot\nFrom here\n');
  expect(output).toContain("b'+OK Logging out, messages deleted.'");
  expect(letters(served, 'anna')).toEqual([before[1]]);
});

test('Python poplib behind TLS, and what it can', async () => {
  await deliver('anna', 'one');
  const script = `
import poplib, ssl, sys
context = ssl._create_unverified_context()
p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=10)
print(sorted(p.capa()))
p.stls(context)
print(sorted(p.capa()))
p.user('anna'); p.pass_('tajne'); print(p.stat()[0]); p.quit()
s = poplib.POP3_SSL('127.0.0.1', int(sys.argv[2]), context=context, timeout=10)
print(s.capa()['SASL']); s.user('anna'); s.pass_('tajne'); print(s.stat()[0], sorted(s.capa()))
s.close()`;
  const { status, output } = await python(script, served.ports.pop3, served.ports.pop3s);
  expect(status).toBe(0);
  expect(output.split('\n')).toEqual([
    "['AUTH-RESP-CODE', 'CAPA', 'PIPELINING', 'RESP-CODES', 'SASL', 'STLS', 'TOP', 'UIDL', 'USER']",
    "['AUTH-RESP-CODE', 'CAPA', 'PIPELINING', 'RESP-CODES', 'SASL', 'TOP', 'UIDL', 'USER']",
    '1',
    "['PLAIN', 'LOGIN', 'CRAM-MD5']",
    "1 ['AUTH-RESP-CODE', 'CAPA', 'PIPELINING', 'RESP-CODES', 'TOP', 'UIDL']",
    '',
  ]);
});
