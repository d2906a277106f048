/** `nslookup` at work: one name from the command line, or as many as are typed at its prompt. */
import { followAliases } from '../dns/chain.ts';
import { parseTypedName, reverseName, whyNoName } from '../dns/names.ts';
import type { DnsMessage, DomainName, Question } from '../dns/types.ts';
import { searchedNames } from './host-run.ts';
import { type Around, type Ask, end, failureLines, type Heard, type ToolStep } from './look-up-types.ts';
import {
  answerLines,
  authorityLines,
  cannotFind,
  debugLines,
  defaultServerLines,
  DEPRECATED,
  noAnswer,
  optionLines,
  serverLines,
} from './nslookup.ts';
import { DEFAULTS, type NslookupOptions, setOption } from './nslookup-options.ts';

/** One name being looked up. */
interface LookUp {
  readonly question: Question;
  /** Names to try if this one does not exist. */
  readonly otherwise: readonly DomainName[];
  /** An address turned round: 9.18 names no server then and says nothing of authority, unless a type was set. */
  readonly reversed: boolean;
  /** No type was set: AAAA follows A. */
  readonly both: boolean;
  /** The second of both, and the first had no answer. */
  readonly noAnswerYet: boolean;
  readonly sent: number;
}

export interface NslookupRun {
  readonly kind: 'nslookup';
  readonly options: NslookupOptions;
  readonly interactive: boolean;
  /** Of the server, as typed; an address otherwise. */
  readonly serverName: string;
  readonly servers: readonly string[];
  /** What is under way; `server`: the address of a server named. */
  readonly doing:
    | { readonly kind: 'server'; readonly name: string; readonly wanted: string | null }
    | LookUp
    | null;
}

type Step = ToolStep<NslookupRun>;

/** `nslookup [-option …] [name | -] [server]`. Without a name, or with `-`, it has a prompt. */
export function startNslookup(args: readonly string[], around: Around): Step {
  let options = DEFAULTS;
  const said: string[] = [];
  const words: string[] = [];
  for (const word of args) {
    if (!word.startsWith('-') || word === '-') words.push(word);
    else {
      const after = setOption(options, word.slice(1));
      options = after.options;
      said.push(...after.said);
    }
  }
  const [name, server] = words;
  const run: NslookupRun = {
    kind: 'nslookup',
    options,
    interactive: name === undefined || name === '-',
    serverName: around.servers[0] ?? '',
    servers: around.servers.slice(0, 1),
    doing: null,
  };
  const hello = around.version === '9.2.4' && !options.silent ? [...DEPRECATED, ...said] : said;
  const typed = run.interactive ? null : name!;
  if (server !== undefined) {
    const doing = { kind: 'server', name: server, wanted: typed } as const;
    return { tool: { ...run, doing }, lines: hello, next: { kind: 'find', host: server } };
  }
  return typed === null ? rest(run, hello) : lookUp(run, typed, hello, around);
}

/** Back to the prompt, or the end: outside of its prompt nslookup ends with a blank line. */
const rest = (run: NslookupRun, lines: readonly string[], ok = true): Step =>
  run.interactive
    ? { tool: { ...run, doing: null }, lines, next: { kind: 'prompt' } }
    : end({ ...run, doing: null }, [...lines, ''], ok);

/** A line at the prompt. */
export function nslookupReads(run: NslookupRun, line: string, around: Around): Step {
  const [word = '', argument] = line.trim().split(/\s+/);
  switch (word.toLowerCase()) {
    case '':
      return rest(run, []);
    case 'exit':
      return end(run, [''], true);
    case 'set':
      if (argument === undefined) break;
      if (argument === 'all')
        return rest(run, [...serversOf(run), ...optionLines(run.options, around.search)]);
      return setting(run, argument);
    case 'server':
    case 'lserver':
      if (argument === undefined) return rest(run, serversOf(run));
      return {
        tool: { ...run, doing: { kind: 'server', name: argument, wanted: null } },
        lines: [],
        next: { kind: 'find', host: argument },
      };
    case 'help':
    case '?':
      return rest(run, ["The 'help' command is not yet implemented."]);
    case 'ls':
    case 'root':
    case 'finger':
    case 'view':
      return rest(run, [`The '${word.toLowerCase()}' command is not implemented.`]);
  }
  return lookUp(run, word, [], around);
}

const serversOf = (run: NslookupRun): readonly string[] =>
  run.servers
    .slice(0, 1)
    .flatMap((address) => defaultServerLines(run.serverName, { address, port: run.options.port }));

function setting(run: NslookupRun, text: string): Step {
  const { options, said } = setOption(run.options, text);
  return rest({ ...run, options }, said);
}

function lookUp(run: NslookupRun, typed: string, lines: readonly string[], around: Around): Step {
  const reverse = reverseName(typed);
  const name = reverse ?? parseTypedName(typed);
  const hyphen = /^-|-$/.test(typed);
  if (name === null || hyphen) {
    const why = hyphen
      ? `'${typed}' is not a legal IDNA2008 name (string start/ends with forbidden hyphen), use +noidnin`
      : `'${typed}' is not a legal name (${whyNoName(typed)})`;
    return end(run, [...lines, `nslookup: ${why}`], false);
  }
  const { type, search } = run.options;
  const [first, ...otherwise] =
    reverse === null ? searchedNames(typed, name, search ? around.search : '') : [name];
  const both = reverse === null && type === null && around.version === '9.18';
  const question: Question = { name: first!, type: reverse === null ? (type ?? 'A') : 'PTR' };
  const doing: LookUp = {
    question,
    otherwise,
    reversed: reverse !== null,
    both,
    noAnswerYet: false,
    sent: 0,
  };
  return ask(run, doing, lines);
}

function ask(run: NslookupRun, doing: LookUp, lines: readonly string[]): Step {
  const { port, recursion, tcp, timeout } = run.options;
  const address = run.servers[0];
  if (address === undefined) return rest(run, [...lines, ';; no servers could be reached'], false);
  const asked: Ask = {
    to: { address, port },
    question: doing.question,
    recursion,
    tcp,
    timeoutMs: (timeout === 0 ? 5 : timeout) * 1000,
  };
  return {
    tool: { ...run, doing: { ...doing, sent: doing.sent + 1 } },
    lines,
    next: { kind: 'ask', ask: asked },
  };
}

export function nslookupHears(run: NslookupRun, heard: Heard, around: Around): Step {
  const { doing } = run;
  if (doing && 'kind' in doing) {
    const addresses = heard.kind === 'found' ? heard.addresses : [];
    const [address] = addresses;
    if (address === undefined)
      return end(run, [`nslookup: couldn't get address for '${doing.name}': not found`], false);
    const served: NslookupRun = { ...run, serverName: doing.name, servers: [address], doing: null };
    if (doing.wanted !== null) return lookUp(served, doing.wanted, [], around);
    return rest(served, defaultServerLines(doing.name, { address, port: run.options.port }));
  }
  if (!doing || heard.kind === 'found') return rest(run, []);
  if (heard.kind === 'silence') return silent(run, doing, heard, around);
  const { message } = heard.reply;
  if (message.truncated && !heard.ask.tcp) {
    const { to, question, recursion, timeoutMs } = heard.ask;
    const again: Ask = { to, question, recursion, tcp: true, timeoutMs };
    return { tool: run, lines: [';; Truncated, retrying in TCP mode.'], next: { kind: 'ask', ask: again } };
  }
  return answered(run, doing, heard.ask, message, around);
}

function silent(
  run: NslookupRun,
  doing: LookUp,
  heard: Extract<Heard, { kind: 'silence' }>,
  around: Around,
): Step {
  const said = around.version === '9.18' ? failureLines(heard.ask, heard.why) : [];
  if (doing.sent < run.options.retry) return ask(run, doing, said);
  const last =
    around.version === '9.2.4'
      ? [';; connection timed out; no servers could be reached']
      : heard.ask.tcp
        ? []
        : [';; no servers could be reached'];
  return rest(run, [...said, ...last], false);
}

function answered(run: NslookupRun, doing: LookUp, asked: Ask, message: DnsMessage, around: Around): Step {
  const [other, ...otherwise] = doing.otherwise;
  if (message.rcode === 'NXDOMAIN' && other !== undefined)
    return ask(
      run,
      { ...doing, question: { name: other, type: doing.question.type }, otherwise, sent: 0 },
      [],
    );
  const second = doing.both && doing.question.type === 'AAAA';
  const quiet = doing.reversed && run.options.type === null && around.version === '9.18';
  const named = !second && !quiet;
  const lines: string[] = [];
  if (message.rcode === 'SERVFAIL' && !second) lines.push(`;; Got SERVFAIL reply from ${asked.to.address}`);
  if (named) lines.push(...serverLines(run.serverName, asked.to));
  if (run.options.debug) lines.push(...debugLines(message));
  if (message.rcode !== 'NOERROR') {
    if (!second) lines.push(cannotFind(doing.question.name, message.rcode));
    return rest(run, lines, second);
  }
  if (!message.authoritative && named) lines.push('Non-authoritative answer:');
  lines.push(...answerLines(message.answers));
  const none = message.answers.length === 0;
  const first = doing.both && !second;
  if (none && !first && (!second || doing.noAnswerYet)) lines.push(noAnswer(doing.question.name));
  const { type } = doing.question;
  if (!message.authoritative && type !== 'A' && type !== 'AAAA') lines.push(...authorityLines(message));
  if (!first) return rest(run, lines, true);
  const { name } = followAliases(doing.question, message.answers);
  const next: LookUp = {
    question: { name, type: 'AAAA' },
    otherwise: [],
    reversed: false,
    both: true,
    noAnswerYet: none,
    sent: 0,
  };
  return ask(run, next, lines);
}
