/** A toy simulation for tests of the lesson machinery: one terminal, one server that knows a few words of SMTP. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Fact } from '../agents/facts.ts';
import { octets } from '../base/octets.ts';
import { bodyNote } from '../protocol/body-note.ts';
import type { Note, ReplyNote } from '../protocol/note.ts';
import type { SimEvent, What } from '../sim/types.ts';
import type { LessonHost } from './facts.ts';
import type { Playable } from './player.ts';

export const TOY_HOSTS: readonly LessonHost[] = [
  { id: 'pc', name: 'pc.example.com', addresses: ['192.0.2.10'] },
  { id: 'mail', name: 'mail.example.com', addresses: ['192.0.2.25'] },
  { id: 'mx', name: 'mx.example.org', addresses: ['198.51.100.25'] },
];

/** Builds a log as the kernel would write it. Ids begin at 1, so that nobody takes an id for an index. */
export function toyLog() {
  const log: SimEvent[] = [];
  const add = (host: string, what: What, cause = 0): number => {
    const id = log.length + 1;
    log.push({ id, cause: cause || id, at: log.length * 10, host, what });
    return id;
  };
  const to = { address: '192.0.2.25', port: 25 };
  const from = { address: '192.0.2.10', port: 40000 };
  return {
    log,
    add,
    connect(conn: number, program: string, server = 'mail', result: 'open' | 'refused' = 'open'): void {
      const client = program.slice(0, program.indexOf('/'));
      const peer = { address: TOY_HOSTS.find((host) => host.id === server)!.addresses[0]!, port: to.port };
      add(client, { kind: 'connecting', conn, program, to: server, from, peer });
      if (result === 'open')
        add(client, { kind: 'opened', conn, side: 'client', program, local: from, peer });
      else add(client, { kind: 'failed', conn, program, why: 'refused' });
    },
    reply(conn: number, server: string, reply: Partial<ReplyNote> & { verb: string; code: string }): void {
      const note: ReplyNote = {
        kind: 'reply',
        protocol: 'smtp',
        line: '',
        eol: 'crlf',
        argument: '',
        enhanced: '',
        text: '',
        lines: 1,
        stateBefore: '',
        state: '',
        clause: '',
        ...reply,
      };
      segment(server, conn, 'server', note);
    },
    body(conn: number, server: string, ...lines: string[]): void {
      const note = bodyNote('smtp', octets(lines.map((line) => `${line}\r\n`).join('')));
      add(server, { kind: 'heard', conn, side: 'server', note });
    },
    content(conn: number, client: string, letter: string): void {
      segment(client, conn, 'client', { kind: 'content', protocol: 'smtp', octets: 1, letter, text: '' });
    },
    /** A fact brought about by something that arrived at `host` over `conn`. */
    fact(host: string, conn: number, fact: Fact): void {
      const program = `${host}/mta`;
      const arrived = conn > 0 ? add(host, { kind: 'arrived', conn, side: 'server', program }) : 0;
      add(host, { kind: 'fact', program, fact }, arrived);
    },
  };
  function segment(host: string, conn: number, side: 'client' | 'server', note: Note): void {
    const to = side === 'server' ? 'pc' : 'mail';
    add(host, { kind: 'segment', conn, side, to, octets: octets(''), note, arrivesAt: 0, resent: 0 });
  }
}

/** HELO, MAIL, RCPT and QUIT in the order RFC 5321 wants; everything else is 500. */
export function toyPlay(noise = 0): Playable {
  const { log, add, connect, reply } = toyLog();
  let conn = 0;
  let open = false;
  let sender = false;
  const answer = (verb: string, line: string, argument: string, code: string): void => {
    reply(conn, 'mail', { verb, line, argument, code, text: 'ok' });
    add('pc', { kind: 'printed', program: 'pc/shell', text: `${code} ok\n`, style: 'remote' });
  };
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    const argument = /<(.*)>/.exec(line)?.[1] ?? line.slice(5);
    if (verb === 'MAIL') sender = true;
    if (verb === 'QUIT') open = false;
    const known = ['HELO', 'MAIL', 'RCPT', 'RSET', 'QUIT'].includes(verb);
    answer(
      known ? verb : 'UNKNOWN',
      line,
      argument,
      known ? (verb === 'RCPT' && !sender ? '503' : '250') : '500',
    );
  };
  const line = (text: string): void => {
    const port = /^telnet mail (\d+)$/.exec(text)?.[1];
    if (open) command(text);
    else if (port !== undefined) {
      conn++;
      open = port === '25';
      sender = false;
      connect(conn, 'pc/shell', 'mail', open ? 'open' : 'refused');
      if (open) answer('CONNECT', '', '', '220');
    }
  };
  if (noise > 0) add('pc', { kind: 'action', action: { kind: 'inspect', what: `noise-${noise}` } });
  return {
    hosts: [
      { id: 'pc', shell: { user: 'jura' }, accounts: [] },
      { id: 'mail', shell: null, accounts: [] },
    ],
    now: () => log.length * 10,
    log: () => log,
    act: (action) => {
      add('pc', { kind: 'action', action });
      if (action.kind === 'power') add(action.host, { kind: 'power', up: action.up });
      else if (action.kind === 'input') line((action.input as { text: string }).text);
    },
    advance: () => {},
    idle: () => {},
  };
}

/** A line typed at the toy's terminal. */
export const typeAt = (play: Playable, text: string): void =>
  play.act({ kind: 'input', program: 'pc/shell', input: { kind: 'line', text } });

/** Every file of a folder by its path within it. */
export function readFolder(root: URL | string, under = ''): Record<string, string> {
  const files: Record<string, string> = {};
  const base = root instanceof URL ? fileURLToPath(root) : root;
  for (const name of readdirSync(`${base}/${under}`)) {
    const path = under ? `${under}/${name}` : name;
    if (statSync(`${base}/${path}`).isDirectory()) Object.assign(files, readFolder(base, path));
    else files[path] = readFileSync(`${base}/${path}`, 'utf8');
  }
  return files;
}
