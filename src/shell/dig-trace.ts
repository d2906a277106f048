/** `dig +trace`: the way down from the root, referral by referral; only the first question asks for recursion. */
import { isSubdomain } from '../dns/names.ts';
import type { DnsMessage, DomainName } from '../dns/types.ts';
import { formatDigReceived, formatDigStep } from './dig.ts';
import type { DigRequest } from './dig-arguments.ts';
import { type Ask, failureLines, type Heard } from './look-up-types.ts';

/** Referrals followed; nothing honest needs more. */
const MAX_STEPS = 20;
/** Servers of one zone that are looked up. */
const MAX_SERVERS = 13;

interface Server {
  /** As the referral had it, without the final dot. */
  readonly name: string;
  readonly address: string;
}

export interface Trace {
  readonly ask: Ask;
  readonly steps: number;
  /** Times each server of this step was asked. */
  readonly sent: number;
  /** The zone whose servers are asked. */
  readonly zone: DomainName;
  readonly servers: readonly Server[];
  /** Servers of the next step whose addresses are not looked up yet, the one under way first. */
  readonly names: readonly DomainName[];
  /** Lines that end the last step; dig prints them when it knows where to go on. */
  readonly received: readonly string[];
}

export interface TraceStep {
  readonly lines: readonly string[];
  readonly next:
    | { readonly kind: 'ask'; readonly trace: Trace }
    | { readonly kind: 'find'; readonly host: string; readonly trace: Trace }
    | { readonly kind: 'end'; readonly ok: boolean };
}

const askOf = (request: DigRequest, question: Ask['question'], address: string, recursion: boolean): Ask => ({
  to: { address, port: request.port },
  question,
  recursion,
  tcp: request.tcp,
  timeoutMs: request.timeoutMs,
});

/** Who the root's servers are, a server at hand is asked. */
export function startTrace(request: DigRequest, address: string): Trace {
  return {
    ask: askOf(request, { name: '', type: 'NS' }, address, true),
    steps: 0,
    sent: 1,
    zone: '',
    servers: [{ name: request.server ?? address, address }],
    names: [],
    received: [],
  };
}

/** `chance` in [0, 1) says which server of a zone is asked first, since dig shuffles them. */
export function traceHears(request: DigRequest, trace: Trace, heard: Heard, chance: number): TraceStep {
  switch (heard.kind) {
    case 'found':
      return found(request, trace, heard.addresses, chance);
    case 'silence':
      return silent(request, trace, heard);
    case 'reply': {
      const { message } = heard.reply;
      if (message.truncated && !heard.ask.tcp && !request.ignore) {
        const { to, question, recursion, timeoutMs } = heard.ask;
        const again: Ask = { to, question, recursion, tcp: true, timeoutMs };
        return { lines: [], next: { kind: 'ask', trace: { ...trace, ask: again } } };
      }
      return answered(request, trace, heard);
    }
  }
}

function answered(
  request: DigRequest,
  trace: Trace,
  { ask, reply }: Extract<Heard, { kind: 'reply' }>,
): TraceStep {
  const { message, octets, elapsedMs } = reply;
  const name = trace.servers[(trace.sent - 1) % trace.servers.length]!.name;
  const context = { server: ask.to, elapsedMs, octets };
  const lines = formatDigStep(request, message, context);
  const received = formatDigReceived(request, message, context, name);
  const referral = nextZone(trace, message);
  if (!referral || trace.steps >= MAX_STEPS)
    return { lines: [...lines, ...received], next: { kind: 'end', ok: true } };
  if (trace.steps > 0 && (referral.zone === trace.zone || !isSubdomain(referral.zone, trace.zone)))
    return {
      lines: [...lines, ';; BAD (HORIZONTAL) REFERRAL', ...received],
      next: { kind: 'end', ok: false },
    };
  const next: Trace = {
    ask,
    steps: trace.steps + 1,
    sent: 0,
    zone: referral.zone,
    servers: [],
    names: referral.names,
    received,
  };
  return { lines, next: { kind: 'find', host: referral.names[0]!, trace: next } };
}

/** Where the answer leads on: the root's servers, or those of a zone below. Null: this was the end. */
function nextZone(
  trace: Trace,
  message: DnsMessage,
): { readonly zone: DomainName; readonly names: readonly DomainName[] } | null {
  if (trace.steps > 0 && message.answers.length > 0) return null;
  const records = trace.steps === 0 ? [...message.answers, ...message.authority] : message.authority;
  const zone = records.find(({ data }) => data.type === 'NS')?.name;
  if (zone === undefined) return null;
  const names = records.flatMap(({ name, data }) => (name === zone && data.type === 'NS' ? [data.name] : []));
  return { zone, names: names.slice(0, MAX_SERVERS) };
}

/** The address of one server is known, or is not to be had. */
function found(request: DigRequest, trace: Trace, addresses: readonly string[], chance: number): TraceStep {
  const [name = '', ...names] = trace.names;
  const servers = [...trace.servers, ...addresses.slice(0, 1).map((address) => ({ name, address }))];
  const lines = addresses.length > 0 ? [] : [`couldn't get address for '${name}': not found`];
  const here: Trace = { ...trace, servers, names };
  if (names.length > 0) return { lines, next: { kind: 'find', host: names[0]!, trace: here } };
  if (servers.length === 0)
    return {
      lines: [...lines, `dig: couldn't get address for '${name}': no more`],
      next: { kind: 'end', ok: false },
    };
  const first = Math.floor(chance * servers.length);
  const turned = [...servers.slice(first), ...servers.slice(0, first)];
  const ask = askOf(request, request.question, turned[0]!.address, false);
  const next: Trace = { ...here, servers: turned, ask, sent: 1, received: [] };
  return { lines: [...lines, ...trace.received], next: { kind: 'ask', trace: next } };
}

function silent(
  request: DigRequest,
  trace: Trace,
  { ask, why }: Extract<Heard, { kind: 'silence' }>,
): TraceStep {
  const lines = failureLines(ask, why);
  if (trace.sent >= request.tries * trace.servers.length)
    return { lines: [...lines, ';; no servers could be reached'], next: { kind: 'end', ok: false } };
  const { address } = trace.servers[trace.sent % trace.servers.length]!;
  const again = askOf(request, ask.question, address, ask.recursion);
  return { lines, next: { kind: 'ask', trace: { ...trace, ask: again, sent: trace.sent + 1 } } };
}
