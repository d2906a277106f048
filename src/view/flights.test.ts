import { describe, expect, test } from 'vitest';
import { eventsUntil } from './log.ts';
import { FLIGHTS, flightsAt, progressOf } from './flights.ts';
import { journeyLog } from './journey.testing.ts';
import {
  connect,
  dns,
  emit,
  LATENCY_MS,
  logBuilder,
  reply,
  STAGE,
  send,
  typed,
  typeLine,
} from './log.testing.ts';
import { project } from './project.ts';

const { log, ids } = journeyLog();
const { ports } = STAGE;

/** What flies half way through the flight of this event. */
function during(id: number) {
  const now = log[id]!.at + LATENCY_MS / 2;
  return flightsAt(log, eventsUntil(log, now), now, ports);
}

describe('flightsAt', () => {
  test('a typed command', () => {
    expect(during(ids.rcpt!)).toEqual([
      {
        id: ids.rcpt,
        conn: 100,
        from: 'pc',
        to: 'neo',
        sentAt: log[ids.rcpt!]!.at,
        arrivesAt: log[ids.rcpt!]!.at + LATENCY_MS,
        kind: 'command',
        protocol: 'smtp',
        label: 'RCPT TO:<walter@example.org>',
        letter: null,
        postmarks: 0,
        lost: false,
        resent: 0,
      },
    ]);
  });

  test('its reply, two events later', () => {
    const flights = during(ids.rcpt! + 2);
    expect(flights).toMatchObject([{ from: 'neo', to: 'pc', kind: 'reply', label: '250 2.1.5 Ok' }]);
  });

  test('the typed dot that ends the data flies as a letter, other typed lines do not', () => {
    expect(during(ids.dot!)).toMatchObject([{ kind: 'letter', label: '.', letter: null }]);
    const line = log.findIndex(
      ({ what }) => what.kind === 'segment' && what.octets === 'Subject: Bowling\r\n',
    );
    expect(during(line)).toMatchObject([{ kind: 'command', label: 'Subject: Bowling' }]);
  });

  test('a dot before DATA, or with a bare LF, is a command', () => {
    const b = logBuilder();
    const { conn, accepted } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'telnet'));
    send(b, conn, 'client', '.\r\n', typed('.'), accepted);
    const early = b.log.length - 2;
    send(b, conn, 'server', '354\r\n', reply('354 Go on', { line: 'DATA', state: 'data' }), accepted);
    send(b, conn, 'client', '.\n', { kind: 'typed', text: '.', eol: 'lf' }, accepted);
    const bare = b.log.length - 2;
    for (const id of [early, bare])
      expect(flightsAt(b.log, id + 1, b.log[id]!.at, ports)).toMatchObject([{ id, kind: 'command' }]);
  });

  test('relayed content carries its letter and its postmarks', () => {
    expect(during(ids.content!)).toMatchObject([
      {
        from: 'neo',
        to: 'mx1',
        kind: 'letter',
        label: 'DATA · 412 B',
        letter: 'neo/E62233B4086',
        postmarks: 1,
      },
    ]);
    const third = log.findIndex(
      ({ host, what }) => host === 'mx1' && what.kind === 'segment' && what.octets === 'letter',
    );
    expect(during(third)).toMatchObject([
      { protocol: 'lmtp', kind: 'letter', letter: 'neo/E62233B4086', postmarks: 2 },
    ]);
  });

  test('a letter that POP3 fetches is known by its mailbox', () => {
    expect(during(ids.popContent!)).toMatchObject([
      {
        from: 'store',
        to: 'pc',
        protocol: 'pop3',
        label: 'RETR · 969 B',
        letter: 'neo/E62233B4086',
        postmarks: 3,
      },
    ]);
  });

  test('DNS both ways', () => {
    expect(during(ids.query!)).toMatchObject([
      { from: 'neo', to: 'ns', kind: 'dns-query', protocol: 'dns', label: 'MX example.org?', conn: null },
    ]);
    expect(during(ids.answer!)).toMatchObject([
      { kind: 'dns-answer', label: 'MX example.org: 10 mx1.example.org., 50 mx2.example.org.' },
    ]);
  });

  test('handshake packets are of the protocol of their port', () => {
    const syn = log.findIndex(({ what }) => what.kind === 'packet' && what.flags === 'SYN');
    expect(during(syn)).toMatchObject([
      { kind: 'handshake', label: 'SYN', protocol: 'smtp', from: 'pc', to: 'neo' },
    ]);
    expect(during(syn + 1)).toMatchObject([{ label: 'SYN-ACK', from: 'neo', to: 'pc' }]);
    const now = log[syn]!.at;
    expect(flightsAt(log, syn + 1, now, {})).toMatchObject([{ protocol: 'other' }]);
  });

  test('nothing flies before it left or once it is there', () => {
    const { at } = log[ids.rcpt!]!;
    expect(
      flightsAt(log, eventsUntil(log, at + LATENCY_MS), at + LATENCY_MS, ports).map(({ id }) => id),
    ).not.toContain(ids.rcpt);
    expect(flightsAt(log, 0, 0, ports)).toEqual([]);
  });
});

describe('lost ones', () => {
  test('fly as long as the last one that arrived, and get half way', () => {
    const b = logBuilder();
    const packet = (arrivesAt: number | null) =>
      emit(b, 'pc', { kind: 'packet', conn: 7, flags: 'SYN', to: 'neo', arrivesAt });
    packet(35);
    b.now = 100;
    const lost = packet(null);
    const [flight] = flightsAt(b.log, 2, 100, ports);
    expect(flight).toMatchObject({ id: lost, sentAt: 100, arrivesAt: 135, lost: true });
    expect(progressOf(flight!, 107)).toBeCloseTo(0.2);
    expect(progressOf(flight!, 134)).toBe(0.5);
    expect(flightsAt(b.log, 2, 135, ports)).toEqual([]);
  });

  test('so do those nobody is there to take', () => {
    const b = logBuilder();
    const from = { address: '192.0.2.1', port: 1 };
    const peer = { address: '198.51.100.9', port: 25 };
    emit(b, 'pc', { kind: 'connecting', conn: 1, program: 'pc/shell', to: null, from, peer });
    const what = {
      kind: 'datagram',
      from,
      peer: { ...peer, port: 53 },
      to: null,
      note: dns('x.example', 'A', null),
    } as const;
    emit(b, 'pc', { ...what, octets: '' as never, arrivesAt: null });
    expect(flightsAt(b.log, 2, 0, ports)).toMatchObject([
      { to: null, lost: true, label: 'SYN', protocol: 'smtp' },
      { to: null, lost: true, label: 'A x.example?', protocol: 'dns' },
    ]);
  });
});

test('progress is the share of the way, and never leaves it', () => {
  const [flight] = during(ids.rcpt!);
  const { sentAt } = flight!;
  expect([-5, 0, 5, 20, 99].map((after) => progressOf(flight!, sentAt + after))).toEqual([0, 0, 0.25, 1, 1]);
  expect(progressOf({ ...flight!, arrivesAt: sentAt }, sentAt)).toBe(1);
});

test('thousands under way at once are all seen, and forgotten when they are there', () => {
  const b = logBuilder();
  for (let i = 0; i < 5000; i++) {
    b.now = i;
    const note = typed(String(i));
    const what = { kind: 'segment', conn: 1, side: 'client', to: 'neo', note, resent: 0 } as const;
    emit(b, 'pc', { ...what, octets: '' as never, arrivesAt: i + 100 });
  }
  expect(project(FLIGHTS, b.log, 5000).open.length).toBeLessThan(300);
  const flights = flightsAt(b.log, 5000, 4999, ports);
  expect(flights.map(({ label }) => label)).toEqual(Array.from({ length: 100 }, (_, i) => String(4900 + i)));
});
