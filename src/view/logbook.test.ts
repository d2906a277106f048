import { describe, expect, test } from 'vitest';
import type { Fact } from '../agents/facts.ts';
import type { SimEvent } from '../sim/types.ts';
import { describe as describeEvent } from './describe.ts';
import { DESCRIPTION_KEYS } from './description.ts';
import { journeyLog } from './journey.testing.ts';
import { act, connect, content, emit, logBuilder, record, reply, send, typeLine } from './log.testing.ts';
import { logbook } from './logbook.ts';

const { log, ids } = journeyLog();
const all = logbook(log, log.length);
const texts = (host: string | null, protocol: Parameters<typeof logbook>[3] = null) =>
  logbook(log, log.length, host, protocol).map(({ text }) => text);

describe('rows', () => {
  test('an exchange is one row: what was said and what was answered', () => {
    const row = all.find(({ text }) => text.startsWith('RCPT'))!;
    expect(row).toMatchObject({
      kind: 'exchange',
      protocol: 'smtp',
      host: 'neo',
      peer: 'pc',
      conn: 100,
      text: 'RCPT TO:<walter@example.org> → 250 2.1.5 Ok',
      i18n: { key: 'answered', values: { verb: 'RCPT' } },
      about: [ids.rcpt! + 2, ids.rcpt],
    });
  });

  test('the greeting and DNS', () => {
    expect(all.find(({ i18n }) => i18n.key === 'greeted')!.text).toBe('220 neo.firma1.intr ESMTP Postfix');
    expect(texts(null, 'dns').slice(0, 2)).toEqual([
      'MX example.org?',
      'MX example.org: 10 mx1.example.org., 50 mx2.example.org.',
    ]);
  });

  test('the letter: accepted, routed, relayed, delivered', () => {
    const keys = all.filter(({ kind }) => kind === 'letter').map(({ i18n, host }) => `${host} ${i18n.key}`);
    expect(keys).toEqual([
      'neo accepted.smtp',
      'neo routed',
      'mx1 accepted.smtp',
      'neo relayed',
      'store accepted.smtp',
      'store delivered',
      'mx1 relayed',
    ]);
    expect(all.find(({ id }) => id === ids.atNeo)!.i18n.values).toMatchObject({
      queueId: 'E62233B4086',
      from: 'jura@firma1.intr',
      to: 'walter@example.org',
    });
  });

  test('what somebody on the way changed is shown as it left and as it arrived, those lines only', () => {
    const b = logBuilder();
    const { conn, accepted } = connect(b, 'pc/mua', 'neo/mta', 25, 0);
    const note = reply('250 neo', { line: 'EHLO pc' });
    const { segment } = send(b, conn, 'server', '250-neo\r\n250-STARTTLS\r\n250 DSN\r\n', note, accepted);
    const sent = b.log[segment - b.log[0]!.id]!;
    const what = { ...sent.what, altered: '250-neo\r\n250-XXXXXXXX\r\n250 DSN\r\n' };
    expect(describeEvent({ ...sent, what } as SimEvent, b.log)).toMatchObject({
      text: '250-STARTTLS ⇒ 250-XXXXXXXX',
      i18n: { key: 'altered', values: { host: 'neo', to: 'pc' } },
    });
  });

  test('text of the wire is read once as UTF-8, and what is shown is harmless', () => {
    const b = logBuilder();
    const { conn, accepted } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'é\u001b'));
    const line = 'VRFY J\u00c3\u00bcrgen';
    const { segment } = send(
      b,
      conn,
      'server',
      '250\r\n',
      reply('252 J\u00c3\u00bcrgen', { line }),
      accepted,
    );
    expect(describeEvent(b.log[segment]!, b.log).text).toBe('VRFY Jürgen → 252 Jürgen');
    expect(describeEvent(b.log[0]!, b.log).text).toBe('é␛');
    const sent = send(b, conn, 'client', 'x', content(412, 'L'), accepted).segment;
    expect(describeEvent(b.log[sent]!, b.log).text).toBe('DATA · 412 B');
  });

  test('a connection ends once', () => {
    const ends = all.filter(({ i18n }) => i18n.key.startsWith('closed'));
    expect(ends.map(({ host }) => host)).toEqual(['neo', 'neo', 'mx1', 'store']);
  });

  test('no row for packets, arrivals, prints', () => {
    for (const { id } of all)
      expect(['packet', 'arrived', 'printed', 'heard', 'datagram-arrived']).not.toContain(log[id]!.what.kind);
    expect(all.filter(({ kind }) => kind === 'connection')).toHaveLength(12);
  });

  test('only of the events that are seen', () => {
    expect(logbook(log, ids.atNeo!).some(({ id }) => id === ids.atNeo)).toBe(false);
    expect(logbook(log, ids.atNeo! + 1).at(-1)!.id).toBe(ids.atNeo);
    expect(logbook(log, 0)).toEqual([]);
  });
});

describe('filters', () => {
  test('a host as either side', () => {
    const rows = logbook(log, log.length, 'ns');
    expect(rows.map(({ host, peer }) => [host, peer])).toEqual([
      ['neo', 'ns'],
      ['ns', 'neo'],
    ]);
  });

  test('keep up with the log', () => {
    const seen = (count: number) => logbook(log, count, 'neo', 'dns').map(({ id }) => id);
    expect(seen(ids.query!)).toEqual([]);
    expect(seen(log.length).slice(0, 2)).toEqual([ids.query, ids.answer]);
    expect(seen(ids.query! + 1)).toEqual([ids.query]);
  });

  test('a protocol', () => {
    expect(texts(null, 'pop3')).toContain('USER walter → +OK');
    expect(logbook(log, log.length, 'mx1', 'lmtp').every(({ protocol }) => protocol === 'lmtp')).toBe(true);
    expect(logbook(log, log.length, 'mx1', 'lmtp').length).toBeGreaterThan(5);
  });
});

describe('gestures and hosts', () => {
  const b = logBuilder();
  const line = typeLine(b, 'pc', 'telnet neo 25');
  record(b, 'pc/shell', { kind: 'shell', command: 'telnet neo 25', ok: true }, line);
  act(b, { kind: 'input', program: 'pc/mua', input: { kind: 'send', to: 'w@example.org', subject: 'Hi' } });
  act(b, { kind: 'input', program: 'pc/odd', input: null });
  const off = act(b, { kind: 'power', host: 'neo', up: false });
  emit(b, 'neo', { kind: 'power', up: false }, off);
  emit(b, 'pc', { kind: 'link', between: ['pc', 'neo'], up: false }, off);
  act(b, { kind: 'inspect', what: 'received.2' });

  test('what was done, and what came of it, once', () => {
    expect(logbook(b.log, b.log.length).map(({ i18n, text }) => [i18n.key, text])).toEqual([
      ['shell', 'telnet neo 25'],
      ['sendMail', ''],
      ['input', ''],
      ['powerOff', ''],
      ['linkCut', ''],
    ]);
  });
});

test('every event can be described, with a key the catalogues know', () => {
  const b = logBuilder();
  const cause = typeLine(b, 'pc', 'x');
  const why = 'no';
  const facts: readonly Fact[] = [
    { kind: 'bounced', queueId: 'L', recipients: ['a@example.org'], why, notification: null },
    { kind: 'deferred', queueId: 'L', recipients: [], why, retryAt: 1 },
    { kind: 'removed', queueId: 'L' },
    { kind: 'submitted', account: 'a', to: ['b'], subject: 's', ok: false, reply: '550' },
    { kind: 'fetch-failed', account: 'a', why },
    { kind: 'shell', command: 'foo', ok: false },
    { kind: 'logged', text: 'postfix/smtpd[1]: connect' },
    { kind: 'login', protocol: 'pop3', mailbox: 'w', ok: false },
    { kind: 'nonsense' } as never,
  ];
  for (const fact of facts) record(b, 'pc/x', fact, cause);
  emit(b, 'pc', { kind: 'fact', program: 'pc/x', fact: {} });
  emit(b, 'pc', { kind: 'heard', conn: 99, side: 'server', note: { kind: 'alien' } });
  emit(b, 'pc', { kind: 'closed', conn: 99, side: 'server', program: 'pc/x', why: 'reset' });
  emit(b, 'pc', { kind: 'message', from: 'pc/a', program: 'pc/b' });
  for (const one of [log, b.log])
    for (const event of one) expect(DESCRIPTION_KEYS).toContain(describeEvent(event, one).i18n.key);
});
