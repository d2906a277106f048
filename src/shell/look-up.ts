/** `dig` and `host` at work: which server, which questions in turn, how long to wait; the formats live beside. */
import type { Millis } from '../base/time.ts';
import { civilTime } from '../base/time.ts';
import type { ResolverConfig } from '../agents/stub-resolver.ts';
import type { ShellConfig } from '../agents/shell-config.ts';
import { addressFamily, parseName } from '../dns/names.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import type { DnsMessage, Question } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import type { ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { DigRequest } from './dig.ts';
import { digServerUnknown, formatDig, formatDigFailure, parseDigArguments } from './dig.ts';
import type { HostRequest } from './host.ts';
import {
  formatHost,
  formatHostFailure,
  hostFollowUps,
  hostServerUnknown,
  parseHostArguments,
} from './host.ts';
import { print } from './telnet.ts';
import type { LookingUp } from './types.ts';

/** Port that `dig` and `host` ask from. */
export const LOOK_UP_PORT = 1056;

const TIMEOUT_MS = 5000;
const TRIES: Readonly<Record<Tool['kind'], number>> = { dig: 3, host: 2 };

type Tool =
  | { readonly kind: 'dig'; readonly request: DigRequest; readonly version: ShellConfig['digVersion'] }
  | { readonly kind: 'host'; readonly request: HostRequest };

export interface DnsJob {
  readonly tool: Tool;
  readonly servers: readonly string[];
  /** Address of the server to ask; null while its name is being looked up. */
  readonly server: string | null;
  /** The question under way first. */
  readonly questions: readonly Question[];
  readonly id: number;
  readonly sent: number;
  readonly sentAt: Millis;
  /** No answer has been shown yet. */
  readonly first: boolean;
}

export type LookUpStep =
  | { readonly kind: 'running'; readonly lookingUp: LookingUp }
  | { readonly kind: 'ended'; readonly command: string; readonly ok: boolean };

const printLines = (effects: ProgramEffect[], lines: readonly string[]): void =>
  print(effects, lines.map((line) => `${line}\n`).join(''));

/** `dig …` or `host …` as typed. */
export function startLookUp(
  words: readonly string[],
  command: string,
  config: ShellConfig,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const [name, ...args] = words;
  const parsed = name === 'dig' ? parseDigArguments(args) : parseHostArguments(args);
  if ('error' in parsed) {
    print(effects, `${parsed.error.replace(/\n$/, '')}\n`);
    return { kind: 'ended', command, ok: false };
  }
  const tool: Tool =
    'display' in parsed
      ? { kind: 'dig', request: parsed, version: config.digVersion }
      : { kind: 'host', request: parsed };
  const server = serverAddress(config.resolver, parsed.server);
  const job: DnsJob = {
    tool,
    servers: config.resolver.servers,
    server,
    questions:
      server === null ? [{ name: parseName(parsed.server ?? '') ?? '', type: 'A' }] : [parsed.question],
    id: (at.event % 65_000) + 1,
    sent: 0,
    sentAt: at.now,
    first: true,
  };
  return ask({ kind: 'look-up', command, job, since: at.now }, at, effects);
}

/** Literal, hosts file, or the first configured server when none is named; null when the name must be looked up. */
function serverAddress(config: ResolverConfig, server: string | null): string | null {
  if (server === null) return config.servers[0] ?? '';
  if (addressFamily(server) !== null) return server;
  const name = server.toLowerCase();
  return Object.hasOwn(config.hosts, name) ? config.hosts[name]! : null;
}

function ask(lookingUp: LookingUp, at: StepContext, effects: ProgramEffect[]): LookUpStep {
  const { job } = lookingUp;
  const to = job.server ?? job.servers[0] ?? '';
  if (to === '') return fail(lookingUp, effects);
  const message: DnsMessage = {
    id: job.id,
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: job.tool.request.recursion,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: job.questions[0]!,
    answers: [],
    authority: [],
    additional: [],
  };
  effects.push({
    kind: 'datagram',
    from: LOOK_UP_PORT,
    to: { address: to, port: job.server === null ? 53 : job.tool.request.port },
    octets: encodeMessage(message),
    note: noteOfMessage(message),
  });
  effects.push({ kind: 'timer', name: 'look-up', after: TIMEOUT_MS });
  return {
    kind: 'running',
    lookingUp: { ...lookingUp, job: { ...job, sent: job.sent + 1, sentAt: at.now } },
  };
}

/** A datagram on the look-up port: the answer, or nothing of ours. */
export function lookUpHears(
  lookingUp: LookingUp,
  input: Extract<ProgramInput, { kind: 'datagram' }>,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { job } = lookingUp;
  const reply = decodeMessage(input.octets);
  if (!reply?.response || reply.id !== job.id) return { kind: 'running', lookingUp };
  effects.push({ kind: 'timer', name: 'look-up', after: null });
  if (job.server === null) return serverFound(lookingUp, reply, at, effects);
  const elapsedMs = at.now - job.sentAt;
  const server = { address: job.server, port: job.tool.request.port };
  const octets = input.octets.length;
  if (job.tool.kind === 'dig') {
    const { request, version } = job.tool;
    const time = civilTime(at.clock, at.now);
    const zone = at.clock.zone ?? 'UTC';
    printLines(effects, formatDig(request, reply, { version, server, elapsedMs, time, zone, octets }));
    return { kind: 'ended', command: lookingUp.command, ok: true };
  }
  const { request } = job.tool;
  printLines(effects, formatHost(request, reply, { server, elapsedMs, first: job.first, octets }));
  const follow = job.first ? hostFollowUps(request, reply) : [];
  const questions = [...job.questions.slice(1), ...follow];
  if (questions.length === 0) {
    // What exists without a record of the type asked for is an answer; a name that does not exist is not.
    return { kind: 'ended', command: lookingUp.command, ok: reply.rcode === 'NOERROR' };
  }
  const next = { ...job, questions, id: (job.id % 65_000) + 1, sent: 0, first: false };
  return ask({ ...lookingUp, job: next }, at, effects);
}

function serverFound(
  lookingUp: LookingUp,
  reply: DnsMessage,
  at: StepContext,
  effects: ProgramEffect[],
): LookUpStep {
  const { job } = lookingUp;
  const address = reply.answers.flatMap(({ data }) => (data.type === 'A' ? [data.address] : []))[0];
  if (address === undefined) {
    const name = job.tool.request.server ?? '';
    print(effects, `${job.tool.kind === 'dig' ? digServerUnknown(name) : hostServerUnknown(name)}\n`);
    return { kind: 'ended', command: lookingUp.command, ok: false };
  }
  const questions = [job.tool.request.question];
  const next = { ...job, server: address, questions, id: (job.id % 65_000) + 1, sent: 0 };
  return ask({ ...lookingUp, job: next }, at, effects);
}

/** No answer in time: asks again, or gives up. */
export function lookUpTimer(lookingUp: LookingUp, at: StepContext, effects: ProgramEffect[]): LookUpStep {
  const { job } = lookingUp;
  return job.sent < TRIES[job.tool.kind] ? ask(lookingUp, at, effects) : fail(lookingUp, effects);
}

function fail({ job, command }: LookingUp, effects: ProgramEffect[]): LookUpStep {
  const { tool } = job;
  const server = { address: job.server ?? job.servers[0] ?? '', port: tool.request.port };
  const lines =
    tool.kind === 'dig'
      ? formatDigFailure(tool.request, { version: tool.version, server, tries: job.sent, why: 'timed out' })
      : formatHostFailure(server, job.sent, 'timed out');
  printLines(effects, lines);
  return { kind: 'ended', command, ok: false };
}
