/**
 * `dig`, `host` and `nslookup` at work: the engine that sends their questions and finds their servers. What to ask, and
 * what to print, each of them decides for itself: `dig-run.ts`, `host-run.ts`, `nslookup-run.ts`.
 */
import type { ShellConfig } from '../agents/shell-config.ts';
import { lookUpHost } from '../agents/stub-resolver.ts';
import { NO_OCTETS, type Octets } from '../base/octets.ts';
import { civilTime } from '../base/time.ts';
import { NOTHING_KNOWN, withAnswer } from '../dns/known.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import { cutStream, frameMessage } from '../dns/stream.ts';
import type { Answer, DnsMessage, Question } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import type { ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { type DigRun, digHears, startDig } from './dig-run.ts';
import { type HostRun, hostHears, startHost } from './host-run.ts';
import { handleOf, LOOK_UP_PORT, queryOf, send, type Waiting } from './look-up-send.ts';
import type { Around, Heard, ToolStep } from './look-up-types.ts';
import { type NslookupRun, nslookupHears, nslookupReads, startNslookup } from './nslookup-run.ts';
import { print } from './telnet.ts';

type Tool = DigRun | HostRun | NslookupRun;

/** A look-up tool in the foreground. */
export interface LookingUp {
  readonly kind: 'look-up';
  readonly command: string;
  readonly tool: Tool;
  readonly waiting: Waiting;
}

export type LookUpStep =
  /** `need`: questions for the host's own resolver library. */
  | { readonly kind: 'running'; readonly lookingUp: LookingUp; readonly need: readonly Question[] }
  | { readonly kind: 'ended'; readonly command: string; readonly ok: boolean };

const around = ({ resolver, digVersion }: ShellConfig, at: StepContext): Around => ({
  version: digVersion,
  servers: resolver.servers,
  search: resolver.search,
  time: civilTime(at.clock, at.now),
  zone: at.clock.zone ?? 'UTC',
  chance: at.chance,
});

/** A tool's command line as typed, in words. */
export function startLookUp(
  words: readonly string[],
  command: string,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const [name, ...args] = words;
  const here = around(config, at);
  const step: ToolStep<Tool> | { readonly error: string } =
    name === 'dig'
      ? startDig(args, here)
      : name === 'host'
        ? startHost(args, here)
        : startNslookup(args, here);
  if (!('error' in step)) return carryOut(command, step, config, at, effects);
  print(effects, `${step.error}\n`);
  return { kind: 'ended', command, ok: false };
}

function hears(tool: Tool, heard: Heard, here: Around): ToolStep<Tool> {
  switch (tool.kind) {
    case 'dig':
      return digHears(tool, heard, here);
    case 'host':
      return hostHears(tool, heard, here);
    case 'nslookup':
      return nslookupHears(tool, heard, here);
  }
}

/** Prints what the tool has to say and sets off what it wants; an address known at once is told at once. */
function carryOut(
  command: string,
  first: ToolStep<Tool>,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  for (let step = first; ; ) {
    const { tool, lines, next } = step;
    print(effects, lines.map((line) => `${line}\n`).join(''));
    switch (next.kind) {
      case 'end':
        return { kind: 'ended', command, ok: next.ok };
      case 'prompt':
        print(effects, '> ', 'prompt');
        return running(command, tool, { kind: 'line' });
      case 'ask':
        return running(command, tool, send(next.ask, at, effects));
      case 'find': {
        const found = lookUpHost(config.resolver, next.host, NOTHING_KNOWN);
        if ('need' in found) {
          const waiting: Waiting = { kind: 'address', host: next.host, known: NOTHING_KNOWN };
          return {
            kind: 'running',
            lookingUp: { kind: 'look-up', command, tool, waiting },
            need: found.need,
          };
        }
        step = hears(tool, foundAddresses(found.done), around(config, at));
      }
    }
  }
}

const running = (command: string, tool: Tool, waiting: Waiting): LookUpStep => ({
  kind: 'running',
  lookingUp: { kind: 'look-up', command, tool, waiting },
  need: [],
});

type Found = Extract<ReturnType<typeof lookUpHost>, { readonly done: unknown }>['done'];

const foundAddresses = (found: Found): Heard => ({
  kind: 'found',
  addresses: found.kind === 'found' ? found.addresses : [],
});

/** Something that may be for the tool in the foreground; null when it is not. */
export function lookUpHears(
  lookingUp: LookingUp,
  input: ProgramInput,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep | null {
  const { waiting } = lookingUp;
  if (waiting.kind !== 'reply') return null;
  const { ask, id, conn } = waiting;
  switch (input.kind) {
    case 'datagram': {
      if (input.local.port !== LOOK_UP_PORT) return null;
      const message = ask.tcp ? null : decodeMessage(input.octets);
      // A port that only one program has: what comes from elsewhere, or late, is for nobody.
      if (!message?.response || message.id !== id || input.peer.address !== ask.to.address)
        return { kind: 'running', lookingUp, need: [] };
      return replied(lookingUp, message, input.octets.length, config, at, effects);
    }
    case 'opened': {
      if (input.handle !== handleOf(id)) return null;
      const message = queryOf(ask, id);
      const octets = frameMessage(encodeMessage(message));
      effects.push({ kind: 'send', conn: input.conn, octets, note: noteOfMessage(message) });
      const open: Waiting = { kind: 'reply', ask, id, sentAt: at.now, conn: input.conn, rest: NO_OCTETS };
      return running(lookingUp.command, lookingUp.tool, open);
    }
    case 'octets':
      return conn === input.conn ? hearsOn(lookingUp, waiting, input.octets, config, at, effects) : null;
    case 'failed':
      return input.handle === handleOf(id)
        ? silent(lookingUp, input.why === 'refused' ? 'connection refused' : 'timed out', config, at, effects)
        : null;
    case 'closed':
      return conn === input.conn ? silent(lookingUp, 'connection refused', config, at, effects) : null;
    case 'timer':
      return input.name === 'look-up' ? silent(lookingUp, 'timed out', config, at, effects) : null;
    default:
      return null;
  }
}

function hearsOn(
  lookingUp: LookingUp,
  waiting: Extract<Waiting, { kind: 'reply' }>,
  octets: Octets,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { messages, rest } = cutStream((waiting.rest + octets) as Octets);
  for (const one of messages) {
    const message = decodeMessage(one);
    if (message?.response && message.id === waiting.id)
      return replied(lookingUp, message, one.length, config, at, effects);
  }
  const { ask, id, sentAt, conn } = waiting;
  return running(lookingUp.command, lookingUp.tool, { kind: 'reply', ask, id, sentAt, conn, rest });
}

function replied(
  lookingUp: LookingUp,
  message: DnsMessage,
  octets: number,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { command, tool, waiting } = lookingUp;
  stopLookUp(lookingUp, effects);
  if (waiting.kind !== 'reply') return { kind: 'running', lookingUp, need: [] };
  const reply = { message, octets, elapsedMs: at.now - waiting.sentAt };
  const step = hears(tool, { kind: 'reply', ask: waiting.ask, reply }, around(config, at));
  return carryOut(command, step, config, at, effects);
}

function silent(
  lookingUp: LookingUp,
  why: 'timed out' | 'connection refused',
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { command, tool, waiting } = lookingUp;
  stopLookUp(lookingUp, effects);
  if (waiting.kind !== 'reply') return { kind: 'running', lookingUp, need: [] };
  const step = hears(tool, { kind: 'silence', ask: waiting.ask, why }, around(config, at));
  return carryOut(command, step, config, at, effects);
}

/** Gives up what is under way: the tool is over, or has what it wanted. */
export function stopLookUp({ waiting }: LookingUp, effects: ProgramEffect[]): void {
  if (waiting.kind !== 'reply') return;
  effects.push({ kind: 'timer', name: 'look-up', after: null });
  if (waiting.conn !== null) effects.push({ kind: 'close', conn: waiting.conn });
  else if (waiting.ask.tcp) effects.push({ kind: 'cancel', handle: handleOf(waiting.id) });
}

/** The resolver library found out what a tool wanted to know of a server's name; null when it waits for nothing of it. */
export function lookUpAnswered(
  lookingUp: LookingUp,
  answer: Answer,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep | null {
  const { command, tool, waiting } = lookingUp;
  if (waiting.kind !== 'address') return null;
  const { host } = waiting;
  const known = withAnswer(waiting.known, answer);
  const found = lookUpHost(config.resolver, host, known);
  if ('need' in found) {
    const next: LookingUp = { kind: 'look-up', command, tool, waiting: { kind: 'address', host, known } };
    return { kind: 'running', lookingUp: next, need: found.need };
  }
  return carryOut(command, hears(tool, foundAddresses(found.done), around(config, at)), config, at, effects);
}

/** Is the tool at a prompt of its own? */
export const atOwnPrompt = ({ waiting }: LookingUp): boolean => waiting.kind === 'line';

/** A line typed at the tool's own prompt; null is the end of input (^D). */
export function lookUpReads(
  lookingUp: LookingUp,
  line: string | null,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { command, tool } = lookingUp;
  if (line !== null) print(effects, `${line}\n`, 'typed');
  if (tool.kind !== 'nslookup' || line === null) return { kind: 'ended', command, ok: true };
  return carryOut(command, nslookupReads(tool, line, around(config, at)), config, at, effects);
}
