/** Real clients at the simulated servers: nodemailer, Node's own resolver, and sockets that misbehave. */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording, writeRecording } from '../../agents/recording.ts';
import { visited } from '../../agents/visited.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { replayActions, runUntil } from '../../sim/history.ts';
import { readStage } from '../scenarios.ts';
import { parseOptions } from './options.ts';
import type { Served } from './served.testing.ts';
import { ALL_SERVICES, converse, letters, NO_CHECK, post, serve } from './served.testing.ts';

let served: Served;
beforeAll(async () => {
  served = await serve(`--scenario firma1 ${ALL_SERVICES}`);
});
afterAll(() => served.close());

const arrived = async (mailbox: string, text: string): Promise<string> => {
  await expect
    .poll(() => letters(served, mailbox).some((letter) => letter.includes(text)), { timeout: 5000 })
    .toBe(true);
  return letters(served, mailbox).find((letter) => letter.includes(text))!;
};

describe('nodemailer', () => {
  test('a stranger writes to a local user, TLS where it is offered', async () => {
    const mail = { from: 'ann@example.org', to: 'jura@firma1.intr', subject: 'plain', text: 'one\n.two\n' };
    await post({ port: served.ports.smtp, secure: false }, mail);
    const letter = await arrived('jura', 'Subject: plain');
    expect(letter).toMatch(/with ESMTPS id/);
    expect(letter).toContain('\r\n.two\r\n');
  });
  test('a stranger may not relay', async () => {
    const mail = { from: 'ann@example.org', to: 'bob@example.net', text: 'x' };
    await expect(post({ port: served.ports.smtp }, mail)).rejects.toThrow(
      /554 5\.7\.1 <bob@example\.net>: Relay access denied/,
    );
  });
  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])(
    'AUTH %s behind STARTTLS, and the letter goes out',
    async (method) => {
      const auth = { user: 'jura', pass: 'heslo' };
      const mail = {
        from: 'jura@firma1.intr',
        to: ['anna@firma1.intr', 'walter@example.org'],
        subject: method,
        text: 'x',
      };
      await post({ port: served.ports.submission, requireTLS: true, authMethod: method, auth }, mail);
      expect(await arrived('anna', `Subject: ${method}`)).toMatch(/with ESMTPSA id/);
    },
  );
  test('a wrong password', async () => {
    const options = {
      port: served.ports.submission,
      requireTLS: true,
      auth: { user: 'jura', pass: 'tajne' },
    };
    await expect(
      post(options, { from: 'jura@firma1.intr', to: 'anna@firma1.intr', text: 'x' }),
    ).rejects.toThrow(/535 5\.7\.8/);
  });
  test('TLS from the first octet on 465', async () => {
    const options = { port: served.ports.submissions, secure: true, auth: { user: 'anna', pass: 'tajne' } };
    await post(options, { from: 'anna@firma1.intr', to: 'jura@firma1.intr', subject: 'wrapped', text: 'x' });
    await arrived('jura', 'Subject: wrapped');
  });
  test('fifty letters at once, and one of two megabytes', async () => {
    const to = 'anna@firma1.intr';
    const many = Array.from({ length: 50 }, (_, i) =>
      post(
        { port: served.ports.smtp, ignoreTLS: true },
        { from: 'ann@example.org', to, subject: `many ${i}.`, text: 'x' },
      ),
    );
    await Promise.all(many);
    await post(
      { port: served.ports.smtp },
      { from: 'ann@example.org', to, subject: 'large', text: 'y\n'.repeat(1_000_000) },
    );
    for (let i = 0; i < 50; i++) await arrived('anna', `Subject: many ${i}.`);
    expect((await arrived('anna', 'Subject: large')).length).toBeGreaterThan(3_000_000);
  });
});

describe('sockets', () => {
  test('what comes in clear behind STARTTLS is dropped', async () => {
    const plain = connectPlain(served.ports.smtp!, '127.0.0.1');
    const said = (): Promise<string> =>
      new Promise((heard) => plain.once('data', (data) => heard(String(data))));
    expect(await said()).toMatch(/^220 /);
    plain.write('EHLO c.example.net\r\nSTARTTLS\r\nMAIL FROM:<evil@example.org>\r\n');
    await expect.poll(said).toMatch(/220 2\.0\.0 Ready to start TLS\r\n$/);
    const secure = connectSecure({ socket: plain, ...NO_CHECK });
    await new Promise((ready) => secure.once('secureConnect', ready));
    secure.write('RCPT TO:<jura@firma1.intr>\r\n');
    const reply = await new Promise((heard) => secure.once('data', (data) => heard(String(data))));
    expect(reply).toBe('503 5.5.1 Error: need MAIL command\r\n');
    secure.destroy();
  });
  test('no TLS where TLS was promised ends the connection and nothing else', async () => {
    expect(await converse(served.ports.submissions!, 'EHLO x\r\n')).not.toContain('250');
    const garbage = 'EHLO x\r\nSTARTTLS\r\n';
    const said = await converse(served.ports.smtp!, garbage);
    expect(said).toContain('220 2.0.0 Ready to start TLS');
    expect(await converse(served.ports.smtp!, 'QUIT\r\n')).toMatch(/^220 .*\r\n221 2\.0\.0 Bye\r\n$/);
  });
  test('a client that is gone in the middle of a letter leaves none', async () => {
    const socket = connectPlain(served.ports.smtp!, '127.0.0.1');
    socket.write(
      'EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<jura@firma1.intr>\r\nDATA\r\nSubject: half\r\n',
    );
    await new Promise((later) => setTimeout(later, 100));
    socket.destroy();
    await new Promise((later) => setTimeout(later, 100));
    expect(letters(served, 'jura').some((letter) => letter.includes('half'))).toBe(false);
  });
  test('QMTP', async () => {
    const netstring = (text: string): string => `${text.length}:${text},`;
    const pack = (to: string): string =>
      netstring('\nSubject: quick\n\nx\n') + netstring('ann@example.org') + netstring(netstring(to));
    const said = await converse(served.ports.qmtp!, pack('jura@firma1.intr') + pack('nikdo@firma1.intr'));
    expect(said).toMatch(/^\d+:Kok \d+ qp [0-9A-F]+,\d+:D/);
    await arrived('jura', 'Subject: quick');
  });
  test('the scenario’s resolver answers', async () => {
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${served.ports.dns}`]);
    expect(await resolver.resolveMx('example.org')).toEqual(
      expect.arrayContaining([
        { priority: 10, exchange: 'mx1.example.org' },
        { priority: 50, exchange: 'mx2.example.org' },
      ]),
    );
    await expect(resolver.resolve4('nowhere.example.org')).rejects.toThrow(/ENOTFOUND/);
    await expect(resolver.resolveSrv('firma1.intr')).rejects.toThrow(/ENODATA/);
    await expect(resolver.resolveCaa('nowhere.example.org')).rejects.toThrow(/ENOTFOUND/);
  });
});

test('a name server that is asked for by name answers itself', async () => {
  const own = await serve('--scenario name-tree --at ns1.example.org --dns 0');
  const socket = createSocket('udp4');
  const answer = new Promise<Buffer>((heard) => socket.once('message', heard));
  const query = Buffer.from(
    '12340000000100000000000007455861 6d706c65036f72670000 0f0001'.replaceAll(' ', ''),
    'hex',
  );
  socket.send(query, own.ports.dns!, '127.0.0.1');
  const octets = await answer;
  socket.close();
  own.close();
  // QR and AA; the name as it was spelled.
  expect(octets.readUInt16BE(2) & 0x8400).toBe(0x8400);
  expect(octets.subarray(12, 25).toString('latin1')).toBe('\x07EXample\x03org\0');
});

test('AUTH in clear when asked for, and a client of the own network', async () => {
  const own = await serve(`--scenario firma1 --client-ip 10.2.3.20 --plain-auth --smtp 0 --submission 0`);
  const offer = await converse(own.ports.submission!, 'EHLO x\r\nQUIT\r\n');
  expect(offer).toContain('250-AUTH PLAIN LOGIN CRAM-MD5');
  const relay = 'HELO x\r\nMAIL FROM:<jura@firma1.intr>\r\nRCPT TO:<bob@example.net>\r\nQUIT\r\n';
  expect(await converse(own.ports.smtp!, relay)).toContain('250 2.1.5 Ok');
  own.close();
});

test('firma1 of 2006 offers AUTH in clear, as the notes print it', async () => {
  const old = await serve('--scenario firma1-2006 --smtp 0');
  const said = await converse(old.ports.smtp!, 'EHLO x\r\nQUIT\r\n');
  expect(said).toContain('250-AUTH CRAM-MD5 GSSAPI DIGEST-MD5 NTLM LOGIN PLAIN\r\n250-AUTH=CRAM-MD5 GSSAPI');
  old.close();
});

test('the command line', () => {
  expect(parseOptions(['--smtp', '2525', '--host=::1'])).toMatchObject({
    host: '::1',
    services: { smtp: 2525 },
  });
  for (const bad of [
    '--smtp',
    '--smtp x',
    '--smtp 70000',
    '--foo 1',
    '--client-ip nowhere --smtp 1',
    'smtp',
    '',
  ])
    expect(parseOptions(bad === '' ? [] : bad.split(' '))).toHaveProperty('wrong');
});

test('what was recorded gives the same log again', async () => {
  const recorded = await serve(`--scenario firma1 --record x --client-ip 192.0.2.7 ${ALL_SERVICES}`);
  const mail = { from: 'ann@example.org', to: 'jura@firma1.intr', subject: 'kept', text: 'x' };
  await post({ port: recorded.ports.smtp, secure: false }, mail);
  await expect.poll(() => letters(recorded, 'jura').length, { timeout: 5000 }).toBe(1);
  recorded.close();
  const { history } = recorded.world;
  const read = readRecording(writeRecording(recorded.world.recording()));
  if ('why' in read) throw new Error(read.why);
  const { scenario, visiting, gestures, until } = read.recording;
  const visit = visited(readStage(scenario).scenario, visiting)!;
  expect(visit.scenario).toEqual(history.scenario);
  const actions = gestures.map(({ at, input }) => ({
    at,
    action: { kind: 'input' as const, program: visit.visitor, input },
  }));
  const again = replayActions(visit.scenario, REGISTRY, actions);
  runUntil(again, until);
  expect(again.log.length).toBeGreaterThan(40);
  expect(again.log).toEqual(history.log);
});
