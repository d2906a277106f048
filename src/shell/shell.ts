/** The shell of a host: one prompt, one program in the foreground at a time, lines typed ahead kept in order. */
import { questionKey } from '../dns/names.ts';
import type { Answer } from '../dns/types.ts';
import { askDns, dnsTimer, hearDns, hearDnsConnection, stubState } from '../agents/stub-resolver.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { COMMANDS, splitWords } from './commands.ts';
import type { ShellInput } from './input.ts';
import { atOwnPrompt, lookUpAnswered, lookUpHears, lookUpReads, startLookUp, stopLookUp } from './look-up.ts';
import type { LookUpStep } from './look-up.ts';
import { LOOK_UP_PORT } from './look-up-send.ts';
import {
  connected,
  connectFailed,
  toOwnPrompt,
  print,
  remoteOctets,
  resolve,
  startTelnet,
  typedLine,
  typedRaw,
} from './telnet.ts';
import type { TelnetStep } from './telnet.ts';
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
  nextHandle: 1,
});

function step(
  state: ShellState,
  input: ProgramInput,
  at: StepContext,
): readonly [ShellState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  return [hear(state, input, at, effects), effects];
}

function hear(state: ShellState, input: ProgramInput, at: StepContext, effects: ProgramEffect[]): ShellState {
  const { foreground } = state;
  const telnet = foreground?.kind === 'telnet' ? foreground : null;
  const dns = hearDnsConnection(state.stub, input, effects);
  if (dns) return answered({ ...state, stub: dns[0] }, dns[1], at, effects);
  if (foreground?.kind === 'look-up') {
    const after = lookUpHears(foreground, input, state.config, at, effects);
    if (after) return lookUpStep(state, after, at, effects);
  }
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      effects.push({ kind: 'listen', protocol: 'udp', port: LOOK_UP_PORT });
      prompt(state, effects);
      return state;
    case 'input':
      return typed(state, input.input as ShellInput, at, effects);
    case 'opened': {
      if (!telnet || input.handle !== handleOf(state)) {
        effects.push({ kind: 'close', conn: input.conn });
        return state;
      }
      const { command } = telnet;
      effects.push({ kind: 'record', fact: { kind: 'shell', command, ok: true } });
      const open = { ...state, foreground: connected(telnet, input.conn, effects) };
      return drain(open, at, effects);
    }
    case 'failed':
      if (!telnet || input.handle !== handleOf(state)) return state;
      return telnetStep(state, connectFailed(telnet, input.why, handleOf(state), effects), at, effects);
    case 'octets':
      if (telnet?.conn !== input.conn) return state;
      return { ...state, foreground: remoteOctets(telnet, input.octets, effects) };
    case 'closed':
      if (telnet?.conn !== input.conn) return state;
      print(effects, `${telnet.midLine ? '\n' : ''}Connection closed by foreign host.\n`);
      return endForeground(state, at, effects);
    case 'datagram': {
      if (input.local.port === LOOK_UP_PORT) return state;
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered({ ...state, stub }, answer, at, effects);
    }
    case 'timer': {
      if (input.name.startsWith('dns:')) {
        const [stub, answer] = dnsTimer(state.stub, input.name, effects);
        return answered({ ...state, stub }, answer, at, effects);
      }
      return state;
    }
    case 'conn-timer':
    case 'message':
      return state;
  }
}

/** The name of the connection the foreground opens. */
const handleOf = (state: ShellState): string => `t${state.nextHandle}`;

function prompt(state: ShellState, effects: ProgramEffect[]): void {
  const { user } = state.config;
  const host = state.hostname.split('.', 1)[0]!;
  print(effects, `${user}@${host}:~${user === 'root' ? '#' : '$'} `, 'prompt');
}

function typed(state: ShellState, input: ShellInput, at: StepContext, effects: ProgramEffect[]): ShellState {
  if (input.kind === 'key') return key(state, input.key, at, effects);
  if (isBusy(state)) {
    if (state.typeAhead.length >= MAX_TYPE_AHEAD) return state;
    return { ...state, typeAhead: [...state.typeAhead, input] };
  }
  const { foreground } = state;
  if (foreground?.kind === 'look-up') {
    const line = input.text.replace(/[\r\n]+$/, '');
    return lookUpStep(state, lookUpReads(foreground, line, state.config, at, effects), at, effects);
  }
  if (foreground?.kind === 'telnet') {
    if (input.kind === 'raw') return { ...state, foreground: typedRaw(foreground, input.text, effects) };
    return telnetStep(
      state,
      typedLine(foreground, input.text, state.config.resolver, handleOf(state), effects),
      at,
      effects,
    );
  }
  // At the prompt there is no raw mode: the terminal driver has already edited the line.
  return runLine(state, input.text.replace(/[\r\n]+$/, ''), at, effects);
}

/** Something runs that does not read what is typed. */
const isBusy = ({ foreground }: ShellState): boolean =>
  foreground !== null &&
  (foreground.kind === 'look-up'
    ? !atOwnPrompt(foreground)
    : foreground.conn === null && !foreground.escaped);

function key(
  state: ShellState,
  name: '^C' | '^D' | '^]',
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  const { foreground } = state;
  if (name === '^]') {
    return foreground?.kind === 'telnet' && foreground.conn !== null && !foreground.escaped
      ? { ...state, foreground: toOwnPrompt(foreground, effects) }
      : state;
  }
  if (name === '^D') {
    if (foreground?.kind !== 'look-up' || !atOwnPrompt(foreground)) return state;
    print(effects, '\n');
    return lookUpStep(state, lookUpReads(foreground, null, state.config, at, effects), at, effects);
  }
  if (foreground === null) {
    print(effects, '^C\n');
    prompt(state, effects);
    return { ...state, typeAhead: [] };
  }
  // An open telnet keeps the connection: like the real one, it is left by ^] or by the server.
  if (foreground.kind === 'telnet' && foreground.conn !== null) {
    print(effects, '^C\n');
    return { ...state, foreground: { ...foreground, midLine: false, rawLine: '' } };
  }
  print(effects, '^C\n');
  if (foreground.kind === 'telnet') effects.push({ kind: 'cancel', handle: handleOf(state) });
  else stopLookUp(foreground, effects);
  effects.push({ kind: 'record', fact: { kind: 'shell', command: foreground.command, ok: false } });
  return endForeground({ ...state, typeAhead: [] }, at, effects);
}

/** Back to the prompt; what was typed ahead runs now. */
function endForeground(state: ShellState, at: StepContext, effects: ProgramEffect[]): ShellState {
  const next = { ...state, foreground: null, nextHandle: state.nextHandle + 1 };
  prompt(next, effects);
  return drain(next, at, effects);
}

function drain(state: ShellState, at: StepContext, effects: ProgramEffect[]): ShellState {
  let next = state;
  while (next.typeAhead.length > 0 && !isBusy(next)) {
    const [first, ...rest] = next.typeAhead;
    next = typed({ ...next, typeAhead: rest }, first!, at, effects);
  }
  return next;
}

function telnetStep(
  state: ShellState,
  after: TelnetStep,
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  if (after.kind === 'running') {
    const stub = after.need.length > 0 ? askDns(state.stub, after.need, effects) : state.stub;
    return { ...state, stub, foreground: after.telnet };
  }
  const { foreground } = state;
  if (foreground?.kind === 'telnet' && foreground.conn === null)
    effects.push({ kind: 'record', fact: { kind: 'shell', command: foreground.command, ok: after.ok } });
  return endForeground(state, at, effects);
}

function answered(
  state: ShellState,
  answer: Answer | null,
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  const { foreground } = state;
  if (!answer) return state;
  if (foreground?.kind === 'look-up') {
    const after = lookUpAnswered(foreground, answer, state.config, at, effects);
    return after ? lookUpStep(state, after, at, effects) : state;
  }
  if (foreground?.kind !== 'telnet' || foreground.addresses !== null) return state;
  const known = { ...foreground.known, [questionKey(answer.question)]: answer };
  const after = resolve({ ...foreground, known }, state.config.resolver, handleOf(state), effects);
  return telnetStep(state, after, at, effects);
}

function lookUpStep(
  state: ShellState,
  after: LookUpStep,
  at: StepContext,
  effects: ProgramEffect[],
): ShellState {
  if (after.kind === 'running') {
    const stub = after.need.length > 0 ? askDns(state.stub, after.need, effects) : state.stub;
    const next = { ...state, stub, foreground: after.lookingUp };
    return atOwnPrompt(after.lookingUp) ? drain(next, at, effects) : next;
  }
  effects.push({ kind: 'record', fact: { kind: 'shell', command: after.command, ok: after.ok } });
  return endForeground(state, at, effects);
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
    case 'telnet': {
      const started = startTelnet(words, command, state.config.resolver, handleOf(state), effects);
      if (started.kind === 'ended') return done(started.ok);
      return telnetStep({ ...next, foreground: started.telnet }, started, at, effects);
    }
    case 'dig':
    case 'host':
    case 'nslookup':
      return lookUpStep(next, startLookUp(words, command, state.config, at, effects), at, effects);
    case 'history':
      print(effects, history.map((line, index) => `${String(index + 1).padStart(5)}  ${line}\n`).join(''));
      return done(true);
    case 'clear':
      print(effects, '\f');
      return done(true);
    case 'help':
      print(effects, helpText());
      return done(true);
    default:
      print(effects, `-bash: ${name}: command not found\n`);
      return done(false);
  }
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ synopsis }) => synopsis.length)) + 2;
  return COMMANDS.map(({ synopsis, about }) => `${synopsis.padEnd(width)}${about}\n`).join('');
}

export const shell: Program<ShellState> = { init, step };
