/**
 * "Show me" (LESSONS.md 4.5): the solution types itself into the real terminals, up to the end of a task. It goes on
 * from where the student is when that leads there, else from a fresh connection, else from the beginning.
 */
import type { Stage } from '../../agents/stage.ts';
import { openBench } from '../../lesson/bench.ts';
import { lessonStatus } from '../../lesson/grade.ts';
import { actionOf, startHost } from '../../lesson/player.ts';
import { bindScript, readScript, type ScriptLine } from '../../lesson/script.ts';
import { linesToShow } from '../../lesson/show.ts';
import type { LessonStatus } from '../../lesson/status.ts';
import type { Quiz } from '../../lesson/types.ts';
import { act, fork, isIdle, runIdle } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { sessions } from '../../view/sessions.ts';
import { useStore } from '../store/store.ts';
import { lineOf, pressKeys, useSessions } from '../terminal/session.ts';
import { gesture } from './attempt.ts';
import { useDesk } from './desk.ts';

const KEY_MS = 28;
const PAUSE_MS = 350;

/** Lines and the terminal the first of them is typed at. */
interface Part {
  readonly host: string;
  readonly lines: readonly ScriptLine[];
}

type Plan = { readonly from: 'here' | 'start'; readonly part: Part };

const hostLine = (line: ScriptLine): string | null =>
  line.command.kind === 'host' ? line.command.host : null;

const scripted = (source: string): readonly ScriptLine[] => readScript('hang up', source).script.lines;

/** Leaves whatever still talks at this host: `^]` and `quit` end telnet, `^C` the others, at whose prompt nothing is left. */
function hangUp(history: History, host: string): readonly ScriptLine[] {
  const talking = sessions(history.log, history.log.length).some(
    ({ clientProgram, phase }) => clientProgram === `${host}/shell` && phase === 'open',
  );
  return talking ? scripted('! key ^]\n> quit\n! key ^C') : [];
}

/** What the run would be after these lines, played on a copy of it. */
function tryOut(stage: Stage, on: History, part: Part): History {
  const history = fork(on, on.world.now);
  let { host } = part;
  for (const line of part.lines) {
    const action = actionOf(stage.hosts, host, line.command);
    if (action !== null && typeof action !== 'string') act(history, action);
    host = hostLine(line) ?? host;
    runIdle(history);
  }
  return history;
}

function statusOn(history: History): LessonStatus | null {
  const { stage } = useStore.getState();
  const { lesson, params, actions } = useDesk.getState();
  if (stage === null || lesson === null) return null;
  const { log } = history;
  return lessonStatus(lesson.lesson, params, stage.scenario.hosts, () => null, log, log.length, actions);
}

/** The shortest way from here to the end of the task that works; null: the solution does not solve it. */
function planFor(task: string): Plan | null {
  const { stage, registry, history, now } = useStore.getState();
  const { lesson, params, status } = useDesk.getState();
  if (stage === null || history === null || lesson === null || status === null) return null;
  const linesFor = (id: string): readonly ScriptLine[] =>
    linesToShow(lesson, () => openBench(stage, registry), stage.scenario.hosts, params, id);
  const all = linesFor(task);
  if (all.length === 0) return null;
  const here = fork(history, Math.floor(now));
  const first = startHost(openBench(stage, registry), lesson.lesson.start);
  const before = lesson.lesson.steps
    .flatMap((step) => step.tasks)
    .slice(0, orderOf(task))
    .findLast(({ id }) => status.tasks[id]?.event != null);
  const done = before === undefined ? [] : linesFor(before.id);
  const last = done.at(-1)?.line ?? 0;
  const rest: Part = {
    host: done.map(hostLine).findLast((host) => host !== null) ?? first,
    lines: all.filter(({ line }) => line > last),
  };
  const anew: Part = { host: first, lines: [...hangUp(here, first), ...all] };
  const whole: Part = { host: first, lines: all };
  const works = (part: Part): boolean => {
    const after = part.lines.length === 0 ? null : statusOn(tryOut(stage, here, part));
    return after?.tasks[task]?.passed === true && after.mistakes.length <= status.mistakes.length;
  };
  for (const part of [rest, anew]) if (works(part)) return { from: 'here', part };
  return { from: 'start', part: whole };
}

function orderOf(task: string): number {
  const tasks = useDesk.getState().lesson?.lesson.steps.flatMap((step) => step.tasks) ?? [];
  return tasks.findIndex(({ id }) => id === task);
}

/** Plays a task's solution. The task, and those before it that the solution passes on its way, give no points. */
export async function showTask(task: string): Promise<boolean> {
  const plan = planFor(task);
  const { lesson, status } = useDesk.getState();
  if (plan === null || lesson === null || status === null) return false;
  const tasks = lesson.lesson.steps.flatMap((step) => step.tasks).slice(0, orderOf(task) + 1);
  for (const { id } of tasks) {
    const one = status.tasks[id];
    if (one !== undefined && !one.passed && !one.shown) gesture({ kind: 'show', task: id });
  }
  if (plan.from === 'start') useStore.getState().restart();
  await play(plan.part, task);
  return true;
}

/** Runs what a `predict` question asked about, before the student's eyes. */
export async function showPrediction(quiz: Extract<Quiz, { type: 'predict' }>): Promise<void> {
  const { stage, registry, history } = useStore.getState();
  const { lesson, params } = useDesk.getState();
  if (stage === null || history === null || lesson === null) return;
  const host = startHost(openBench(stage, registry), lesson.lesson.start);
  const { script } = readScript(quiz.id, quiz.after.join('\n'));
  const lines = [...hangUp(history, host), ...bindScript(script, params).lines];
  await play({ host, lines }, quiz.id);
}

let playing = 0;

export function stopShowing(): void {
  playing++;
  useDesk.setState({ showing: null });
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function play({ host: first, lines }: Part, item: string): Promise<void> {
  const { stage } = useStore.getState();
  if (stage === null) return;
  stopShowing();
  const mine = playing;
  const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let acted = useStore.getState().history?.actions.length ?? 0;
  /** Somebody stopped it, did something else, or left. */
  const over = (): boolean => {
    const state = useStore.getState();
    return mine !== playing || state.stage !== stage || state.history?.actions.length !== acted;
  };
  let host = first;
  try {
    useStore.getState().play();
    for (const [index, line] of lines.entries()) {
      useDesk.setState({ showing: { item, done: index, of: lines.length } });
      if (!(await atRest(over))) return;
      const { command } = line;
      host = hostLine(line) ?? host;
      if (command.kind === 'shell' || command.kind === 'type' || command.kind === 'key')
        useStore.getState().openTerminal(host);
      if ((command.kind === 'shell' || command.kind === 'type') && !command.text.includes('\\')) {
        await typeOut(host, command.text, reduced, over);
        if (over()) return;
        acted++;
        pressKeys(host, [{ kind: 'enter' }]);
      } else {
        const action = actionOf(stage.hosts, host, command);
        if (action !== null && typeof action !== 'string') {
          acted++;
          useStore.getState().act(action);
        }
      }
      await sleep(reduced ? 0 : PAUSE_MS);
    }
    await atRest(over);
  } finally {
    if (mine === playing) useDesk.setState({ showing: null });
  }
}

async function typeOut(host: string, text: string, atOnce: boolean, over: () => boolean): Promise<void> {
  const show = (shown: string): void =>
    useSessions
      .getState()
      .setLine(host, { ...lineOf(host), text: shown, cursor: shown.length, recalled: null });
  for (let end = 1; !atOnce && end < text.length; end++) {
    if (over()) return;
    show(text.slice(0, end));
    await sleep(KEY_MS);
  }
  if (!over()) show(text);
}

/** Waits until the view is at the live end and nothing is under way; false when it is over before. */
function atRest(over: () => boolean): Promise<boolean> {
  return new Promise((done) => {
    const look = (): void => {
      const { history, count, playing: moving } = useStore.getState();
      if (over()) done(false);
      else if (history !== null && moving && count >= history.log.length && isIdle(history)) done(true);
      else setTimeout(look, 60);
    };
    look();
  });
}
