/** The expected lines are those of Debian's netcat-openbsd 1.219-1. */
import { describe, expect, test } from 'vitest';
import type { History } from '../sim/types.ts';
import { act } from '../sim/history.ts';
import {
  enter,
  foregroundOf,
  openServers,
  press,
  serversOf,
  shownSince,
  typedAt,
} from './s-client.testing.ts';

const opened = (): History => openServers(serversOf(), []);

const wire = (history: History): string =>
  history.log
    .flatMap(({ host, what }) => (host === 'pc' && what.kind === 'segment' ? [what.octets] : []))
    .join('');

describe('a connection', () => {
  test('shows what the server says and nothing else; LF, or CR LF with -C', () => {
    const history = opened();
    expect(typedAt(history, 'nc neo.firma1.intr 10027', ['NOOP', 'QUIT'])).toBe(
      '220 neo.firma1.intr ESMTP Postfix\nNOOP\n250 2.0.0 Ok\nQUIT\n221 2.0.0 Bye\n',
    );
    expect(wire(history)).toBe('NOOP\nQUIT\n');
    expect(foregroundOf(history)).toBe(null);
    const crlf = opened();
    typedAt(crlf, 'nc -C neo 10027', ['NOOP']);
    expect(wire(crlf)).toBe('NOOP\r\n');
    expect(crlf.log.at(-1)?.what).toMatchObject({ kind: 'printed', text: '250 2.0.0 Ok\n', style: 'remote' });
  });

  test('-v says where it got through', () => {
    const history = opened();
    expect(typedAt(history, 'nc -v neo.firma1.intr 10027', ['^C'])).toBe(
      'Connection to neo.firma1.intr (192.0.2.25) 10027 port [tcp/*] succeeded!\n' +
        '220 neo.firma1.intr ESMTP Postfix\n^C\n',
    );
    expect(typedAt(history, 'nc -zv 192.0.2.25 domain')).toBe(
      'Connection to 192.0.2.25 53 port [tcp/domain] succeeded!\n',
    );
    expect(history.world.conns.size).toBe(0);
  });

  test('^D: no more is sent, the server is still heard; with -N it is the end', () => {
    const history = opened();
    typedAt(history, 'nc neo 10027', ['NOOP', '^D', 'NOOP']);
    expect(wire(history)).toBe('NOOP\n');
    expect(foregroundOf(history)).toMatchObject({ kind: 'netcat', atEnd: true });
    const ended = opened();
    typedAt(ended, 'nc -N neo 10027', ['^D']);
    expect(foregroundOf(ended)).toBe(null);
  });

  test('raw mode, and a state that went through JSON', () => {
    const history = opened();
    press(history, 'nc -C neo 10027');
    for (const text of ['NOO', 'X\x7f', 'P', '\r']) {
      enter(history, { kind: 'raw', text });
      const { states } = history.world;
      states.set('pc/shell', JSON.parse(JSON.stringify(states.get('pc/shell'))));
    }
    expect(wire(history)).toBe('NOOP\r\n');
    expect(shownSince(history, 0)).toMatch(/NOOX[\b]P\n250 2\.0\.0 Ok\n$/);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['nc neo 1', ''],
    ['nc -v neo 1', 'nc: connect to neo (192.0.2.25) port 1 (tcp) failed: Connection refused\n'],
    ['nc -vn 192.0.2.25 1', 'nc: connect to 192.0.2.25 port 1 (tcp) failed: Connection refused\n'],
    [
      'nc nikde.firma1.intr 25',
      'nc: getaddrinfo for host "nikde.firma1.intr" port 25: Name or service not known\n',
    ],
    ['nc -n neo 25', 'nc: getaddrinfo for host "neo" port 25: Name or service not known\n'],
    ['nc neo foo', 'nc: port number invalid: foo\n'],
    ['nc neo 99999', 'nc: port number too large: 99999\n'],
    ['nc neo 0', 'nc: port number too small: 0\n'],
    ['nc neo', 'nc: missing port number\n'],
  ])('%s', (line, expected) => {
    const history = opened();
    expect(typedAt(history, line)).toBe(expected);
    expect(foregroundOf(history)).toBe(null);
  });

  test('options it has not', () => {
    expect(typedAt(opened(), 'nc -Q neo 25')).toMatch(/^nc: invalid option -- 'Q'\nusage: nc /);
    expect(typedAt(opened(), 'nc')).toMatch(/^usage: nc /);
  });

  test('^C before the connection stands', () => {
    const history = opened();
    act(history, {
      kind: 'input',
      program: 'pc/shell',
      input: { kind: 'line', text: 'nc 192.0.2.25 10027' },
    });
    enter(history, { kind: 'key', key: '^C' });
    expect(history.world.conns.size).toBe(0);
    expect(foregroundOf(history)).toBe(null);
  });
});
