import { describe, expect, test } from 'vitest';
import { journeyLog, relay } from './journey.testing.ts';
import { hopsTo } from './letter.ts';
import { letterAt, letterByKey, letters } from './letters.ts';
import { BODY_LIMIT, letterFields } from './letter-fields.ts';
import {
  accepted,
  asOctets,
  LETTER,
  type LogBuilder,
  logBuilder,
  MX1_TRACE,
  NEO_TRACE,
  record,
  STORE_TRACE,
  typeLine,
} from './log.testing.ts';

const { log, ids } = journeyLog();
const KEY = 'neo/E62233B4086';
const whole = () => letterByKey(log, log.length, KEY)!;
const at = (id: number) => letterByKey(log, id + 1, KEY)!;

describe('one letter on its way', () => {
  test('is one letter however many hosts accept it', () => {
    expect(letters(log, log.length).map(({ key }) => key)).toEqual([KEY]);
    expect(letters(log, ids.atNeo!)).toEqual([]);
    expect(whole().hops.map(({ host, queueId, parent, from }) => [host, queueId, parent, from])).toEqual([
      ['neo', 'E62233B4086', null, 'pc'],
      ['mx1', '4D7A2C', 0, 'neo'],
      ['store', 'S1', 1, 'mx1'],
    ]);
  });

  test('header and origin', () => {
    expect(whole()).toMatchObject({
      subject: 'Bowling',
      from: 'The Dean <dean@firma1.intr>',
      to: 'Walter <walter@example.org>',
      messageId: '',
      origin: 'typed',
      startedAt: 'pc',
      reversePath: 'jura@firma1.intr',
      forwardPaths: ['walter@example.org'],
    });
  });

  test('each hop has its postmark and the segment that brought it', () => {
    const [neo, mx1] = whole().hops;
    expect(neo).toMatchObject({
      segment: ids.dot,
      arrived: ids.dotArrived,
      event: ids.atNeo,
      trace: NEO_TRACE,
      postmarks: 1,
      by: 'neo.firma1.intr',
      with: 'SMTP',
      id: 'E62233B4086',
    });
    expect(neo!.date).toContain('1 Feb 2006 12:52:24 +0100');
    expect(mx1).toMatchObject({
      segment: ids.content,
      event: ids.atMx1,
      postmarks: 2,
      with: 'ESMTP',
      id: '4D7A2C',
    });
  });

  test('the recipient is where the letter is', () => {
    const status = (id: number) => at(id).recipients.map(({ host, status: { kind } }) => `${host} ${kind}`);
    expect(status(ids.atNeo!)).toEqual(['neo queued']);
    expect(status(ids.atMx1!)).toEqual(['mx1 queued']);
    expect(status(ids.delivered!)).toEqual(['store delivered']);
    expect(whole().recipients).toMatchObject([
      { status: { kind: 'delivered', mailbox: 'walter', uid: 'u1' } },
    ]);
    expect(whole().hops[0]!.recipients).toMatchObject([
      { status: { kind: 'relayed', to: 'mx1.example.org', address: '203.0.113.10', reply: '250 2.0.0 Ok' } },
    ]);
  });

  test('where it is: queue, two queues until the 250 is heard, mailbox, folder', () => {
    const places = (id: number) => at(id).places.map((place) => `${place.kind} ${place.host}`);
    expect(places(ids.atNeo!)).toEqual(['queue neo']);
    expect(places(ids.atMx1!)).toEqual(['queue neo', 'queue mx1']);
    expect(places(ids.fetched!)).toEqual(['mailbox store', 'folder pc']);
    expect(places(ids.expunged!)).toEqual(['folder pc']);
    expect(whole().fetched).toMatchObject([
      { host: 'pc', from: 'store', account: 'walter@example.org', uid: 'u1' },
    ]);
  });

  test('the envelope is thrown away when no queue holds it any more', () => {
    expect(at(ids.delivered!).openedEnvelope).toBe(false);
    expect(whole().openedEnvelope).toBe(true);
  });

  test('is found by any of its queue ids', () => {
    expect(letterAt(log, log.length, 'mx1', '4D7A2C')).toMatchObject({
      letter: { key: KEY },
      hop: { index: 1 },
    });
    expect(letterAt(log, ids.atMx1!, 'mx1', '4D7A2C')).toBeNull();
    expect(letterAt(log, log.length, 'neo', '4D7A2C')).toBeNull();
  });

  test('unchanged letters keep their identity', () => {
    const before = letterByKey(log, ids.fetched! - 3, KEY);
    expect(letterByKey(log, ids.fetched!, KEY)).toBe(before);
    expect(letterByKey(log, ids.fetched! + 1, KEY)).not.toBe(before);
  });
});

describe('letterFields', () => {
  test('postmarks are numbered from the first struck, newest on top', () => {
    const { fields, body, blankLine } = letterFields(whole());
    expect(fields.map(({ name, postmark, hop, note }) => [name, postmark, hop, note])).toEqual([
      ['Return-Path', null, null, 'return-path'],
      ['Received', 3, 2, 'postmark'],
      ['Received', 2, 1, 'postmark'],
      ['Received', 1, 0, 'postmark'],
      ['From', null, null, 'from-unchecked'],
      ['To', null, null, 'to-unchecked'],
      ['Subject', null, null, null],
    ]);
    expect(fields[1]!.text).toBe(STORE_TRACE.replaceAll('\r\n', '\n').trimEnd());
    expect(body).toBe('Yo Walter,\n');
    expect(blankLine).toBe(true);
  });

  test('a hop shows the letter as that host kept it', () => {
    const { fields } = letterFields(whole(), 0);
    expect(fields.map(({ name }) => name)).toEqual(['Received', 'From', 'To', 'Subject']);
  });

  test('a trace field nobody here struck, or a copy of a real one, is not believed', () => {
    const forged =
      'Received: from bank.example by mx.example.net with SMTP id 1; Wed, 1 Feb 2006 12:00:00 +0100\r\n';
    const b = logBuilder();
    const text = NEO_TRACE + forged + NEO_TRACE + LETTER;
    record(b, 'neo/mta', accepted('E62233B4086', text, NEO_TRACE), typeLine(b, 'pc', '.'));
    const { fields } = letterFields(letterByKey(b.log, 2, KEY)!);
    expect(fields.slice(0, 3).map(({ postmark, note }) => [postmark, note])).toEqual([
      [1, 'postmark'],
      [null, 'postmark-unchecked'],
      [null, 'postmark-unchecked'],
    ]);
  });

  test('octets are read as UTF-8 and control characters do no harm', () => {
    const b = logBuilder();
    const text = 'Subject: P\u00c5\u0099\u00c3\u00ad\u001b[31m\r\n\r\na\tb\u0007\u007f\r\n';
    record(b, 'neo/mta', accepted('Q', text, ''), typeLine(b, 'pc', '.'));
    const letter = letters(b.log, 2)[0]!;
    expect(letter.subject).toBe('Pří␛[31m');
    expect(letterFields(letter)).toMatchObject({ fields: [{ value: 'Pří␛[31m' }], body: 'a\tb␇␡\n' });
  });
});

test('of a huge body a page full is shown', () => {
  const b = logBuilder();
  record(
    b,
    'neo/mta',
    accepted('Q', `Subject: x\r\n\r\n${'y'.repeat(BODY_LIMIT * 2)}`, ''),
    typeLine(b, 'pc', '.'),
  );
  expect(letterFields(letters(b.log, 2)[0]!).body).toHaveLength(BODY_LIMIT);
});

const TWO = ['walter@example.org', 'donny@example.org'];

/** A letter neo wrote itself, for two recipients. */
function local(b: LogBuilder, queueId = 'L1') {
  const envelope = { reversePath: 'jura@firma1.intr', forwardPaths: TWO };
  const start = typeLine(b, 'neo', 'mail');
  return record(b, 'neo/mta', accepted(queueId, LETTER, '', { origin: 'local', envelope }), start);
}

const delivered = (queueId: string, recipient: string, uid: string) =>
  ({
    kind: 'delivered',
    queueId,
    recipient,
    mailbox: recipient.split('@')[0]!,
    uid,
    envelope: { reversePath: 'jura@firma1.intr', forwardPaths: [recipient] },
    content: asOctets(`Return-Path: <jura@firma1.intr>\r\n${LETTER}`),
    blankLine: true,
  }) as const;

describe('letters that split, fail or come back', () => {
  test('two recipients, two hosts: a tree', () => {
    const b = logBuilder();
    const cause = local(b);
    for (const [host, queueId, to] of [
      ['mx1', 'A', TWO[0]!],
      ['mx2', 'B', TWO[1]!],
    ] as const) {
      const { content } = relay(b, 'neo/mta', `${host}/mta`, 25, 'smtp', 'L1', cause);
      const envelope = { reversePath: 'jura@firma1.intr', forwardPaths: [to] };
      record(
        b,
        `${host}/mta`,
        accepted(queueId, MX1_TRACE + LETTER, MX1_TRACE, { envelope }),
        content.arrived,
      );
    }
    const [letter] = letters(b.log, b.log.length);
    expect(letter!.hops.map(({ host, parent, postmarks }) => [host, parent, postmarks])).toEqual([
      ['neo', null, 0],
      ['mx1', 0, 1],
      ['mx2', 0, 1],
    ]);
    expect(hopsTo(letter!, 2).map(({ host }) => host)).toEqual(['neo', 'mx2']);
    expect(letter!.recipients.map(({ address, host }) => [address, host])).toEqual([
      [TWO[0], 'mx1'],
      [TWO[1], 'mx2'],
    ]);
    expect(letter).toMatchObject({ origin: 'local', startedAt: 'neo' });
  });

  test('deferred, then bounced with a notification that reports on it', () => {
    const b = logBuilder();
    const cause = local(b);
    const why = '450 4.2.0 try later';
    record(b, 'neo/mta', { kind: 'deferred', queueId: 'L1', recipients: TWO, why, retryAt: 9000 }, cause);
    const deferred = letters(b.log, b.log.length)[0]!;
    expect(deferred.recipients.map(({ status }) => status)).toEqual([
      { kind: 'deferred', why, retryAt: 9000 },
      { kind: 'deferred', why, retryAt: 9000 },
    ]);
    const dsn = accepted('D1', 'Subject: Undelivered\r\n\r\n', '', {
      origin: 'dsn',
      about: 'L1',
      envelope: { reversePath: '', forwardPaths: ['jura@firma1.intr'] },
    });
    record(
      b,
      'neo/mta',
      { kind: 'bounced', queueId: 'L1', recipients: TWO, why: '550', notification: 'D1' },
      cause,
    );
    record(b, 'neo/mta', dsn, cause);
    const [first, second] = letters(b.log, b.log.length);
    expect(first!.notifications).toEqual(['neo/D1']);
    expect(first!.recipients[0]!.status).toEqual({ kind: 'bounced', why: '550', notification: 'neo/D1' });
    expect(second).toMatchObject({ origin: 'dsn', about: 'neo/L1', reversePath: '' });
  });

  test('a DSN is a letter of its own, though a reply to the letter it reports on brought it about', () => {
    const b = logBuilder();
    const { content } = relay(b, 'neo/mta', 'mx1/mta', 25, 'smtp', 'L1', local(b));
    const dsn = accepted('D1', LETTER, '', { origin: 'dsn', about: 'L1' });
    record(b, 'mx1/mta', dsn, content.arrived);
    expect(letters(b.log, b.log.length).map(({ key }) => key)).toEqual(['neo/L1', 'mx1/D1']);
  });

  test('an alias: what the alias stands for takes the place of the recipient', () => {
    const b = logBuilder();
    const cause = local(b);
    record(b, 'neo/mda', delivered('L1', 'jura@firma1.intr', '1'), cause);
    record(b, 'neo/mta', { kind: 'removed', queueId: 'L1' }, cause);
    const [letter] = letters(b.log, b.log.length);
    expect(letter!.recipients.map(({ address, status }) => [address, status.kind])).toEqual([
      ['jura@firma1.intr', 'delivered'],
    ]);
  });

  test('a recipient under another name at the next host is one recipient', () => {
    const b = logBuilder();
    const { content } = relay(b, 'neo/mta', 'mx1/mta', 25, 'smtp', 'L1', local(b));
    const envelope = { reversePath: 'jura@firma1.intr', forwardPaths: ['w@store.example.org'] };
    record(b, 'mx1/mta', accepted('A', MX1_TRACE + LETTER, MX1_TRACE, { envelope }), content.arrived);
    const to = { to: 'mx1.example.org', address: '203.0.113.10', reply: '250 Ok' };
    record(b, 'neo/mta', { kind: 'relayed', queueId: 'L1', recipients: TWO, ...to }, content.arrived);
    expect(letters(b.log, b.log.length)[0]!.recipients.map(({ address }) => address)).toEqual([
      'w@store.example.org',
    ]);
  });

  test('what an LMTP server refused stays with the host that offered it', () => {
    const b = logBuilder();
    const { content } = relay(b, 'neo/mta', 'store/lmtp', 24, 'lmtp', 'L1', local(b));
    const envelope = { reversePath: 'jura@firma1.intr', forwardPaths: TWO };
    record(b, 'store/lmtp', accepted('S1', LETTER, '', { envelope }), content.arrived);
    record(b, 'store/lmtp', { kind: 'removed', queueId: 'S1' }, content.arrived);
    record(b, 'store/mda', delivered('S1', TWO[0]!, '1'), content.arrived);
    const why = '452 4.2.2 Mailbox full';
    record(
      b,
      'neo/mta',
      { kind: 'deferred', queueId: 'L1', recipients: [TWO[1]!], why, retryAt: 9 },
      content.arrived,
    );
    const [letter] = letters(b.log, b.log.length);
    expect(letter!.recipients.map(({ address, host, status }) => [address, host, status.kind])).toEqual([
      [TWO[0], 'store', 'delivered'],
      [TWO[1], 'neo', 'deferred'],
    ]);
    expect(letter!.openedEnvelope).toBe(false);
  });

  test('a store that delivers without a queue of its own is a hop too', () => {
    const b = logBuilder();
    const { content } = relay(b, 'neo/mta', 'store/lmtp', 24, 'lmtp', 'L1', local(b));
    record(b, 'store/mda', delivered('S9', TWO[0]!, '1'), content.arrived);
    const [letter, ...more] = letters(b.log, b.log.length);
    expect(more).toEqual([]);
    expect(letter!.hops.map(({ host, parent, postmarks }) => [host, parent, postmarks])).toEqual([
      ['neo', null, 0],
      ['store', 0, 0],
    ]);
    expect(letter!.places).toMatchObject([
      { kind: 'queue', host: 'neo' },
      { kind: 'mailbox', mailbox: 'walter' },
    ]);
  });

  test('facts about letters nobody accepted change nothing', () => {
    const b = logBuilder();
    const cause = typeLine(b, 'neo', 'x');
    record(b, 'neo/mta', { kind: 'removed', queueId: 'nope' }, cause);
    record(b, 'neo/mta', { kind: 'expunged', mailbox: 'walter', uid: '__proto__' }, cause);
    record(b, 'neo/mua', { kind: 'fetched', account: 'a', uid: '1', content: asOctets('') }, cause);
    record(b, 'neo/mta', { kind: 'nonsense' } as never, cause);
    expect(letters(b.log, b.log.length)).toEqual([]);
  });
});
