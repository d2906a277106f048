/** `dig` at work: one question after the other, over TCP where the answer did not fit, or from the root down. */
import type { DnsMessage } from '../dns/types.ts';
import { digGreeting, digServerUnknown, formatDig, formatDigFailure } from './dig.ts';
import { type DigRequest, parseDigArguments } from './dig-arguments.ts';
import { startTrace, type Trace, traceHears } from './dig-trace.ts';
import { type Around, type Ask, end, failureLines, type Heard, type ToolStep } from './look-up-types.ts';

export interface DigRun {
  readonly kind: 'dig';
  /** The one under way first. */
  readonly requests: readonly DigRequest[];
  /** Addresses to ask; empty while the name of the server is being looked up. */
  readonly servers: readonly string[];
  /** Questions of this request sent so far. */
  readonly sent: number;
  readonly greeted: boolean;
  readonly trace: Trace | null;
}

type DigStep = ToolStep<DigRun>;

export function startDig(args: readonly string[], around: Around): DigStep | { readonly error: string } {
  const parsed = parseDigArguments(args);
  if ('error' in parsed) return parsed;
  return begin(
    { kind: 'dig', requests: parsed, servers: [], sent: 0, greeted: false, trace: null },
    [],
    around,
  );
}

/** The first of the requests left. */
function begin(run: DigRun, lines: readonly string[], around: Around): DigStep {
  const request = run.requests[0];
  if (!request) return end(run, lines, true);
  const fresh: DigRun = { ...run, sent: 0, trace: null };
  if (request.server !== null && fresh.servers.length === 0)
    return { tool: fresh, lines, next: { kind: 'find', host: request.server } };
  return withServers(fresh, request.server === null ? around.servers : fresh.servers, lines, around);
}

function withServers(
  run: DigRun,
  servers: readonly string[],
  lines: readonly string[],
  around: Around,
): DigStep {
  const request = run.requests[0]!;
  const found: DigRun = { ...run, servers };
  if (servers.length === 0) {
    const { version } = around;
    return end(found, [...lines, ...formatDigFailure(request, { version, greeted: run.greeted })], false);
  }
  return ask(found, lines, request.trace ? startTrace(request, servers[0]!) : null, around);
}

/** Puts the question to the next server in turn; a trace says for itself whom to ask. */
function ask(run: DigRun, lines: readonly string[], trace: Trace | null, around: Around): DigStep {
  const request = run.requests[0]!;
  const next: DigRun = { ...run, sent: run.sent + 1, trace };
  if (trace) return { tool: next, lines, next: { kind: 'ask', ask: trace.ask } };
  const address = run.servers[run.sent % run.servers.length]!;
  const question: Ask = {
    to: { address, port: request.port },
    question: request.question,
    recursion: request.recursion,
    // An answer to ANY is seldom short, so dig of today does not even try.
    tcp: request.tcp || (request.question.type === 'ANY' && around.version === '9.18'),
    timeoutMs: request.timeoutMs,
  };
  return { tool: next, lines, next: { kind: 'ask', ask: question } };
}

export function digHears(run: DigRun, heard: Heard, around: Around): DigStep {
  if (run.trace) return hearsTrace(run, run.trace, heard, around);
  switch (heard.kind) {
    case 'found':
      return heard.addresses.length > 0
        ? withServers(run, heard.addresses, [], around)
        : end(run, [digServerUnknown(run.requests[0]!.server ?? '')], false);
    case 'silence':
      return silent(run, heard.ask, heard.why, around);
    case 'reply': {
      const request = run.requests[0]!;
      const { message } = heard.reply;
      if (message.truncated && !heard.ask.tcp && !request.ignore) {
        const { to, question, recursion, timeoutMs } = heard.ask;
        const again: Ask = { to, question, recursion, tcp: true, timeoutMs };
        return { tool: run, lines: truncatedLines(request), next: { kind: 'ask', ask: again } };
      }
      if (tryNext(run, message)) return ask(run, nextServerLines(request, heard.ask), null, around);
      return answered(run, heard, around);
    }
  }
}

const truncatedLines = ({ display }: DigRequest): readonly string[] =>
  display.comments && !display.short ? [';; Truncated, retrying in TCP mode.'] : [];

/** Another server in `resolv.conf` may do better than one that says SERVFAIL. */
const tryNext = (run: DigRun, { rcode }: DnsMessage): boolean =>
  rcode === 'SERVFAIL' && run.sent < run.servers.length;

const nextServerLines = ({ display }: DigRequest, { to }: Ask): readonly string[] =>
  display.comments && !display.short ? [`;; Got SERVFAIL reply from ${to.address}, trying next server`] : [];

function answered(run: DigRun, heard: Extract<Heard, { kind: 'reply' }>, around: Around): DigStep {
  const { message, octets, elapsedMs } = heard.reply;
  const { version, time, zone } = around;
  const context = {
    version,
    server: heard.ask.to,
    tcp: heard.ask.tcp,
    elapsedMs,
    time,
    zone,
    octets,
    greeted: run.greeted,
  };
  const lines = formatDig(run.requests[0]!, message, context);
  return begin({ ...run, requests: run.requests.slice(1), greeted: true }, lines, around);
}

/** No answer: the next server in turn, until each was asked often enough. */
function silent(run: DigRun, asked: Ask, why: 'timed out' | 'connection refused', around: Around): DigStep {
  const { version } = around;
  const request = run.requests[0]!;
  const said = version === '9.18' ? failureLines(asked, why) : [];
  if (run.sent < request.tries * run.servers.length) return ask(run, said, null, around);
  const last =
    asked.tcp && version === '9.18' ? [] : formatDigFailure(request, { version, greeted: run.greeted });
  return end(run, [...said, ...last], false);
}

function hearsTrace(run: DigRun, trace: Trace, heard: Heard, around: Around): DigStep {
  const request = run.requests[0]!;
  const { lines, next } = traceHears(request, trace, heard, around.chance);
  const greeting = run.greeted || request.display.short ? [] : digGreeting(request, around.version);
  const all = [...greeting, ...lines];
  const greeted: DigRun = { ...run, greeted: true };
  switch (next.kind) {
    case 'ask':
      return ask(greeted, all, next.trace, around);
    case 'find':
      return { tool: { ...greeted, trace: next.trace }, lines: all, next: { kind: 'find', host: next.host } };
    case 'end': {
      if (!next.ok) return end(greeted, all, false);
      return begin({ ...greeted, requests: run.requests.slice(1) }, all, around);
    }
  }
}
