/**
 * The attempt under way: graded as the log grows, saved, and brought back after a reload. Rewinding takes nothing away:
 * a run is graded as far as it was ever seen.
 */
import { openBench } from '../../lesson/bench.ts';
import { beginGrading, type Grading, grade } from '../../lesson/grade.ts';
import type { CourseLesson } from '../../lesson/load.ts';
import { chooseParams } from '../../lesson/params.ts';
import { predictor } from '../../lesson/predict.ts';
import { type Attempt, progressOf } from '../../lesson/progress.ts';
import type { LessonAction, LessonGesture, LessonStatus } from '../../lesson/status.ts';
import type { Params } from '../../lesson/types.ts';
import { replayActions, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { inspect } from '../inspector/inspect.ts';
import { resume } from '../store/playback.ts';
import { type PageState, useStore } from '../store/store.ts';
import { carryOver } from './carry-over.ts';
import { NO_ATTEMPT, useDesk } from './desk.ts';
import { saveNow, useProgress, watchShelf } from './progress-desk.ts';
import { addPassed, withEarlier } from './score.ts';
import { firstUncleared } from './steps.ts';

interface Run {
  readonly lesson: CourseLesson;
  readonly grading: Grading;
  history: History;
  /** Gestures at the simulation when the attempt was last recorded. */
  recorded: number;
}

let run: Run | null = null;
/** How far each run was seen. */
let seen = new WeakMap<History, number>();

/** Follows the store from now on; the returned function ends it. */
export function watchAttempt(): () => void {
  const endShelf = watchShelf();
  follow(useStore.getState());
  const end = useStore.subscribe((state, before) => {
    if (state.lesson.id !== before.lesson.id && state.lesson.id === null) leaveLesson();
    if (state.history !== before.history || state.count !== before.count || state.logged !== before.logged)
      follow(state);
    if (state.selected !== before.selected && run !== null && state.selected?.kind === 'host')
      inspect(`host.${state.selected.host}`);
  });
  const endDesk = useDesk.subscribe((desk, before) => {
    if (desk.lesson !== before.lesson) follow(useStore.getState());
  });
  return () => {
    end();
    endDesk();
    endShelf();
    run = null;
  };
}

/** Free play begins: what was done is saved. */
function leaveLesson(): void {
  saveNow();
  run = null;
  useDesk.setState({ entry: null, lesson: null, failed: false, choosing: false, ...NO_ATTEMPT });
}

function follow(state: PageState): void {
  const { lesson } = useDesk.getState();
  const { stage, history } = state;
  if (lesson === null || stage === null || history === null || stage.id !== lesson.lesson.scenario) {
    if (lesson !== null || run !== null) run = null;
    return;
  }
  if (run?.lesson !== lesson) {
    begin(lesson, state, history);
    return;
  }
  gradeOn(run, state, history);
}

function begin(lesson: CourseLesson, state: PageState, history: History): void {
  const { progress } = useProgress.getState();
  const kept = progressOf(progress, lesson.lesson.id);
  const params = chooseParams(lesson.lesson, progress.student);
  const restored = kept.current === null ? null : restore(lesson, state, kept.current);
  run = { lesson, grading: newGrading(lesson, state, params), history: restored ?? history, recorded: 0 };
  seen = new WeakMap();
  useDesk.setState({
    ...NO_ATTEMPT,
    params,
    actions: restored === null ? [] : (kept.current?.lessonActions ?? []),
    // With one attempt only, everything ever passed was passed in this one.
    earlier: restored !== null && kept.attempts <= 1 ? kept.passed : [],
  });
  showTerminal(lesson.lesson.start);
  if (restored === null) {
    if (kept.current !== null && kept.current.actions.length > 0) {
      useProgress.getState().startAgain(lesson.lesson.id);
      state.notify('lesson:notice.notRestored');
    }
    gradeOn(run, state, history);
  } else {
    run.recorded = restored.actions.length;
    useStore.setState({ ...resume(restored, restored.world.now), playing: true, undo: [] });
    gradeOn(run, useStore.getState(), restored);
  }
  const { status } = useDesk.getState();
  if (status === null) return;
  const step = firstUncleared(lesson.lesson, status);
  useDesk.setState({ step, reached: step });
}

function newGrading(lesson: CourseLesson, state: PageState, params: Params): Grading {
  const { stage, registry } = state;
  if (stage === null) throw new Error('no stage to grade on');
  const { hosts } = stage.scenario;
  const simulate = predictor(() => openBench(stage, registry), lesson.lesson.start, hosts, params);
  return beginGrading(lesson.lesson, params, hosts, simulate);
}

/** The run of a saved attempt; null when it is of another edition of the lesson, empty, or cannot be played again. */
function restore(lesson: CourseLesson, state: PageState, kept: Attempt): History | null {
  const { stage, registry } = state;
  if (stage === null || kept.version !== lesson.lesson.version) return null;
  if (kept.actions.length + kept.lessonActions.length === 0) return null;
  try {
    const history = replayActions(stage.scenario, registry, kept.actions);
    runUntil(history, kept.lessonActions.at(-1)?.at ?? 0);
    return history;
  } catch {
    return null;
  }
}

function showTerminal(host: string): void {
  const { stage, openTerminal } = useStore.getState();
  if (stage?.hosts.some(({ id, shell }) => id === host && shell !== null)) openTerminal(host);
}

/**
 * Looking while rewound is put on record at the live end. Where that end had been seen, it has been seen with the looks
 * too: they count at once.
 */
function pastLooks({ log }: History, high: number): number {
  for (let i = high; i < log.length; i++) {
    const { what } = log[i]!;
    if (what.kind !== 'action' || what.action.kind !== 'inspect') return high;
  }
  return log.length;
}

function gradeOn(on: Run, state: PageState, history: History): void {
  const high = pastLooks(
    history,
    Math.min(history.log.length, Math.max(seen.get(history) ?? 0, state.count)),
  );
  seen.set(history, high);
  let { actions } = useDesk.getState();
  if (on.history !== history) {
    on.history = history;
    actions = carryOver(actions, history.log, high);
    useDesk.setState({ actions });
  }
  const graded = grade(on.grading, history.log, high, actions);
  const before = useDesk.getState();
  const earlier = addPassed(before.earlier, graded);
  const status = withEarlier(on.lesson.lesson, graded, earlier);
  if (!sameStatus(before.status, status)) {
    useDesk.setState({ status, earlier });
    record(on);
  } else if (history.actions.length !== on.recorded) record(on);
}

const sameStatus = (a: LessonStatus | null, b: LessonStatus): boolean =>
  a === b || (a !== null && JSON.stringify(a) === JSON.stringify(b));

function record(on: Run): void {
  const { status, actions } = useDesk.getState();
  const { history } = on;
  if (status === null || history.actions.length + actions.length === 0) return;
  on.recorded = history.actions.length;
  const attempt: Attempt = {
    version: on.lesson.lesson.version,
    actions: history.actions.slice(),
    lessonActions: actions,
  };
  useProgress.getState().record(status, attempt);
}

/** An answer, a hint, a note read: graded at once. */
export function gesture(made: LessonGesture): void {
  if (run === null) return;
  const state = useStore.getState();
  const { history } = state;
  if (history === null) return;
  const high = pastLooks(
    history,
    Math.min(history.log.length, Math.max(seen.get(history) ?? 0, state.count)),
  );
  const { actions } = useDesk.getState();
  const at = Math.max(actions.at(-1)?.at ?? 0, Math.floor(history.log[high - 1]?.at ?? 0));
  const action = { at, events: high, ...made } as LessonAction;
  useDesk.setState({ actions: [...actions, action] });
  gradeOn(run, state, history);
  record(run);
}

/** The student put a note away. */
export function putAway(mistake: string): void {
  const { status, putAway: before } = useDesk.getState();
  const times = status?.mistakes.find(({ id }) => id === mistake)?.times ?? 1;
  useDesk.setState({ putAway: { ...before, [mistake]: times } });
  gesture({ kind: 'read', mistake });
}

/** From the beginning: another attempt at the same lesson. The best score stays. `counted`: it is one more attempt. */
export function restartAttempt(counted = true): void {
  const state = useStore.getState();
  if (run === null || state.stage === null) return;
  if (counted) useProgress.getState().startAgain(run.lesson.lesson.id);
  run = null;
  useDesk.setState(NO_ATTEMPT);
  // The new history is what `follow` begins on.
  state.openStage(state.stage, state.registry);
  useStore.setState({ undo: [], selected: null });
}

/** Another name gives other values: the attempt goes on with them. */
export function renameStudent(student: string): void {
  useProgress.getState().setStudent(student);
  const { lesson } = useDesk.getState();
  const state = useStore.getState();
  if (lesson === null || run === null || state.history === null) return;
  const params = chooseParams(lesson.lesson, useProgress.getState().progress.student);
  run = { ...run, grading: newGrading(lesson, state, params) };
  useDesk.setState({ params });
  gradeOn(run, state, state.history);
}
