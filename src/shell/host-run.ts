/** `host` at work: the name, with the search domain where it has no dot, then what else host shows of it. */
import { parseName } from '../dns/names.ts';
import type { DomainName, Question } from '../dns/types.ts';
import {
  formatHost,
  formatHostFailure,
  hostFollowUps,
  type HostRequest,
  hostServerUnknown,
  parseHostArguments,
  tryingLine,
} from './host.ts';
import { type Around, type Ask, end, failureLines, type Heard, type ToolStep } from './look-up-types.ts';

export interface HostRun {
  readonly kind: 'host';
  readonly request: HostRequest;
  readonly servers: readonly string[];
  /** The question under way first. */
  readonly questions: readonly Question[];
  /** Names to try if this one does not exist. */
  readonly otherwise: readonly DomainName[];
  readonly sent: number;
  /** No answer has been shown yet. */
  readonly first: boolean;
}

type HostStep = ToolStep<HostRun>;

/** The names a name without a dot may stand for, in their order (resolv.conf(5), `ndots:1`). */
export function searchedNames(typed: string, name: DomainName, search: string): readonly DomainName[] {
  if (typed.includes('.') || search === '') return [name];
  const completed = parseName(`${typed}.${search}`);
  return completed === null ? [name] : [completed, name];
}

export function startHost(args: readonly string[], around: Around): HostStep | { readonly error: string } {
  const request = parseHostArguments(args);
  if ('error' in request) return request;
  const { name, type } = request.question;
  const [first, ...otherwise] =
    type === 'PTR' && request.shown.endsWith('.arpa.')
      ? [name]
      : searchedNames(request.shown, name, around.search);
  const run: HostRun = {
    kind: 'host',
    request,
    servers: [],
    questions: [{ name: first!, type }],
    otherwise,
    sent: 0,
    first: true,
  };
  if (request.server !== null) return { tool: run, lines: [], next: { kind: 'find', host: request.server } };
  return withServers(run, around.servers, around);
}

function withServers(run: HostRun, servers: readonly string[], around: Around): HostStep {
  if (servers.length === 0) return end(run, [formatHostFailure(around.version)], false);
  return ask({ ...run, servers }, [], around);
}

function ask(run: HostRun, lines: readonly string[], around: Around): HostStep {
  const { request } = run;
  const question = run.questions[0]!;
  const asked: Ask = {
    to: { address: run.servers[run.sent % run.servers.length]!, port: request.port },
    question,
    recursion: request.recursion,
    tcp: request.tcp || (question.type === 'ANY' && around.version === '9.18'),
    timeoutMs: request.timeoutMs,
  };
  return { tool: { ...run, sent: run.sent + 1 }, lines, next: { kind: 'ask', ask: asked } };
}

export function hostHears(run: HostRun, heard: Heard, around: Around): HostStep {
  switch (heard.kind) {
    case 'found':
      return heard.addresses.length > 0
        ? withServers(run, heard.addresses, around)
        : end(run, [hostServerUnknown(run.request.server ?? '')], false);
    case 'silence': {
      const said = around.version === '9.18' ? failureLines(heard.ask, heard.why) : [];
      if (run.sent < run.request.tries * run.servers.length) return ask(run, said, around);
      const last = heard.ask.tcp && said.length > 0 ? [] : [formatHostFailure(around.version)];
      return end(run, [...said, ...last], false);
    }
    case 'reply':
      return answered(run, heard, around);
  }
}

function answered(run: HostRun, heard: Extract<Heard, { kind: 'reply' }>, around: Around): HostStep {
  const { message, octets, elapsedMs } = heard.reply;
  if (message.truncated && !heard.ask.tcp) {
    const { to, question, recursion, timeoutMs } = heard.ask;
    return {
      tool: run,
      lines: [],
      next: { kind: 'ask', ask: { to, question, recursion, tcp: true, timeoutMs } },
    };
  }
  const [other, ...otherwise] = run.otherwise;
  if (run.first && message.rcode === 'NXDOMAIN' && other !== undefined) {
    const questions = [{ name: other, type: run.request.question.type }];
    const tried = run.request.verbose ? [tryingLine(run.request, message.question)] : [];
    return ask({ ...run, questions, otherwise, sent: 0 }, tried, around);
  }
  const context = { server: heard.ask.to, elapsedMs, first: run.first, octets };
  const lines = formatHost(run.request, message, context);
  const follow = run.first ? hostFollowUps(run.request, message) : [];
  const questions = [...run.questions.slice(1), ...follow];
  // What exists without a record of the type asked for is an answer; a name that does not exist is not.
  if (questions.length === 0) return end(run, lines, message.rcode === 'NOERROR');
  return ask({ ...run, questions, otherwise: [], sent: 0, first: false }, lines, around);
}
