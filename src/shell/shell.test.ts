import { describe, expect, test } from 'vitest';
import { readStage } from '../node/scenarios.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import type { History } from '../sim/types.ts';
import type { ShellInput } from './input.ts';
import { REGISTRY } from './registry.ts';

const STAGES = {
  firma1: readStage('firma1'),
  notes: readStage('course-notes'),
  old: readStage('firma1-2006'),
};

function open(stage: keyof typeof STAGES): History {
  const history = createHistory(STAGES[stage].scenario, REGISTRY);
  runIdle(history);
  return history;
}

const enter = (history: History, input: ShellInput, host = 'pc'): void =>
  act(history, { kind: 'input', program: `${host}/shell`, input });

function type(history: History, ...lines: readonly string[]): void {
  for (const text of lines) {
    enter(history, { kind: 'line', text });
    runIdle(history);
  }
}

const screen = (history: History, host = 'pc'): string =>
  history.log
    .flatMap(({ host: where, what }) => (where === host && what.kind === 'printed' ? [what.text] : []))
    .join('');

describe('telnet says what the notes and Debian print', () => {
  test('connected and closed by the server (seeds/003)', () => {
    const history = open('old');
    type(history, 'telnet 10.2.3.168 25', 'QUIT');
    expect(screen(history)).toBe(
      [
        'jura@pc:~$ telnet 10.2.3.168 25',
        'Trying 10.2.3.168...',
        'Connected to 10.2.3.168.',
        "Escape character is '^]'.",
        '220 neo.firma1.intr ESMTP Postfix',
        'QUIT',
        '221 Bye',
        'Connection closed by foreign host.',
        'jura@pc:~$ ',
      ].join('\n'),
    );
  });

  test('IPv6 first where there is no IPv4 address of that name to try (seeds/004)', () => {
    const history = open('notes');
    type(history, 'telnet 2001:db8:f00:b1a::4711 25');
    expect(screen(history)).toContain(
      'Trying 2001:db8:f00:b1a::4711...\nConnected to 2001:db8:f00:b1a::4711.\n',
    );
  });

  test('refused', () => {
    const history = open('firma1');
    type(history, 'telnet neo.firma1.intr 26');
    expect(screen(history)).toContain(
      'Trying 10.2.3.168...\ntelnet: Unable to connect to remote host: Connection refused\njura@pc:~$ ',
    );
  });

  test('unknown host', () => {
    const history = open('firma1');
    type(history, 'telnet nosuch.firma1.intr 25');
    expect(screen(history)).toContain(
      'Server lookup failure:  nosuch.firma1.intr:25, Name or service not known\njura@pc:~$ ',
    );
  });

  test('a host that is switched off does not answer: after Linux gives up, timed out', () => {
    const history = open('firma1');
    act(history, { kind: 'power', host: 'mx1', up: false });
    enter(history, { kind: 'line', text: 'telnet 203.0.113.10 25' });
    runUntil(history, history.world.now + 126_000);
    expect(screen(history)).not.toContain('timed out');
    runUntil(history, history.world.now + 2_000);
    expect(screen(history)).toContain('telnet: Unable to connect to remote host: Connection timed out\n');
  });

  test('^] opens its own prompt; an empty line goes back, quit closes', () => {
    const history = open('firma1');
    type(history, 'telnet neo 25');
    enter(history, { kind: 'key', key: '^]' });
    type(history, '', 'NOOP');
    expect(screen(history)).toMatch(/\n\^\]\ntelnet> \nNOOP\n250 2\.0\.0 Ok\n$/);
    enter(history, { kind: 'key', key: '^]' });
    type(history, 'q');
    expect(screen(history)).toMatch(/telnet> q\nConnection closed\.\njura@pc:~\$ $/);
    const closed = history.log.filter(({ what }) => what.kind === 'closed');
    expect(closed.map(({ what }) => what.kind === 'closed' && what.side)).toEqual(['client', 'server']);
  });

  test('^C gives a connect up; the SYN that is under way opens nothing', () => {
    const history = open('firma1');
    enter(history, { kind: 'line', text: 'telnet 10.2.3.168 25' });
    enter(history, { kind: 'key', key: '^C' });
    runIdle(history);
    expect(screen(history)).toMatch(/Trying 10\.2\.3\.168\.\.\.\n\^C\njura@pc:~\$ $/);
    expect(history.world.conns.size).toBe(0);
  });
});

describe("telnet's own prompt (recordings/telnet-words.txt)", () => {
  test('an invalid command stays there, status goes back', () => {
    const history = open('firma1');
    type(history, 'telnet neo.firma1.intr 25');
    enter(history, { kind: 'key', key: '^]' });
    type(history, 'foo', 'status', 'NOOP');
    expect(screen(history)).toContain(
      [
        '^]',
        'telnet> foo',
        '?Invalid command',
        'telnet> status',
        'Connected to neo.firma1.intr.',
        'Operating in obsolete linemode',
        'Local character echo',
        "Escape character is '^]'.",
        'NOOP',
        '250 2.0.0 Ok',
      ].join('\n'),
    );
  });

  test('telnet without a host: status, close, open, quit', () => {
    const history = open('firma1');
    type(history, 'telnet', 'status', 'close', 'open neo.firma1.intr 26');
    expect(screen(history)).toContain(
      [
        'jura@pc:~$ telnet',
        'telnet> status',
        'No connection.',
        "Escape character is '^]'.",
        'telnet> close',
        '?Need to be connected first.',
        'telnet> open neo.firma1.intr 26',
        'Trying 10.2.3.168...',
        'telnet: Unable to connect to remote host: Connection refused',
      ].join('\n'),
    );
  });

  test('ports that are none, and too many words', () => {
    const history = open('firma1');
    type(
      history,
      'telnet neo.firma1.intr foo',
      'telnet neo.firma1.intr 99999',
      'telnet neo.firma1.intr 25 x',
    );
    expect(screen(history)).toContain(
      'Server lookup failure:  neo.firma1.intr:foo, Servname not supported for ai_socktype\n',
    );
    expect(screen(history)).toContain('Port number 99999 is out of range.\n');
    expect(screen(history)).toContain('telnet: too many arguments\n');
  });
});

describe('what is typed goes out as it is', () => {
  test('raw mode sends the backspace itself, and the server does not know the word', () => {
    const history = open('firma1');
    type(history, 'telnet neo 25');
    for (const key of 'HELP\b\bLO pc\r') enter(history, { kind: 'raw', text: key });
    runIdle(history);
    expect(screen(history)).toMatch(/50[02] 5\.5\.2 Error: command not recognized\n$/);
    const heard = history.log.flatMap(({ what }) =>
      what.kind === 'segment' && what.side === 'client' ? [what.octets] : [],
    );
    expect(heard.join('')).toBe('HELP\b\bLO pc\r\n');
  });

  test('many pasted lines keep their order, also those before the connection is open', () => {
    const history = open('old');
    const session = [
      'telnet 10.2.3.168 25',
      'HELO pc',
      'MAIL FROM:<jura@firma1.intr>',
      'RCPT TO:<anna@firma1.intr>',
    ];
    for (const text of [...session, 'DATA', 'Subject: paste', '', 'one', '.', 'QUIT'])
      enter(history, { kind: 'line', text });
    runIdle(history);
    const codes = screen(history).match(/^\d{3}/gm);
    expect(codes).toEqual(['220', '250', '250', '250', '354', '250', '221']);
    expect(screen(history)).toMatch(/Connection closed by foreign host\.\njura@pc:~\$ $/);
  });

  test('accents leave as UTF-8 octets and come back as letters', () => {
    const history = open('firma1');
    type(history, 'telnet neo 110', 'USER jürgen');
    const sent = history.log.flatMap(({ what }) =>
      what.kind === 'segment' && what.side === 'client' ? [what.octets] : [],
    );
    expect(sent.join('')).toBe('USER j\u00c3\u00bcrgen\r\n');
    expect(screen(history)).toContain('USER jürgen\n');
  });
});

describe('the prompt', () => {
  test('an unknown command, help, history, clear', () => {
    const history = open('firma1');
    type(history, 'ehlo pc', 'history', 'clear', '   ');
    expect(screen(history)).toContain('-bash: ehlo: command not found\n');
    expect(screen(history)).toContain('    1  ehlo pc\n    2  history\n');
    expect(screen(history)).toContain('\f');
  });

  test('host -t MX prints the lines of seeds/004', () => {
    const history = open('notes');
    type(history, 'host -t MX example.org');
    expect(screen(history)).toContain(
      'example.org mail is handled by 10 fks1.example.org.\nexample.org mail is handled by 50 lax1.example.org.\n',
    );
  });

  test('dig @server by name, by address, and without an answer', () => {
    const history = open('firma1');
    type(history, 'dig @ns.example.net example.org mx +short', 'dig @neo.firma1.intr firma1.intr mx +short');
    expect(screen(history)).toContain('10 mx1.example.org.\n50 mx2.example.org.\n');
    expect(screen(history)).toContain('10 neo.firma1.intr.\n');
    enter(history, { kind: 'line', text: 'dig @203.0.113.77 example.org' });
    runUntil(history, history.world.now + 16_000);
    expect(screen(history)).toMatch(/no servers could be reached|connection timed out/);
    expect(screen(history)).toMatch(/jura@pc:~\$ $/);
  });

  test('a crash leaves a fresh prompt and no ghost of the session', () => {
    const history = open('firma1');
    type(history, 'telnet neo 25');
    act(history, { kind: 'power', host: 'pc', up: false });
    act(history, { kind: 'power', host: 'pc', up: true });
    type(history, 'help');
    expect(screen(history)).toMatch(/jura@pc:~\$ help\nls \[-laR1\]/);
  });
});
