/**
 * telnet: a raw TCP connection to type at. It says what Debian's telnet says; every line goes out with CR LF, as the
 * network virtual terminal ends lines (RFC 854).
 */
import { decodeUtf8, encodeUtf8 } from '../base/octets.ts';
import type { Octets } from '../base/octets.ts';
import { CONNECT_FAILURES } from '../agents/connect-failures.ts';
import { lookUpHost } from '../agents/stub-resolver.ts';
import { NOTHING_KNOWN } from '../dns/known.ts';
import type { Question } from '../dns/types.ts';
import type { TypedNote } from '../protocol/note.ts';
import type { ConnectFailure, PrintStyle, ProgramEffect } from '../sim/types.ts';
import type { ResolverConfig } from '../agents/stub-resolver.ts';
import { LINE_LIMIT } from './keyboard.ts';
import { portNumber } from './services.ts';
import type { Telnet } from './types.ts';

/** How long Linux waits for a SYN-ACK before it gives up. */
export const CONNECT_TIMEOUT_MS = 127_000;

/** What telnet wants next. */
export type TelnetStep =
  | { readonly kind: 'running'; readonly telnet: Telnet; readonly need: readonly Question[] }
  | { readonly kind: 'ended'; readonly ok: boolean };

export const print = (effects: ProgramEffect[], text: string, style: PrintStyle = 'plain'): void => {
  effects.push({ kind: 'print', text, style });
};

const NOT_CONNECTED: Omit<Telnet, 'command' | 'host' | 'port'> = {
  kind: 'telnet',
  known: NOTHING_KNOWN,
  addresses: null,
  conn: null,
  escaped: false,
  rawLine: '',
  midLine: false,
};

/** `telnet [HOST [PORT]]`; without a host it waits at its own prompt. */
export function startTelnet(
  words: readonly string[],
  command: string,
  config: ResolverConfig,
  handle: string,
  effects: ProgramEffect[],
): TelnetStep {
  const [, host, service = 'telnet'] = words;
  if (words.length > 3) {
    print(effects, 'telnet: too many arguments\n');
    return { kind: 'ended', ok: false };
  }
  if (host === undefined) {
    const waiting: Telnet = { ...NOT_CONNECTED, command, host: '', port: 0, escaped: true };
    ownPrompt(effects);
    return { kind: 'running', telnet: waiting, need: [] };
  }
  const port = portOf(host, service, effects);
  if (port === null) return { kind: 'ended', ok: false };
  return resolve({ ...NOT_CONNECTED, command, host, port }, config, handle, effects);
}

/** Port number of a service name or number; says what is wrong and gives null when there is none. */
function portOf(host: string, service: string, effects: ProgramEffect[]): number | null {
  const port = portNumber(service) ?? 0;
  if (port >= 1 && port <= 65535) return port;
  print(
    effects,
    port > 65535
      ? `Port number ${service} is out of range.\n`
      : `Server lookup failure:  ${host}:${service}, Servname not supported for ai_socktype\n`,
  );
  return null;
}

/** Looks the host up as far as the known answers go, then tries its first address. */
export function resolve(
  telnet: Telnet,
  config: ResolverConfig,
  handle: string,
  effects: ProgramEffect[],
): TelnetStep {
  const found = lookUpHost(config, telnet.host, telnet.known);
  if ('need' in found) return { kind: 'running', telnet, need: found.need };
  if (found.done.kind === 'unknown') {
    const why =
      found.done.why === 'temporary' ? 'Temporary failure in name resolution' : 'Name or service not known';
    print(effects, `Server lookup failure:  ${telnet.host}:${telnet.port}, ${why}\n`);
    return { kind: 'ended', ok: false };
  }
  return tryAddress({ ...telnet, addresses: found.done.addresses }, handle, effects);
}

function tryAddress(telnet: Telnet, handle: string, effects: ProgramEffect[]): TelnetStep {
  const address = telnet.addresses![0]!;
  print(effects, `Trying ${address}...\n`);
  const to = { address, port: telnet.port };
  effects.push({ kind: 'connect', handle, to, timeoutMs: CONNECT_TIMEOUT_MS });
  return { kind: 'running', telnet, need: [] };
}

export function connectFailed(
  telnet: Telnet,
  why: ConnectFailure,
  handle: string,
  effects: ProgramEffect[],
): TelnetStep {
  const [address, ...rest] = telnet.addresses ?? [];
  if (rest.length > 0) {
    print(effects, `telnet: connect to address ${address}: ${CONNECT_FAILURES[why]}\n`);
    return tryAddress({ ...telnet, addresses: rest }, handle, effects);
  }
  print(effects, `telnet: Unable to connect to remote host: ${CONNECT_FAILURES[why]}\n`);
  return { kind: 'ended', ok: false };
}

export function connected(telnet: Telnet, conn: number, effects: ProgramEffect[]): Telnet {
  print(effects, `Connected to ${telnet.host}.\nEscape character is '^]'.\n`);
  return { ...telnet, conn };
}

/** Octets from the far side, as the terminal shows them: CR LF is a new line. */
export function remoteOctets(telnet: Telnet, octets: Octets, effects: ProgramEffect[]): Telnet {
  print(effects, decodeUtf8(octets).replaceAll('\r\n', '\n'), 'remote');
  return { ...telnet, midLine: !octets.endsWith('\n') };
}

/** A line typed at the open connection, or at telnet's own prompt. */
export function typedLine(
  telnet: Telnet,
  text: string,
  config: ResolverConfig,
  handle: string,
  effects: ProgramEffect[],
): TelnetStep {
  if (telnet.escaped) return ownCommand(telnet, text, config, handle, effects);
  const line = text.slice(0, LINE_LIMIT);
  print(effects, `${line}\n`, 'typed');
  send(telnet, `${line}\r\n`, { kind: 'typed', text: encodeUtf8(line), eol: 'crlf' }, effects);
  return { kind: 'running', telnet: { ...telnet, rawLine: '', midLine: false }, need: [] };
}

/** Raw mode: what the keys sent, backspaces and all; Enter is CR LF. */
export function typedRaw(telnet: Telnet, text: string, effects: ProgramEffect[]): Telnet {
  let rawLine = telnet.rawLine;
  let wire = '';
  for (const char of text.slice(0, LINE_LIMIT)) {
    if (char === '\r' || char === '\n') {
      wire += '\r\n';
      rawLine = '';
    } else {
      wire += char;
      rawLine = (rawLine + char).slice(-LINE_LIMIT);
    }
  }
  print(effects, wire.replaceAll('\r\n', '\n'), 'typed');
  const ended = wire.endsWith('\r\n');
  const shown = wire.replaceAll('\r\n', ' ').trimEnd();
  send(telnet, wire, { kind: 'typed', text: encodeUtf8(shown), eol: ended ? 'crlf' : 'none' }, effects);
  return { ...telnet, rawLine, midLine: !ended };
}

function send(telnet: Telnet, text: string, note: TypedNote, effects: ProgramEffect[]): void {
  if (telnet.conn === null) return;
  effects.push({ kind: 'send', conn: telnet.conn, octets: encodeUtf8(text), note });
}

/** `^]`: the next line is for telnet. */
export function toOwnPrompt(telnet: Telnet, effects: ProgramEffect[]): Telnet {
  print(effects, '^]\n', 'typed');
  ownPrompt(effects);
  return { ...telnet, escaped: true, midLine: false };
}

const ownPrompt = (effects: ProgramEffect[]): void => print(effects, 'telnet> ', 'prompt');

const OWN_COMMANDS: Readonly<Record<string, string>> = {
  close: 'close current connection',
  open: 'connect to a site',
  quit: 'exit telnet',
  status: 'print status information',
  help: 'print help information',
  '?': 'print help information',
};

/** A command at the `telnet> ` prompt; any unambiguous beginning of a command will do. */
function ownCommand(
  telnet: Telnet,
  text: string,
  config: ResolverConfig,
  handle: string,
  effects: ProgramEffect[],
): TelnetStep {
  print(effects, `${text}\n`, 'typed');
  const [word = '', ...args] = text.trim().split(/\s+/);
  const matches = Object.keys(OWN_COMMANDS).filter(
    (name) => word !== '' && name.startsWith(word.toLowerCase()),
  );
  const stay = (said: string): TelnetStep => {
    print(effects, said);
    ownPrompt(effects);
    return { kind: 'running', telnet, need: [] };
  };
  // With a connection open, what worked goes back to it; what did not stays at the prompt, as Debian's telnet does.
  const done = (said: string): TelnetStep => {
    if (telnet.conn === null) return stay(said);
    print(effects, said);
    return { kind: 'running', telnet: { ...telnet, escaped: false }, need: [] };
  };
  if (word === '') return done('');
  if (matches.length !== 1) return stay(matches.length === 0 ? '?Invalid command\n' : '?Ambiguous command\n');
  switch (matches[0]) {
    case 'close':
    case 'quit':
      if (telnet.conn === null) {
        if (matches[0] === 'close') return stay('?Need to be connected first.\n');
        return { kind: 'ended', ok: true };
      }
      effects.push({ kind: 'close', conn: telnet.conn });
      print(effects, 'Connection closed.\n');
      return { kind: 'ended', ok: true };
    case 'open':
      return openFromPrompt(telnet, args, config, handle, effects, stay);
    case 'status':
      return done(statusText(telnet));
    default:
      return done(ownHelp());
  }
}

function openFromPrompt(
  telnet: Telnet,
  [host, service = 'telnet']: readonly string[],
  config: ResolverConfig,
  handle: string,
  effects: ProgramEffect[],
  stay: (said: string) => TelnetStep,
): TelnetStep {
  if (telnet.conn !== null) return stay(`?Already connected to ${telnet.host}\n`);
  if (host === undefined) return stay('usage: open host-name [port]\n');
  const port = portOf(host, service, effects);
  if (port === null) return stay('');
  return resolve({ ...NOT_CONNECTED, command: telnet.command, host, port }, config, handle, effects);
}

const statusText = ({ conn, host }: Telnet): string =>
  conn === null
    ? "No connection.\nEscape character is '^]'.\n"
    : `Connected to ${host}.\nOperating in obsolete linemode\nLocal character echo\nEscape character is '^]'.\n`;

function ownHelp(): string {
  const rows = Object.entries(OWN_COMMANDS).filter(([name]) => name !== 'help');
  const lines = rows.map(([name, about]) => `${name.padEnd(8)}\t${about}\n`);
  return `Commands may be abbreviated.  Commands are:\n\n${lines.join('')}`;
}
