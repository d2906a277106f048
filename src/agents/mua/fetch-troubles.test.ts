/** What servers do to a mail program that fetches: no letter is lost by it, shown damaged, or gone unsaid. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { diceOf } from '../../base/dice.testing.ts';
import { act, runIdle, runUntil } from '../../sim/history.ts';
import type { ConnId, History, Program, ProgramEffect } from '../../sim/types.ts';
import { facts, open, send, type } from '../world.testing.ts';
import type { Removed } from './moody-pop3.testing.ts';
import { moodyPop3 } from './moody-pop3.testing.ts';
import { fetchInPeace, folderOf, gesture, openMoody, tell } from './moody-world.testing.ts';
import type { MuaState } from './types.ts';

const GOOD = { seed: 1, percent: 0, moods: [], untilMs: 0 };
const JURA = 'jura@firma1.intr';

interface Scripted {
  readonly lines: Readonly<Record<ConnId, string>>;
}

/** A server that answers each line as it is told to. */
const scripted = (port: number, greeting: string, answer: (line: string) => string): Program<Scripted> => ({
  init: () => ({ lines: {} }),
  step(state, input) {
    if (input.kind === 'start') return [state, [{ kind: 'listen', protocol: 'tcp', port }]];
    if (input.kind !== 'opened' && input.kind !== 'octets') return [state, []];
    const { conn } = input;
    const effects: ProgramEffect[] = [];
    const say = (text: string): void => {
      effects.push({ kind: 'send', conn, octets: text as Octets, note: {} });
    };
    if (input.kind === 'opened') {
      say(greeting);
      return [state, effects];
    }
    const lines = ((state.lines[conn] ?? '') + input.octets).split('\r\n');
    const rest = lines.pop()!;
    for (const line of lines) say(answer(line));
    return [{ lines: { ...state.lines, [conn]: rest } }, effects];
  },
});

const openWith = (server: Program, kind: 'pop3' | 'imap'): History =>
  openMoody(
    diceOf('troubles'),
    server,
    GOOD,
    (_, host) =>
      kind === 'pop3'
        ? { kind, host, port: 110, leaveOnServer: false }
        : { kind, host, port: 143, tls: 'none' },
    false,
  );

const why = (history: History): readonly string[] => facts(history, 'fetch-failed').map((fact) => fact.why);

describe('POP3', () => {
  test('without UIDL a letter is not taken for the one that had its number before', () => {
    const history = openMoody(
      diceOf('numbers'),
      moodyPop3 as Program,
      { ...GOOD, hasUidl: false } as typeof GOOD,
      (_, host) => ({ kind: 'pop3', host, port: 110, leaveOnServer: false }),
      false,
    );
    for (const subject of ['one', 'two']) {
      tell(history, { kind: 'arrives', content: `Subject: ${subject}\r\n\r\n` });
      fetchInPeace(history, 'pc');
    }
    const removed = facts(history, 'removed-for' as never) as unknown as readonly Removed[];
    expect(removed.flatMap(({ contents }) => contents)).toHaveLength(2);
    expect(folderOf(history, 'pc').letters).toEqual(['Subject: one\r\n\r\n', 'Subject: two\r\n\r\n']);
  });

  test('a letter that goes on behind a dot among bare LFs is not taken for whole, and not deleted', () => {
    const said: string[] = [];
    const server = scripted(110, '+OK\r\n', (line) => {
      said.push(line);
      if (line === 'UIDL') return '+OK\r\n1 u1\r\n.\r\n';
      if (line === 'LIST') return '+OK\r\n1 99\r\n.\r\n';
      return line === 'RETR 1' ? '+OK\r\nA: 1\r\n\r\nabc\n.\r\nthe rest\r\n.\r\n' : '+OK\r\n';
    });
    const history = openWith(server as Program, 'pop3');
    for (let i = 0; i < 2; i++) fetchInPeace(history, 'pc');
    expect(folderOf(history, 'pc').letters).toEqual([]);
    expect(said).not.toContain('DELE 1');
    expect(why(history)).toEqual(Array(2).fill('no POP3 reply to NOOP: the rest'));
  });

  test('each letter is fetched once, however often one asks', () => {
    const history = open('firma1');
    send(history, JURA);
    const input = { kind: 'fetch', account: JURA };
    for (let i = 0; i < 3; i++) act(history, { kind: 'input', program: 'pc/mua', input });
    runIdle(history);
    expect(facts(history, 'fetched')).toHaveLength(1);
    expect((history.world.states.get('pc/mua') as MuaState).jobs).toEqual([]);
  });

  test('a server that welcomes one and then says why not is heard', () => {
    const history = open('firma1', 'hosts: { neo: { mailboxes: mbox } }');
    send(history, JURA);
    type(history, 'neo', 'echo torn > /var/mail/jura');
    act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'fetch', account: JURA } });
    runIdle(history);
    expect(why(history)).toEqual(["-ERR [SYS/PERM] Mailbox isn't a valid mbox file"]);
  });
});

/** A mailbox with one letter; `own`: what it answers otherwise, without the tag's OK. */
const imapServer = (own: (command: string) => string | undefined): Program =>
  scripted(143, '* OK [CAPABILITY IMAP4rev1] hi\r\n', (line) => {
    const space = line.indexOf(' ');
    const command = line.slice(space + 1);
    const data: Readonly<Record<string, string>> = {
      CAPABILITY: '* CAPABILITY IMAP4rev1\r\n',
      'SELECT INBOX': '* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n',
      'UID FETCH 1:* (UID FLAGS RFC822.SIZE)': '* 1 FETCH (UID 5 FLAGS () RFC822.SIZE 3)\r\n',
      'UID FETCH 5 (BODY.PEEK[])': '* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n',
    };
    const said = own(command) ?? data[command] ?? '';
    return /^(NO|BAD) /.test(said)
      ? `${line.slice(0, space)} ${said}\r\n`
      : `${said}${line.slice(0, space)} OK\r\n`;
  }) as Program;

describe('IMAP', () => {
  test('a refusal is told of, also that of the last letter there is', () => {
    const server = imapServer((command) => (command.startsWith('UID FETCH 5 ') ? 'NO not today' : undefined));
    const history = openWith(server, 'imap');
    fetchInPeace(history, 'pc');
    expect(why(history)).toEqual(['NO not today']);
  });

  test('and that of the last command there is', () => {
    const history = openWith(
      imapServer((command) => (command === 'EXPUNGE' ? 'NO read-only' : undefined)),
      'imap',
    );
    fetchInPeace(history, 'pc');
    gesture(history, 'pc', { kind: 'mark', uid: '0000000500000007', as: 'removed' });
    runUntil(history, history.world.now + 1000);
    expect(why(history)).toEqual(['NO read-only']);
  });

  test('a letter that goes in the reply that brings it is not in the folder (RFC 3501 §7.4.1)', () => {
    const gone = '* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 1 EXPUNGE\r\n';
    const history = openWith(
      imapServer((command) => (command.startsWith('UID FETCH 5 ') ? gone : undefined)),
      'imap',
    );
    fetchInPeace(history, 'pc');
    expect(folderOf(history, 'pc').letters).toEqual([]);
  });

  test('a listing that leaves letters out does not empty the folder', () => {
    let listings = 0;
    const history = openWith(
      imapServer((command) => (command.includes('FLAGS') && listings++ === 1 ? '' : undefined)),
      'imap',
    );
    for (let i = 0; i < 3; i++) fetchInPeace(history, 'pc');
    expect(folderOf(history, 'pc').letters).toEqual(['abc']);
    expect(facts(history, 'fetched')).toHaveLength(1);
  });
});
