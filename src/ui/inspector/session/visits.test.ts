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

describe('a reply code in a word (RFC 5321 §4.2.1, RFC 1939 §3)', () => {
  test.each([
    ['250', 'good'],
    ['+OK', 'good'],
    ['354', 'more'],
    ['450', 'later'],
    ['550', 'bad'],
    ['-ERR', 'bad'],
  ] as const)('%s is %s', (code, tone) => expect(codeTone(code)).toBe(tone));
});

test('only protocols with a table have a diagram', () => {
  expect(['smtp', 'lmtp', 'pop3', 'dns', 'other'].map(diagramProtocol)).toEqual([
    'smtp',
    'lmtp',
    'pop3',
    null,
    null,
  ]);
});
