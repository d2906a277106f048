import { describe, expect, test } from 'vitest';
import { why } from './causes.ts';
import { journeyLog } from './journey.testing.ts';
import {
  accepted,
  act,
  ask,
  connect,
  dns,
  emit,
  logBuilder,
  record,
  reply,
  send,
  typed,
  typeLine,
} from './log.testing.ts';
import { related, relatedToHop } from './related.ts';

const { log, ids, conns } = journeyLog();

describe('why', () => {
  test('from the gesture to the event', () => {
    expect(why(log, ids.atNeo!).map(({ i18n, host, text }) => [host, i18n.key, text])).toEqual([
      ['pc', 'typed', '.'],
      ['pc', 'said', '.'],
      ['neo', 'accepted.smtp', ''],
    ]);
  });

  test('across hosts and protocols', () => {
    const chain = why(log, ids.delivered!);
    expect(chain[0]).toMatchObject({ id: ids.dot! - 1, kind: 'action', afterMs: 0 });
    expect(chain.at(-1)).toMatchObject({ id: ids.delivered, i18n: { key: 'delivered' } });
    const told = chain.map(({ id }) => id);
    for (const id of [ids.atNeo, ids.query, ids.answer, ids.content, ids.atMx1]) expect(told).toContain(id);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(chain.reduce((sum, { afterMs }) => sum + afterMs, 0)).toBe(
      log[ids.delivered!]!.at - log[ids.dot!]!.at,
    );
  });

  test('an arrival in question stays, others are told by what arrived', () => {
    expect(why(log, ids.dotArrived!).map(({ i18n }) => i18n.key)).toEqual(['typed', 'said', 'arrived']);
    expect(why(log, 99_999)).toEqual([]);
  });
});

const kinds = (found: { readonly events: readonly number[] }, of = log) =>
  found.events.map((id) => `${of[id]!.host} ${of[id]!.what.kind}`);

describe('related', () => {
  test('a postmark is the segment that carried the letter, its arrival, the fact and the reply', () => {
    const found = relatedToHop(log, log.length, 'neo/E62233B4086', 1);
    expect(found.events).toEqual(expect.arrayContaining([ids.content, ids.atMx1]));
    expect(kinds(found)).toEqual(['neo segment', 'mx1 arrived', 'mx1 fact', 'mx1 segment', 'neo arrived']);
    expect(found.hosts).toEqual(['neo', 'mx1']);
    expect(found.conns).toEqual([conns.relay]);
    expect(found.letters).toEqual([{ letter: 'neo/E62233B4086', hop: 1 }]);
    expect(relatedToHop(log, log.length, 'nope', 0).events).toEqual([]);
    // The host it went on to is another postmark.
    expect(found.hosts).not.toContain('store');
  });

  test('from any of them it is the same', () => {
    const one = related(log, log.length, ids.content!);
    for (const id of one.events) expect(related(log, log.length, id), String(id)).toEqual(one);
  });

  test('a typed command: key press, echo, segment, arrival, answer, print', () => {
    const found = related(log, log.length, ids.rcpt!);
    expect(kinds(found)).toEqual([
      'pc action',
      'pc printed',
      'pc segment',
      'neo arrived',
      'neo segment',
      'pc arrived',
      'pc printed',
    ]);
    for (const id of found.events) expect(related(log, log.length, id), String(id)).toEqual(found);
  });

  test('the store: delivery and LMTP exchange are one, relaying on is another thing', () => {
    const found = related(log, log.length, ids.delivered!);
    expect(found.events).toContain(ids.atStore);
    expect(found.letters).toEqual([{ letter: 'neo/E62233B4086', hop: 2 }]);
  });

  test('a question and its answer, but not what was asked because of it', () => {
    const found = related(log, log.length, ids.query!);
    expect(kinds(found)).toEqual([
      'neo datagram',
      'ns datagram-arrived',
      'ns datagram',
      'neo datagram-arrived',
    ]);
    for (const id of found.events) expect(related(log, log.length, id)).toEqual(found);
    expect(related(log, log.length, ids.routed!).events).toEqual([...found.events, ids.routed]);
  });

  test('a question back is not an answer', () => {
    const b = logBuilder();
    const cause = typeLine(b, 'neo', 'dig');
    const there = ask(b, 'neo/dns', 'ns/dns', dns('a.example', 'A', null), dns('a.example', 'A', []), cause);
    const back = ask(
      b,
      'ns/dns',
      'neo/dns',
      dns('b.example', 'A', null),
      dns('b.example', 'A', []),
      there.heard,
    );
    const found = related(b.log, b.log.length, there.query).events;
    expect(found).toEqual([there.query, there.heard, there.response, there.arrived]);
    expect(related(b.log, b.log.length, back.query).events).not.toContain(there.query);
  });

  test('a handshake, from any of its packets', () => {
    const first = log.findIndex(({ what }) => what.kind === 'connecting');
    const found = related(log, log.length, first);
    expect(kinds(found)).toEqual(['pc connecting', 'pc packet', 'neo packet', 'pc opened', 'neo opened']);
    for (const id of found.events) expect(related(log, log.length, id)).toEqual(found);
    expect(found.hosts).toEqual(['pc', 'neo']);
  });

  test('an end: close, FIN, close', () => {
    const fin = log.findIndex(({ what }) => what.kind === 'packet' && what.flags === 'FIN');
    const found = related(log, log.length, fin);
    expect(kinds(found)).toEqual(['neo closed', 'neo packet', 'pc closed']);
    for (const id of found.events) expect(related(log, log.length, id)).toEqual(found);
  });

  test('only what is seen so far', () => {
    expect(kinds(related(log, ids.rcpt! + 1, ids.rcpt!))).toEqual(['pc action', 'pc printed', 'pc segment']);
    expect(related(log, ids.rcpt!, ids.rcpt!).events).toEqual([]);
    expect(related(log, log.length, -7).events).toEqual([]);
  });

  test('a reply that waited for the DNS or another program is still the answer', () => {
    const b = logBuilder();
    const { conn, accepted } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'telnet'));
    const mail = send(b, conn, 'client', 'MAIL\r\n', typed('MAIL'), accepted);
    const told = emit(b, 'neo', { kind: 'message', from: 'neo/mta', program: 'neo/resolver' }, mail.arrived);
    const back = emit(b, 'neo', { kind: 'message', from: 'neo/resolver', program: 'neo/mta' }, told);
    const answer = send(b, conn, 'server', '250\r\n', reply('250 Ok', { line: 'MAIL' }), back);
    expect(related(b.log, b.log.length, mail.segment).events).toContain(answer.segment);
    expect(related(b.log, b.log.length, answer.segment).events).toContain(mail.segment);
  });

  test('a report on a failure is another letter than the exchange that failed', () => {
    const b = logBuilder();
    const { conn, accepted: open } = connect(b, 'neo/mta', 'mx1/mta', 25, typeLine(b, 'neo', 'mailq'));
    const refusal = send(b, conn, 'server', '550\r\n', reply('550 5.1.1 No', { line: 'RCPT' }), open);
    const dsn = record(b, 'neo/mta', accepted('D1', '', '', { origin: 'dsn' }), refusal.arrived);
    expect(related(b.log, b.log.length, dsn)).toEqual({
      events: [dsn],
      letters: [{ letter: 'neo/D1', hop: 0 }],
      hosts: ['neo'],
      conns: [],
    });
    expect(related(b.log, b.log.length, refusal.segment).events).not.toContain(dsn);
  });

  test('gestures at hosts', () => {
    const b = logBuilder();
    const off = act(b, { kind: 'power', host: 'neo', up: false });
    emit(b, 'neo', { kind: 'power', up: false }, off);
    expect(related(b.log, 2, 1)).toMatchObject({ events: [0, 1], hosts: ['neo'] });
    expect(related(b.log, 2, 0)).toMatchObject({ events: [0, 1] });
  });
});
