import { describe, expect, test } from 'vitest';
import { open, screen, type } from '../agents/world.testing.ts';
import type { Octets } from '../base/octets.ts';
import type { Note } from '../protocol/note.ts';
import { act, runIdle } from '../sim/history.ts';
import type { History } from '../sim/types.ts';
import { readRecordings } from './recorded.testing.ts';
import type { ScriptedConfig } from './s-client.testing.ts';
import {
  CA,
  enter,
  foregroundOf,
  imapReplies,
  openServers,
  OWN,
  press,
  serversOf,
  shownSince,
  typedAt,
} from './s-client.testing.ts';

const START = 'openssl s_client -starttls smtp -connect neo.firma1.intr:10025';
const WRAPPED = 'openssl s_client -connect neo.firma1.intr:10465';

const opened = (trust = [CA]): History => openServers(serversOf(), trust);

/** Segments of the PC: their octets and notes. */
const said = (history: History): readonly { readonly octets: Octets; readonly note: Note }[] =>
  history.log.flatMap(({ host, what }) =>
    host === 'pc' && what.kind === 'segment' ? [{ octets: what.octets, note: what.note as Note }] : [],
  );

const commandsOf = (history: History) =>
  history.log.flatMap(({ what }) => {
    const fact = what.kind === 'fact' ? (what.fact as { kind: string; ok?: boolean }) : null;
    return fact?.kind === 'shell' ? [fact.ok] : [];
  });

describe('what goes over the wire', () => {
  test('STARTTLS is said by s_client itself, then records only; the notes say what is in them', () => {
    const history = opened();
    typedAt(history, `${START} -quiet -crlf`, ['EHLO pc', 'secret']);
    const [ehlo, startTls, hello, ...more] = said(history);
    expect([ehlo?.octets, startTls?.octets]).toEqual(['EHLO mail.example.com\r\n', 'STARTTLS\r\n']);
    expect(ehlo?.note).toMatchObject({ kind: 'command', protocol: 'smtp', verb: 'EHLO' });
    expect(hello?.note).toMatchObject({
      kind: 'tls',
      messages: ['ClientHello'],
      serverName: 'neo.firma1.intr',
    });
    expect(more.map(({ octets }) => octets).join('')).not.toMatch(/EHLO|secret/);
    const typed = { kind: 'typed', eol: 'crlf', tls: true };
    expect(more.slice(-2).map(({ note }) => note)).toEqual([
      { ...typed, text: 'EHLO pc' },
      { ...typed, text: 'secret' },
    ]);
    expect(commandsOf(history)).toEqual([true]);
  });

  test('lines end in LF without -crlf, and accents are UTF-8', () => {
    const history = opened();
    typedAt(history, `${WRAPPED} -quiet`, ['NOOP ž']);
    expect(said(history).at(-1)?.note).toEqual({
      kind: 'typed',
      text: 'NOOP \u00c5\u00be',
      eol: 'lf',
      tls: true,
    });
  });

  test('Q says close_notify; ^C says nothing', () => {
    const history = opened();
    typedAt(history, WRAPPED, ['Q']);
    expect(said(history).at(-1)?.note).toMatchObject({ kind: 'tls', alert: { name: 'close_notify' } });
    typedAt(history, WRAPPED, ['NOOP', '^C']);
    expect(said(history).at(-1)?.note).toMatchObject({ kind: 'typed', text: 'NOOP' });
    expect(history.world.conns.size).toBe(0);
  });

  test('-servername, -noservername, and names that are none', () => {
    const serverName = (options: string): string | undefined => {
      const history = opened();
      typedAt(history, `openssl s_client ${options}`);
      const note = said(history)[0]?.note;
      return note?.kind === 'tls' ? note.serverName : undefined;
    };
    expect(serverName('-connect neo.firma1.intr:10465')).toBe('neo.firma1.intr');
    expect(serverName('-connect neo:10465')).toBe('');
    expect(serverName('-connect 192.0.2.25:10465')).toBe('');
    expect(serverName('-connect neo:10465 -servername mail.firma1.intr')).toBe('mail.firma1.intr');
    expect(serverName('-connect neo.firma1.intr:10465 -noservername')).toBe('');
  });
});

describe('the letters R, Q, K and k', () => {
  test('-nocommands, -ign_eof and -quiet send them; -no_ign_eof takes it back', () => {
    for (const options of ['-brief -nocommands', '-brief -ign_eof', '-quiet'])
      expect(typedAt(opened(), `${START} ${options}`, ['RSET'])).toContain('RSET\n500 5.5.2 Error');
    expect(typedAt(opened(), `${START} -quiet -no_ign_eof`, ['RSET'])).toContain('RSET\nRENEGOTIATING\n');
    expect(typedAt(opened(), `${START} -brief`, [' RSET', 'rset'])).not.toContain('RENEGOTIATING');
  });

  test('without -brief the same lines, and the prompt is back', () => {
    const history = opened();
    expect(typedAt(history, START, ['RCPT TO:<anna@firma1.intr>'])).toMatch(
      /\n250 CHUNKING\nRCPT TO:<anna@firma1\.intr>\nRENEGOTIATING\n[0-9A-F]{16}:error:0A00010A:.*\n$/,
    );
    expect(foregroundOf(history)).toBe(null);
    expect(history.world.conns.size).toBe(0);
  });

  test('after ^D that was ignored nothing goes out any more', () => {
    const history = opened();
    typedAt(history, `${START} -quiet`, ['^D', 'NOOP']);
    expect(said(history).at(-1)?.note).toMatchObject({ kind: 'tls' });
    typedAt(history, 'x', ['^C']);
    expect(foregroundOf(history)).toBe(null);
  });
});

describe('ways to arrive', () => {
  const scenes = ['openssl', 'openssl-mail', 'openssl-verify'].flatMap(
    (name) => readRecordings(name).commands,
  );

  /** The state of the shell as a share link would carry it. */
  function throughJson(history: History): void {
    const { states } = history.world;
    states.set('pc/shell', JSON.parse(JSON.stringify(states.get('pc/shell'))));
  }

  test('octet by octet, and through JSON after every key, is the same', () => {
    for (const { command, keys, output } of scenes) {
      const servers = serversOf(output.replace(/<CR>$/gm, ''));
      const trust = command.includes('-CAfile') ? [CA] : [];
      const line = command.replace(' -CAfile ca.pem', '');
      const slow = openServers(
        servers.map((server) => ({ ...server, slow: true })),
        trust,
      );
      const from = slow.log.length;
      for (const key of [line, ...keys]) {
        if (key !== line && foregroundOf(slow) === null) break;
        press(slow, key);
        throughJson(slow);
      }
      const plain = openServers(servers, trust);
      const start = plain.log.length;
      typedAt(plain, line, keys);
      // Seconds, and what was still to come when the handshake broke off, may differ.
      const timeless = (text: string): string =>
        text.replace(/Start Time: \d+|has read \d+|[0-9A-F]{64,}/g, '');
      expect(timeless(shownSince(slow, from))).toBe(timeless(shownSince(plain, start)));
    }
  });

  test('lines typed ahead wait for TLS; in raw mode the driver edits them', () => {
    const history = opened();
    const ahead = (text: string): void =>
      act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'line', text } });
    for (const text of [`${START} -quiet -crlf`, 'EHLO pc', 'QUIT']) ahead(text);
    runIdle(history);
    expect(shownSince(history, 0)).toMatch(/CHUNKING\nEHLO pc\nQUIT\n250-neo[\s\S]*Bye\n/);
    const raw = opened();
    press(raw, `${START} -quiet`);
    for (const text of 'NOPE\x7f\x7fOP\r\x04') enter(raw, { kind: 'raw', text });
    expect(shownSince(raw, 0)).toMatch(/\nNOPE[\b][\b]OP\n250 2\.0\.0 Ok\n$/);
    expect(foregroundOf(raw)).toMatchObject({ atEnd: true });
    enter(raw, { kind: 'raw', text: '\x03' });
    expect(foregroundOf(raw)).toBe(null);
  });

  test('^C while the name is looked up, and what comes later opens nothing', () => {
    const history = opened();
    act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'line', text: WRAPPED } });
    enter(history, { kind: 'key', key: '^C' });
    expect(shownSince(history, 0)).toMatch(/10465\n\^C\nroot@pc:~# $/);
    expect(history.world.conns.size).toBe(0);
    expect(commandsOf(history)).toEqual([false]);
  });
});

test('imap: the greeting of one line, CAPABILITY, STARTTLS', () => {
  const server: ScriptedConfig = { port: 143, tls: 'starttls', chain: [OWN], replies: imapReplies('') };
  const history = openServers([server], []);
  const screen = typedAt(history, 'openssl s_client -starttls imap -connect neo.firma1.intr:imap -quiet', [
    'a NOOP',
  ]);
  expect(screen).toMatch(
    /verify error:num=18:self-signed certificate\nverify return:1\n.*\nverify return:1\n\. OK Pre-login.*\na NOOP\na OK NOOP completed\.\n$/,
  );
});

describe('in a scenario', () => {
  test('a letter under STARTTLS, typed at neo', () => {
    const history = open('firma1');
    type(
      history,
      'pc',
      'openssl s_client -starttls smtp -connect neo.firma1.intr:25 -crlf -quiet',
      'EHLO pc.firma1.intr',
      'MAIL FROM:<jura@firma1.intr>',
      'RCPT TO:<anna@firma1.intr>',
      'DATA',
      'Subject: secret',
      '',
      'Read this.',
      '.',
      'QUIT',
    );
    expect(screen(history, 'pc')).toMatch(
      /verify error:num=18:self-signed certificate\n[\s\S]*250-PIPELINING\n[\s\S]*354 [\s\S]*\n250 2\.0\.0 Ok: queued as \w+\nQUIT\n221 2\.0\.0 Bye\njura@pc:~\$ $/,
    );
    const clear = history.log.flatMap(({ what }) => (what.kind === 'segment' ? [what.octets] : [])).join('');
    expect(clear).not.toContain('Subject: secret');
  });

  test('port 465 speaks TLS at once', () => {
    const history = open('firma1');
    type(history, 'pc', 'openssl s_client -connect neo.firma1.intr:465 -brief', 'Q');
    expect(screen(history, 'pc')).toMatch(
      /CONNECTION ESTABLISHED\n[\s\S]*\n220 neo\.firma1\.intr ESMTP Postfix\nQ\nDONE\n/,
    );
  });

  test('IMAP under TLS, on port 993 and with STARTTLS on 143', () => {
    const history = open('firma1');
    type(
      history,
      'pc',
      'openssl s_client -connect neo.firma1.intr:imaps -crlf -quiet',
      'a1 LOGIN anna tajne',
    );
    type(history, 'pc', 'a2 SELECT INBOX', 'a3 LOGOUT');
    expect(screen(history, 'pc')).toMatch(
      /\n\* OK \[CAPABILITY IMAP4rev1 [^\n]*\] Dovecot \(Debian\) ready\.\na1 LOGIN anna tajne\na1 OK \[[^\n]*\] Logged in\n[\s\S]*\n\* 0 EXISTS\n[\s\S]*\n\* BYE Logging out\na3 OK Logout completed/,
    );
    const start = 'openssl s_client -starttls imap -connect neo.firma1.intr:143 -crlf -quiet';
    type(history, 'pc', start, 'b1 CAPABILITY', 'b2 LOGIN anna tajne', 'b3 LOGOUT');
    expect(screen(history, 'pc')).toMatch(
      /\n\* CAPABILITY IMAP4rev1 [^\n]*\nb1 OK [\s\S]*\nb2 OK [\s\S]*\nb3 OK /,
    );
    // What goes over the wire is records; only the notes know what is in them.
    const clear = history.log.flatMap(({ what }) => (what.kind === 'segment' ? [what.octets] : [])).join('');
    expect(clear).toContain('. STARTTLS');
    expect(clear).not.toContain('tajne');
    const under = history.log.flatMap(({ what }) =>
      what.kind === 'segment' && (what.note as { tag?: string }).tag === 'a1' ? [what.note] : [],
    );
    expect(under).toEqual([expect.objectContaining({ protocol: 'imap', code: 'OK', tls: true })]);
  });
});
