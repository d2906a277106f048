/** The shell of a host: one prompt, one program in the foreground at a time, lines typed ahead kept in order. */
import { homeOf } from '../agents/files/furnish.ts';
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import type { Answer } from '../dns/types.ts';
import { askDns, dnsTimer, hearDns, hearDnsConnection, stubState } from '../agents/stub-resolver.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { COMMANDS, splitWords } from './commands.ts';
import type { ForegroundStep } from './foreground.ts';
import {
  foregroundAnswered,
  foregroundHears,
  foregroundKey,
  foregroundReads,
  isBusy,
  startForeground,
} from './foreground.ts';
import type { ShellInput } from './input.ts';
import type { Here } from './jobs.ts';
import { LOOK_UP_PORT } from './look-up-send.ts';
import { shortened } from './files/run.ts';
import { print } from './telnet.ts';
import { MAX_HISTORY, MAX_TYPE_AHEAD } from './types.ts';
import type { ShellConfig } from '../agents/shell-config.ts';
import type { ShellState } from './types.ts';

const STUB_PORT = 1055;

const init = (config: unknown, host: HostSpec): ShellState => ({
  config: config as ShellConfig,
  hostname: host.name,
  stub: stubState((config as ShellConfig).resolver, STUB_PORT),
  foreground: null,
  typeAhead: [],
  history: [],
  cwd: homeOf((config as ShellConfig).user),
  before: homeOf((config as ShellConfig).user),
  nextHandle: 1,
});

function step(
  state: ShellState,
  input: ProgramInput,
  at: StepContext,
): readonly [ShellState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  return [drain(hear(state, input, at, effects), at, effects), effects];
}

function hear(state: ShellState, input: ProgramInput, at: StepContext, effects: ProgramEffect[]): ShellState {
  const dns = hearDnsConnection(state.stub, input, effects);
  if (dns) return answered({ ...state, stub: dns[0] }, dns[1], at, effects);
  const after = state.foreground && foregroundHears(state.foreground, input, hereOf(state, at, effects));
  if (after) return stepped(state, after, effects);
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      effects.push({ kind: 'listen', protocol: 'udp', port: LOOK_UP_PORT });
      prompt(state, effects);
      return state;
    case 'input':
      return typed(state, input.input as ShellInput, at, effects);
    case 'opened':
      // Nobody waits for it any more.
      effects.push({ kind: 'close', conn: input.conn });
      return state;
    case 'datagram': {
      if (input.local.port === LOOK_UP_PORT) return state;
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered({ ...state, stub }, answer, at, effects);
    }
    case 'timer': {
      if (!input.name.startsWith('dns:')) return state;
      const [stub, answer] = dnsTimer(state.stub, input.name, effects);
      return answered({ ...state, stub }, answer, at, effects);
    }
    default:
      return state;
  }
}

/** Where the foreground finds itself; its connection has a name that no earlier one had. */
const hereOf = (state: ShellState, at: StepContext, effects: ProgramEffect[]): Here => ({
  config: state.config,
  handle: `t${state.nextHandle}`,
  cwd: state.cwd,
  before: state.before,
  at,
  effects,
});

function prompt(state: ShellState, effects: ProgramEffect[]): void {
  const { user } = state.config;
  const host = state.hostname.split('.', 1)[0]!;
  const where = decodeUtf8(shortened(state.cwd, homeOf(user)) as Octets);
  print(effects, `${user}@${host}:${where}${user === 'root' ? '#' : '$'} `, 'prompt');
}

function typed(state: ShellState, input: ShellInput, at: StepContext, effects: ProgramEffect[]): ShellState {
  if (input.kind === 'key') return key(state, input.key, at, effects);
  const { foreground } = state;
  // At the prompt there is no raw mode: the terminal driver has already edited the line.
  if (foreground === null) return runLine(state, input.text.replace(/[\r\n]+$/, ''), at, effects);
  if (!isBusy(foreground))
    return stepped(state, foregroundReads(foreground, input, hereOf(state, at, effects)), effects);
  if (input.kind === 'raw' && input.text === '\x03') return key(state, '^C', at, effects);
  if (state.typeAhead.length >= MAX_TYPE_AHEAD) return state;
  return { ...state, typeAhead: [...state.typeAhead, input] };
}

function key(
  state: ShellState,
  name: '^C' | '^D' | '^]',
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  const { foreground } = state;
  if (foreground === null) {
    if (name !== '^C') return state;
    print(effects, '^C\n');
    prompt(state, effects);
    return { ...state, typeAhead: [] };
  }
  const after = foregroundKey(foreground, name, hereOf(state, at, effects));
  if (after === null) return state;
  const interrupted = name === '^C' && after.kind === 'ended';
  return stepped(interrupted ? { ...state, typeAhead: [] } : state, after, effects);
}

/** What was typed ahead of a busy foreground, as far as somebody reads it now. */
function drain(state: ShellState, at: StepContext, effects: ProgramEffect[]): ShellState {
  let next = state;
  while (next.typeAhead.length > 0 && (next.foreground === null || !isBusy(next.foreground))) {
    const [first, ...rest] = next.typeAhead;
    next = typed({ ...next, typeAhead: rest }, first!, at, effects);
  }
  return next;
}

/** The foreground after a step: it runs on, or the prompt is back. */
function stepped(state: ShellState, after: ForegroundStep, effects: ProgramEffect[]): ShellState {
  if (after.kind === 'running') {
    const stub = after.need.length > 0 ? askDns(state.stub, after.need, effects) : state.stub;
    return { ...state, stub, foreground: after.job };
  }
  const { cwd, before } = after.went ?? state;
  const next = { ...state, cwd, before, foreground: null, nextHandle: state.nextHandle + 1 };
  prompt(next, effects);
  return next;
}

function answered(
  state: ShellState,
  answer: Answer | null,
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  const { foreground } = state;
  if (!answer || !foreground) return state;
  const after = foregroundAnswered(foreground, answer, hereOf(state, at, effects));
  return after ? stepped(state, after, effects) : state;
}

function runLine(state: ShellState, text: string, at: StepContext, effects: ProgramEffect[]): ShellState {
  print(effects, `${text}\n`, 'typed');
  const words = splitWords(text);
  const command = text.trim();
  const [name] = words;
  if (name === undefined) {
    prompt(state, effects);
    return state;
  }
  const history = [...state.history, command].slice(-MAX_HISTORY);
  const next = { ...state, history };
  const done = (ok: boolean): ShellState => {
    effects.push({ kind: 'record', fact: { kind: 'shell', command, ok } });
    prompt(next, effects);
    return next;
  };
  switch (name) {
    case 'history':
      print(effects, history.map((line, index) => `${String(index + 1).padStart(5)}  ${line}\n`).join(''));
      return done(true);
    case 'clear':
      print(effects, '\f');
      return done(true);
    case 'help':
      print(effects, helpText());
      return done(true);
    default: {
      const started = startForeground(words, command, hereOf(next, at, effects));
      if (started !== null) return stepped(next, started, effects);
      print(effects, `-bash: ${name}: command not found\n`);
      return done(false);
    }
  }
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ synopsis }) => synopsis.length)) + 2;
  return COMMANDS.map(({ synopsis, about }) => `${synopsis.padEnd(width)}${about}\n`).join('');
}

export const shell: Program<ShellState> = { init, step };
