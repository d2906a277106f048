/** Debian's mail clients and name tools at the simulated servers. `.ci/run` installs them; `npm run peers` runs this. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Served } from '../serve/served.testing.ts';
import { ALL_SERVICES, letters, serve } from '../serve/served.testing.ts';
import type { Ran } from './run.testing.ts';
import { run } from './run.testing.ts';

let served: Served;
let clear: Served;
let folder: string;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
  clear = await serve('--scenario firma1 --plain-auth --submission 0');
  folder = mkdtempSync(join(tmpdir(), 'posthorn-peers-'));
});
afterAll(() => {
  served.close();
  clear.close();
  rmSync(folder, { recursive: true });
});

const arrived = (mailbox: string, text: string, at: Served = served): Promise<void> =>
  expect
    .poll(() => letters(at, mailbox).some((letter) => letter.includes(text)), { timeout: 5000 })
    .toBe(true);

const LOGIN = ['--auth-user', 'jura', '--auth-password', 'heslo'] as const;

describe('swaks', () => {
  const swaks = (port: number | undefined, title: string, ...more: readonly string[]): Promise<Ran> =>
    run('swaks', [
      ...['--server', '127.0.0.1', '--port', String(port), '--helo', 'client.example.net'],
      ...['--header', `Subject: ${title}`, '--timeout', '10', ...more],
    ]);
  const outside = ['--from', 'ann@example.org', '--to', 'jura@firma1.intr'] as const;
  const inside = ['--from', 'jura@firma1.intr', '--to', 'anna@firma1.intr'] as const;

  test.each([
    ['plain', []],
    ['with TLS', ['--tls']],
    ['pipelining', ['--pipeline']],
    ['pipelining with TLS', ['--tls', '--pipeline']],
  ] as const)('port 25, %s', async (name, more) => {
    const { status, output } = await swaks(served.ports.smtp, `swaks ${name}.`, ...outside, ...more);
    expect(output).toContain('250 2.0.0 Ok: queued as');
    expect(status).toBe(0);
    await arrived('jura', `Subject: swaks ${name}.`);
  });
  test('no relaying, no login on port 25', async () => {
    const relayed = await swaks(served.ports.smtp, 'x', '--from', 'a@example.org', '--to', 'b@example.net');
    expect(relayed.output).toContain('554 5.7.1 <b@example.net>: Relay access denied');
    expect((await swaks(served.ports.smtp, 'x', ...outside, '--auth', ...LOGIN)).status).not.toBe(0);
  });
  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('AUTH %s on 587 and 465', async (mechanism) => {
    const auth = ['--auth', mechanism, ...LOGIN];
    for (const [port, tls] of [
      [served.ports.submission, '--tls'],
      [served.ports.submissions, '--tls-on-connect'],
    ] as const) {
      const title = `swaks ${mechanism} ${tls}.`;
      const { output } = await swaks(port, title, ...inside, tls, ...auth);
      expect(output).toContain('235 2.7.0 Authentication successful');
      await arrived('anna', `Subject: ${title}`);
    }
    const { output } = await swaks(clear.ports.submission, 'clear', ...inside, ...auth);
    expect(output).toContain('235 2.7.0 Authentication successful');
  });
  test('a wrong password, and a sender of somebody else', async () => {
    const wrong = await swaks(
      served.ports.submission,
      'x',
      ...inside,
      '--tls',
      '--auth',
      'PLAIN',
      '--auth-user',
      'jura',
      '--auth-password',
      'x',
    );
    expect(wrong.output).toContain('535 5.7.8 Error: authentication failed');
    const others = [
      '--from',
      'anna@firma1.intr',
      '--to',
      'jura@firma1.intr',
      '--tls',
      '--auth',
      'PLAIN',
      ...LOGIN,
    ];
    const foreign = await swaks(served.ports.submission, 'x', ...others);
    expect(foreign.output).toContain(
      '553 5.7.1 <anna@firma1.intr>: Sender address rejected: not owned by user jura',
    );
  });
});

test.each([
  ['smtp', 'smtp', []],
  ['STARTTLS and login', 'submission', ['--ssl-reqd', '--insecure', '--user', 'jura:heslo']],
  ['TLS at once', 'submissions', ['--insecure', '--user', 'jura:heslo']],
] as const)('curl, %s', async (name, service, more) => {
  const scheme = service === 'submissions' ? 'smtps' : 'smtp';
  const letter = `From: jura@firma1.intr\r\nTo: anna@firma1.intr\r\nSubject: curl ${name}.\r\n\r\n.dot\r\n`;
  const { status, output } = await run(
    'curl',
    [
      ...['--silent', '--show-error', '--url', `${scheme}://127.0.0.1:${served.ports[service]}`],
      ...[
        '--mail-from',
        'jura@firma1.intr',
        '--mail-rcpt',
        'anna@firma1.intr',
        '--upload-file',
        '-',
        ...more,
      ],
    ],
    letter,
  );
  expect(output).toBe('');
  expect(status).toBe(0);
  await arrived('anna', `Subject: curl ${name}.`);
});

test('Python smtplib: TLS, each mechanism, DSN and SMTPUTF8 parameters, a refused recipient among good ones', async () => {
  const script = `
import smtplib, ssl, sys
context = ssl._create_unverified_context()
for mechanism in ('PLAIN', 'LOGIN', 'CRAM-MD5'):
    s = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=10)
    s.starttls(context=context)
    s.ehlo()
    s.user, s.password = 'jura', 'heslo'
    s.auth(mechanism, getattr(s, 'auth_' + mechanism.lower().replace('-', '_')))
    s.sendmail('jura@firma1.intr', ['anna@firma1.intr'], 'Subject: smtplib ' + mechanism + '.\\r\\n\\r\\nx\\r\\n')
    s.quit()
s = smtplib.SMTP('127.0.0.1', int(sys.argv[2]), timeout=10)
refused = s.sendmail('ann@example.org', ['nikdo@firma1.intr', 'jura@firma1.intr'], 'Subject: smtplib dsn.\\r\\n\\r\\nx\\r\\n',
    mail_options=['RET=HDRS', 'ENVID=QQ1', 'SMTPUTF8'], rcpt_options=['NOTIFY=SUCCESS,FAILURE'])
print(refused)
s.quit()`;
  const { status, output } = await run('python3', [
    '-c',
    script,
    String(served.ports.submission),
    String(served.ports.smtp),
  ]);
  expect(output).toContain(
    "{'nikdo@firma1.intr': (550, b'5.1.1 <nikdo@firma1.intr>: Recipient address rejected",
  );
  expect(status).toBe(0);
  for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5'])
    await arrived('anna', `Subject: smtplib ${mechanism}.`);
  await arrived('jura', 'Subject: smtplib dsn.');
});

test('msmtp', async () => {
  const config = join(folder, 'msmtprc');
  const account = `account default
host 127.0.0.1
port ${served.ports.submission}
from jura@firma1.intr
auth on
user jura
password heslo
tls on
tls_starttls on
tls_certcheck off
`;
  writeFileSync(config, account, { mode: 0o600 });
  const letter = 'From: jura@firma1.intr\nTo: anna@firma1.intr\nSubject: msmtp.\n\nx\n';
  const { status, output } = await run('msmtp', ['-C', config, 'anna@firma1.intr'], letter);
  expect(output).toBe('');
  expect(status).toBe(0);
  await arrived('anna', 'Subject: msmtp.');
});

describe('names', () => {
  const dig = (...args: readonly string[]): Promise<Ran> =>
    run('dig', ['@127.0.0.1', '-p', String(served.ports.dns), '+noall', '+answer', ...args]);
  test('dig over UDP and TCP', async () => {
    expect((await dig('example.org', 'MX')).output).toMatch(
      /example\.org\.\s+\d+\s+IN\s+MX\s+10 mx1\.example\.org\./,
    );
    expect((await dig('+tcp', 'neo.firma1.intr')).output).toMatch(
      /neo\.firma1\.intr\.\s+\d+\s+IN\s+A\s+10\.2\.3\.168/,
    );
    expect((await dig('-x', '10.2.3.168')).output).toMatch(/PTR\s+neo\.firma1\.intr\./);
    expect((await dig('+comments', 'nowhere.example.org')).output).toContain('status: NXDOMAIN');
  });
  test('host', async () => {
    const { output } = await run('host', [
      '-p',
      String(served.ports.dns),
      '-t',
      'MX',
      'example.org',
      '127.0.0.1',
    ]);
    expect(output).toContain('example.org mail is handled by 10 mx1.example.org.');
  });
});
