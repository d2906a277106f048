import { describe, expect, test } from 'vitest';
import { sessionDiagram } from '../../../view/diagram.ts';
import type { Exchange, Session } from '../../../view/sessions.ts';
import { codeTone, diagramProtocol, visitsOf } from './visits.ts';

const said = (verb: string, code: string, stateBefore: string, state: string): Exchange => ({
  id: 1,
  at: 0,
  verb,
  line: verb,
  altered: false,
  eol: 'crlf',
  argument: '',
  code,
  enhanced: '',
  text: '',
  lines: 1,
  stateBefore,
  state,
  clause: '',
});

const session = (exchanges: readonly Exchange[], rest: Partial<Session> = {}): Session => ({
  conn: 1,
  protocol: 'smtp',
  client: 'pc',
  clientProgram: 'pc/shell',
  server: 'neo',
  serverProgram: 'neo/mta',
  peer: { address: '10.2.3.168', port: 25 },
  event: 1,
  startedAt: 0,
  phase: 'open',
  failedWhy: null,
  closedWhy: null,
  closedBy: null,
  endedAt: null,
  state: exchanges.at(-1)?.state ?? '',
  exchanges,
  helo: '',
  reversePath: null,
  forwardPaths: [],
  dataLines: 0,
  user: '',
  loggedIn: false,
  folder: '',
  readOnly: false,
  tls: '',
  ...rest,
});

const SMTP = sessionDiagram('smtp');
const GREETED = said('CONNECT', '220', 'closed', 'connected');

test('before the greeting a session is where it begins', () => {
  expect(visitsOf(session([]), SMTP)).toMatchObject({ now: 'closed', over: false, latest: '' });
});

test('a refused command leads nowhere', () => {
  const visits = visitsOf(session([GREETED, said('RCPT', '503', 'connected', 'connected')]), SMTP);
  expect(visits.now).toBe('connected');
  expect([...visits.edges]).toEqual(['closed>connected', 'connected>connected']);
});

test('QUIT leads to the end by the edge of the table', () => {
  const exchanges = [GREETED, said('QUIT', '221', 'connected', 'closed')];
  const visits = visitsOf(session(exchanges, { phase: 'closed', closedWhy: 'local' }), SMTP);
  expect(visits).toMatchObject({ now: 'closed', over: true, latest: 'connected>closed' });
});

test('POP3 goes from UPDATE to its end by itself (RFC 1939 §6)', () => {
  const exchanges = [said('QUIT', '+OK', 'transaction', 'update')];
  const ended = session(exchanges, { protocol: 'pop3', phase: 'closed', closedWhy: 'local' });
  expect(visitsOf(ended, sessionDiagram('pop3'))).toMatchObject({ now: 'closed', latest: 'update>closed' });
});

test('a connection that broke is over, but took no edge there', () => {
  const visits = visitsOf(session([GREETED], { phase: 'closed', closedWhy: 'power' }), SMTP);
  expect(visits).toMatchObject({ now: 'closed', over: true, latest: 'closed>connected' });
  expect(visits.states.has('closed')).toBe(true);
});

describe('QMTP, whose server says nothing until a whole package is there', () => {
  const QMTP = sessionDiagram('qmtp');
  const waiting = { protocol: 'qmtp', state: 'package' } as const;

  test('a connection leads to the first package', () => {
    expect(visitsOf(session([]), QMTP)).toMatchObject({ now: 'closed', latest: '' });
    expect(visitsOf(session([], waiting), QMTP)).toMatchObject({ now: 'package', latest: 'closed>package' });
  });

  test('a package to the replies, one for each recipient; the last leads back', () => {
    const heard = { ...waiting, state: 'responses' };
    expect(visitsOf(session([], heard), QMTP).latest).toBe('package>responses');
    const first = said('RCPT', 'K', 'responses', 'responses');
    expect(visitsOf(session([first], heard), QMTP).now).toBe('responses');
    const last = said('RCPT', 'D', 'responses', 'package');
    const visits = visitsOf(session([first, last], waiting), QMTP);
    expect(visits).toMatchObject({ now: 'package', latest: 'responses>package' });
    expect(QMTP.edges.filter(({ from, to }) => !visits.edges.has(`${from}>${to}`))).toEqual([
      { from: 'package', to: 'closed', verbs: ['CLOSE'] },
      { from: 'responses', to: 'closed', verbs: ['CLOSE'] },
    ]);
  });

  test('another package goes the same way; the end is the client’s', () => {
    const reply = said('RCPT', 'K', 'responses', 'package');
    const ended = session([reply, reply], { ...waiting, phase: 'closed', closedWhy: 'local' });
    expect(visitsOf(ended, QMTP)).toMatchObject({ now: 'closed', over: true, latest: 'package>closed' });
  });
});

describe('IMAP (RFC 3501 §3)', () => {
  const IMAP = sessionDiagram('imap');
  const bye = said('SERVER', 'BYE', 'selected', 'selected');
  const way = [
    said('CONNECT', 'OK', 'not-authenticated', 'not-authenticated'),
    said('LOGIN', 'OK', 'not-authenticated', 'authenticated'),
    said('SELECT', 'OK', 'authenticated', 'selected'),
  ];

  test('login and selection lead on', () => {
    expect(visitsOf(session([], { protocol: 'imap' }), IMAP).now).toBe('not-authenticated');
    expect(visitsOf(session(way, { protocol: 'imap' }), IMAP)).toMatchObject({
      now: 'selected',
      latest: 'authenticated>selected',
    });
  });

  test('BYE comes before the reply to LOGOUT, and the way to the end is one', () => {
    const exchanges = [...way, bye, said('LOGOUT', 'OK', 'selected', 'logout')];
    const ended = session(exchanges, { protocol: 'imap', phase: 'closed', closedWhy: 'local' });
    expect(visitsOf(ended, IMAP)).toMatchObject({ now: 'logout', over: true, latest: 'selected>logout' });
  });

  test('a server that says BYE unasked takes the same way', () => {
    const ended = session([...way, bye], { protocol: 'imap', phase: 'closed', closedWhy: 'local' });
    expect(visitsOf(ended, IMAP).latest).toBe('selected>logout');
  });
});

describe('a reply code in a word (RFC 5321 §4.2.1, RFC 1939 §3, QMTP §5, RFC 3501 §7)', () => {
  test.each([
    ['250', 'good'],
    ['+OK', 'good'],
    ['354', 'more'],
    ['450', 'later'],
    ['550', 'bad'],
    ['-ERR', 'bad'],
    ['K', 'good'],
    ['Z', 'later'],
    ['D', 'bad'],
    ['OK', 'good'],
    ['NO', 'bad'],
    ['BAD', 'bad'],
    ['+', 'more'],
    ['*', 'news'],
    ['BYE', 'news'],
  ] as const)('%s is %s', (code, tone) => expect(codeTone(code)).toBe(tone));
});

test('only protocols with a table have a diagram', () => {
  expect(['smtp', 'lmtp', 'qmtp', 'pop3', 'imap', 'dns', 'other'].map(diagramProtocol)).toEqual([
    'smtp',
    'lmtp',
    'qmtp',
    'pop3',
    'imap',
    null,
    null,
  ]);
});
