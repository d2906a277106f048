/** Plays scripts against a simulation: proofs, demos, "show me" and predictions all go through here. */
import type { StageHost } from '../agents/stage.ts';
import type { MuaInput } from '../agents/mua-input.ts';
import type { Millis } from '../base/time.ts';
import type { ShellInput } from '../shell/input.ts';
import type { Action, SimEvent } from '../sim/types.ts';
import { globMatches } from './matcher.ts';
import type { Command, Script, ScriptLine } from './script.ts';
import { lastReply } from './terminal-reply.ts';
import type { LessonAction, LessonGesture } from './status.ts';

/** A host as scripts know it: whether one can type there, and the accounts of its mail program. */
export type PlayHost = Pick<StageHost, 'id' | 'shell' | 'accounts'>;

/** A running scenario: what a script needs of the simulator. */
export interface Playable {
  readonly hosts: readonly PlayHost[];
  readonly now: () => Millis;
  readonly log: () => readonly SimEvent[];
  readonly act: (action: Action) => void;
  readonly advance: (ms: Millis) => void;
  /** Until nothing but far timers is left. */
  readonly idle: () => void;
}

/** What a command does beyond the simulation. */
export type Played =
  | { readonly kind: 'done' }
  | { readonly kind: 'gesture'; readonly gesture: LessonGesture }
  | { readonly kind: 'expectation' }
  | { readonly kind: 'failed'; readonly why: string };

const DONE: Played = { kind: 'done' };
const failed = (why: string): Played => ({ kind: 'failed', why });

export function startHost(play: Playable, start: string): string {
  if (play.hosts.some((host) => host.id === start)) return start;
  return play.hosts.find((host) => host.shell !== null)?.id ?? play.hosts[0]?.id ?? '';
}

const KEYS: Readonly<Record<string, string>> = { b: '\b', x7f: '\x7f' };

/** `\b` is a backspace, `\x7f` what the key sends today, `\\` a backslash. */
const withKeys = (text: string): string =>
  text.replace(/\\(b|x7f|\\)/g, (_, key: string) => KEYS[key] ?? '\\');

/**
 * The gesture at the simulation that a command stands for; a text says why it cannot be made here; null when the
 * command is none.
 */
export function actionOf(hosts: readonly PlayHost[], host: string, command: Command): Action | string | null {
  const known = (id: string): boolean => hosts.some((one) => one.id === id);
  switch (command.kind) {
    case 'shell':
      return typed(hosts, host, { kind: 'line', text: command.text });
    case 'type': {
      const text = withKeys(command.text);
      return typed(
        hosts,
        host,
        text.includes('\b') ? { kind: 'raw', text: `${text}\r` } : { kind: 'line', text },
      );
    }
    case 'key':
      return typed(hosts, host, { kind: 'key', key: command.key });
    case 'send': {
      const { from, to, subject, body } = command;
      return atMailProgram(hosts, from, { kind: 'send', account: from, to, subject, body });
    }
    case 'fetch':
      return atMailProgram(hosts, command.account, { kind: 'fetch', account: command.account });
    case 'power':
      return known(command.host)
        ? { kind: 'power', host: command.host, up: command.up }
        : `no host ${command.host}`;
    case 'inspect':
      return { kind: 'inspect', what: command.what };
    case 'host':
      return known(command.host) ? null : `no host ${command.host}`;
    default:
      return null;
  }
}

function typed(hosts: readonly PlayHost[], host: string, input: ShellInput): Action | string {
  const found = hosts.find((one) => one.id === host);
  if (!found?.shell) return `no terminal at ${host || 'any host'}`;
  return { kind: 'input', program: `${host}/shell`, input };
}

function atMailProgram(hosts: readonly PlayHost[], account: string, input: MuaInput): Action | string {
  const found = hosts.find((one) => one.accounts.includes(account));
  return found
    ? { kind: 'input', program: `${found.id}/mua`, input }
    : `no mail program has the account ${account}`;
}

/** One command, without settling afterwards. */
export function perform(play: Playable, host: string, command: Command): Played {
  const action = actionOf(play.hosts, host, command);
  if (typeof action === 'string') return failed(action);
  if (action !== null) {
    play.act(action);
    return DONE;
  }
  switch (command.kind) {
    case 'reply': {
      const reply = lastReply(play.log(), host);
      return globMatches(command.glob, reply) ? DONE : failed(`expected "${command.glob}", got "${reply}"`);
    }
    case 'advance':
      play.advance(command.ms);
      return DONE;
    case 'answer':
    case 'hint':
    case 'show':
    case 'read':
    case 'skip':
      return { kind: 'gesture', gesture: command };
    case 'expect':
    case 'expect-score':
      return { kind: 'expectation' };
    default:
      return DONE;
  }
}

export interface PlayFailure {
  readonly line: ScriptLine;
  readonly why: string;
}

export interface PlayRun {
  readonly actions: readonly LessonAction[];
  readonly failures: readonly PlayFailure[];
}

/** Judges an `! expect` line with what was done so far; null: as expected. */
export type Judge = (line: ScriptLine, actions: readonly LessonAction[]) => string | null;

/** Plays a whole script, letting the simulation come to rest after every line. */
export function playScript(play: Playable, script: Script, start: string, judge: Judge): PlayRun {
  const actions: LessonAction[] = [];
  const failures: PlayFailure[] = [];
  let host = startHost(play, start);
  play.idle();
  for (const line of script.lines) {
    const played = perform(play, host, line.command);
    if (played.kind === 'failed') failures.push({ line, why: played.why });
    else if (line.command.kind === 'host') host = line.command.host;
    if (played.kind === 'gesture')
      actions.push({ at: play.now(), events: play.log().length, ...played.gesture });
    play.idle();
    const wrong = played.kind === 'expectation' ? judge(line, actions) : null;
    if (wrong) failures.push({ line, why: wrong });
  }
  return { actions, failures };
}
