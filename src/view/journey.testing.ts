/** One letter's whole way in a hand-made log: typed at pc, relayed by neo to mx1, kept by store, fetched by pop. */
import type { EventId } from '../sim/types.ts';
import {
  accepted,
  act,
  ask,
  asOctets,
  close,
  command,
  connect,
  content,
  dns,
  emit,
  LETTER,
  type LogBuilder,
  logBuilder,
  MX1_TRACE,
  NEO_TRACE,
  print,
  record,
  reply,
  STORE_TRACE,
  send,
  typed,
  typeLine,
} from './log.testing.ts';

/** Types one line into the connection and lets the server answer it; returns the ids. */
export function typedExchange(b: LogBuilder, conn: number, line: string, answer: ReturnType<typeof reply>) {
  const action = typeLine(b, 'pc', line);
  print(b, 'pc', `${line}\n`, 'typed', action);
  const out = send(b, conn, 'client', `${line}\r\n`, typed(line), action);
  const back = send(b, conn, 'server', `${answer.code} ${answer.text}\r\n`, answer, out.arrived);
  print(b, 'pc', `${answer.code} ${answer.text}\n`, 'remote', back.arrived);
  return { action, ...out, answer: back.segment, answered: back.arrived };
}

/** A client machine says a line, the server answers; returns the answer's arrival. */
export function said(
  b: LogBuilder,
  conn: number,
  line: string,
  answer: ReturnType<typeof reply>,
  cause: EventId,
): EventId {
  const out = send(b, conn, 'client', `${line}\r\n`, command(line, answer.protocol), cause);
  return send(b, conn, 'server', `${answer.code}\r\n`, answer, out.arrived).arrived;
}

const TO = 'walter@example.org';
const MAIL = 'MAIL FROM:<jura@firma1.intr>';
const RCPT = `RCPT TO:<${TO}>`;

export function journeyLog() {
  const b = logBuilder();
  const ids: Record<string, EventId> = {};

  // pc types at neo.
  const start = typeLine(b, 'pc', 'telnet neo.firma1.intr 25');
  const first = connect(b, 'pc/shell', 'neo/mta', 25, start);
  const hello = reply('220 neo.firma1.intr ESMTP Postfix', { state: 'connected' });
  send(b, first.conn, 'server', '220 neo\r\n', hello, first.accepted);
  const line = (text: string, answer: string, state: string) =>
    typedExchange(b, first.conn, text, reply(answer, { line: text, state }));
  line('HELO pc.firma1.intr', '250 neo.firma1.intr', 'ready');
  line(MAIL, '250 2.1.0 Ok', 'mail');
  ids.rcpt = line(RCPT, '250 2.1.5 Ok', 'rcpt').segment;
  line('DATA', '354 End data with <CR><LF>.<CR><LF>', 'data');
  for (const text of LETTER.split('\r\n').slice(0, -1)) {
    const action = typeLine(b, 'pc', text);
    const out = send(b, first.conn, 'client', `${text}\r\n`, typed(text), action);
    const body = { kind: 'body', protocol: 'smtp', text: `${text}\r\n`, lines: 1 };
    emit(b, 'neo', { kind: 'heard', conn: first.conn, side: 'server', note: body }, out.arrived);
  }
  const dot = send(b, first.conn, 'client', '.\r\n', typed('.'), typeLine(b, 'pc', '.'));
  ids.dot = dot.segment;
  ids.dotArrived = dot.arrived;
  ids.atNeo = record(b, 'neo/mta', accepted('E62233B4086', NEO_TRACE + LETTER, NEO_TRACE), dot.arrived);
  const queued = reply('250 2.0.0 Ok: queued as E62233B4086', { verb: 'END-OF-DATA', state: 'ready' });
  ids.queued = send(b, first.conn, 'server', '250 Ok\r\n', queued, ids.dotArrived).segment;
  const quit = line('QUIT', '221 2.0.0 Bye', 'closed');
  close(b, first.conn, 'server', quit.arrived);

  // neo asks for the MX and relays to mx1.
  const asked = ask(
    b,
    'neo/resolver',
    'ns/dns',
    dns('example.org', 'MX', null),
    dns('example.org', 'MX', ['10 mx1.example.org.', '50 mx2.example.org.']),
    ids.atNeo,
  );
  ids.query = asked.query;
  ids.answer = asked.response;
  ids.routed = record(
    b,
    'neo/mta',
    {
      kind: 'routed',
      queueId: 'E62233B4086',
      domain: 'example.org',
      by: 'mx',
      exchangers: [
        { preference: 10, name: 'mx1.example.org', addresses: ['203.0.113.10'] },
        { preference: 50, name: 'mx2.example.org', addresses: ['203.0.113.50'] },
      ],
    },
    asked.arrived,
  );
  const second = relay(b, 'neo/mta', 'mx1/mta', 25, 'smtp', 'E62233B4086', asked.arrived);
  ids.content = second.content.segment;
  ids.atMx1 = record(
    b,
    'mx1/mta',
    accepted('4D7A2C', MX1_TRACE + NEO_TRACE + LETTER, MX1_TRACE),
    second.content.arrived,
  );
  finish(
    b,
    second.conn,
    'neo/mta',
    'E62233B4086',
    'mx1.example.org',
    '203.0.113.10',
    second.content.arrived,
    'smtp',
  );

  // mx1 hands over to the store, which delivers.
  const third = relay(b, 'mx1/mta', 'store/lmtp', 24, 'lmtp', '4D7A2C', ids.atMx1);
  const kept = STORE_TRACE + MX1_TRACE + NEO_TRACE + LETTER;
  ids.atStore = record(b, 'store/lmtp', accepted('S1', kept, STORE_TRACE), third.content.arrived);
  const envelope = { reversePath: 'jura@firma1.intr', forwardPaths: [TO] };
  const stored = asOctets(`Return-Path: <jura@firma1.intr>\r\n${kept}`);
  ids.delivered = record(
    b,
    'store/mda',
    {
      kind: 'delivered',
      queueId: 'S1',
      recipient: TO,
      mailbox: 'walter',
      uid: 'u1',
      envelope,
      content: stored,
      blankLine: true,
    },
    ids.atStore,
  );
  record(b, 'store/lmtp', { kind: 'removed', queueId: 'S1' }, ids.delivered);
  finish(
    b,
    third.conn,
    'mx1/mta',
    '4D7A2C',
    'store.example.org',
    '203.0.113.20',
    third.content.arrived,
    'lmtp',
  );

  // pc's mail program fetches Walter's mail (one PC serves for both here).
  const click = act(b, { kind: 'input', program: 'pc/mua', input: { kind: 'fetch', account: TO } });
  const fourth = connect(b, 'pc/mua', 'store/pop3', 110, click);
  const pop = (text: string, answer: string, state: string, cause: EventId) =>
    said(b, fourth.conn, text, reply(answer, { line: text, protocol: 'pop3', state }), cause);
  const greeting = reply('+OK dovecot ready.', { protocol: 'pop3', state: 'authorization' });
  const ready = send(b, fourth.conn, 'server', '+OK\r\n', greeting, fourth.accepted).arrived;
  const user = pop('USER walter', '+OK', 'authorization', ready);
  const pass = send(b, fourth.conn, 'client', 'PASS heslo\r\n', command('PASS heslo', 'pop3'), user);
  record(b, 'store/pop3', { kind: 'login', protocol: 'pop3', mailbox: 'walter', ok: true }, pass.arrived);
  const inbox = reply('+OK Logged in.', { line: 'PASS heslo', protocol: 'pop3', state: 'transaction' });
  const loggedIn = send(b, fourth.conn, 'server', '+OK\r\n', inbox, pass.arrived).arrived;
  const retr = send(b, fourth.conn, 'client', 'RETR 1\r\n', command('RETR 1', 'pop3'), loggedIn);
  const letter = send(b, fourth.conn, 'server', '+OK\r\n', content(969, 'u1', 'pop3'), retr.arrived);
  ids.popContent = letter.segment;
  ids.fetched = record(
    b,
    'pc/mua',
    { kind: 'fetched', account: TO, uid: 'u1', content: stored },
    letter.arrived,
  );
  const dele = pop('DELE 1', '+OK Marked to be deleted.', 'transaction', letter.arrived);
  const bye = send(b, fourth.conn, 'client', 'QUIT\r\n', command('QUIT', 'pop3'), dele);
  ids.expunged = record(b, 'store/pop3', { kind: 'expunged', mailbox: 'walter', uid: 'u1' }, bye.arrived);
  const out = reply('+OK Logging out.', { line: 'QUIT', protocol: 'pop3', state: 'update' });
  send(b, fourth.conn, 'server', '+OK\r\n', out, bye.arrived);
  close(b, fourth.conn, 'server', bye.arrived);
  const conns = { typed: first.conn, relay: second.conn, lmtp: third.conn, pop3: fourth.conn };
  return { log: b.log, ids: ids as Record<string, EventId>, conns, b };
}

/** A transaction from the greeting to the content on its way; the caller accepts it. */
export function relay(
  b: LogBuilder,
  client: string,
  server: string,
  port: number,
  protocol: 'smtp' | 'lmtp',
  queueId: string,
  cause: EventId,
) {
  const { conn, accepted: opened } = connect(b, client, server, port, cause);
  const greeting = reply('220 ready', { protocol, state: 'connected' });
  let last = send(b, conn, 'server', '220\r\n', greeting, opened).arrived;
  const say = (line: string, answer: string, state: string) => {
    last = said(b, conn, line, reply(answer, { line, protocol, state }), last);
  };
  const name = `${client.slice(0, client.indexOf('/'))}.test`;
  say(`${protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${name}`, '250 ready', 'ready');
  say(MAIL, '250 2.1.0 Ok', 'mail');
  say(RCPT, '250 2.1.5 Ok', 'rcpt');
  say('DATA', '354 End data with <CR><LF>.<CR><LF>', 'data');
  return { conn, content: send(b, conn, 'client', 'letter', content(412, queueId, protocol), last) };
}

function finish(
  b: LogBuilder,
  conn: number,
  program: string,
  queueId: string,
  to: string,
  address: string,
  cause: EventId,
  protocol: 'smtp' | 'lmtp',
): void {
  const answer = reply('250 2.0.0 Ok', { verb: 'END-OF-DATA', protocol, state: 'ready' });
  const { arrived } = send(b, conn, 'server', '250 Ok\r\n', answer, cause);
  record(
    b,
    program,
    { kind: 'relayed', queueId, recipients: [TO], to, address, reply: '250 2.0.0 Ok' },
    arrived,
  );
  record(b, program, { kind: 'removed', queueId }, arrived);
  const bye = reply('221 2.0.0 Bye', { line: 'QUIT', protocol, state: 'closed' });
  const last = said(b, conn, 'QUIT', bye, arrived);
  close(b, conn, 'client', last);
}
