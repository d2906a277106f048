/**
 * What one browser remembers of one student (`posthorn-progress/1`), as text to save, carry away and bring back.
 * Text from outside is hostile: it is read bounded, and what cannot be read is kept aside, never thrown away.
 */
import type { TimedAction } from '../sim/types.ts';
import type { LessonAction, LessonStatus } from './status.ts';

export interface LessonProgress {
  /** Best score over all attempts. */
  readonly bestPoints: number;
  readonly of: number;
  readonly bestPercent: number;
  /** Tasks passed in any attempt. */
  readonly passed: readonly string[];
  /** Questions answered fully right in any attempt. */
  readonly right: readonly string[];
  readonly attempts: number;
  /** How often each mistake was made, over all attempts. */
  readonly mistakes: Readonly<Record<string, number>>;
  readonly current: Attempt | null;
}

/** The attempt under way: with the lesson and the student's values it is all that a replay needs. */
export interface Attempt {
  readonly version: number;
  readonly actions: readonly TimedAction[];
  readonly lessonActions: readonly LessonAction[];
}

export interface Progress {
  readonly format: 'posthorn-progress/1';
  /** Chooses the student's values; may be empty. */
  readonly student: string;
  /** By lesson id. */
  readonly lessons: Readonly<Record<string, LessonProgress>>;
}

export type ParsedProgress =
  | { readonly kind: 'ok'; readonly progress: Progress }
  /** `text` is what was there, for export. */
  | { readonly kind: 'damaged'; readonly why: string; readonly text: string };

const FORMAT = 'posthorn-progress/1';
const MAX_TEXT = 4_000_000;
const MAX_LESSONS = 200;
const MAX_IDS = 500;
/** Gestures kept of one attempt; a longer attempt keeps its score but cannot be replayed. */
export const MAX_ACTIONS = 5000;

export const noProgress = (student = ''): Progress => ({ format: FORMAT, student, lessons: {} });

const NO_LESSON: LessonProgress = {
  bestPoints: 0,
  of: 0,
  bestPercent: 0,
  passed: [],
  right: [],
  attempts: 0,
  mistakes: {},
  current: null,
};

export const progressOf = (progress: Progress, lesson: string): LessonProgress =>
  (Object.hasOwn(progress.lessons, lesson) ? progress.lessons[lesson] : undefined) ?? NO_LESSON;

const union = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const all = [...new Set([...a, ...b])];
  return all.length === a.length ? a : all.slice(0, MAX_IDS);
};

/** Puts a status and its attempt on record. The best attempt counts: nothing here ever goes down. */
export function recordAttempt(progress: Progress, status: LessonStatus, attempt: Attempt): Progress {
  const before = progressOf(progress, status.lesson);
  const tasks = Object.values(status.tasks).filter((task) => task.passed);
  const quizzes = Object.values(status.quizzes).filter((quiz) => quiz.outcome === 'right');
  const better = status.percent >= before.bestPercent;
  const mistakes: Record<string, number> = { ...before.mistakes };
  for (const { id, times } of status.mistakes) mistakes[id] = Math.max(mistakes[id] ?? 0, times);
  const replayable = attempt.actions.length <= MAX_ACTIONS && attempt.lessonActions.length <= MAX_ACTIONS;
  return withLesson(progress, status.lesson, {
    bestPoints: better ? status.points : before.bestPoints,
    of: better ? status.of : before.of,
    bestPercent: Math.max(before.bestPercent, status.percent),
    passed: union(
      before.passed,
      tasks.map((task) => task.id),
    ),
    right: union(
      before.right,
      quizzes.map((quiz) => quiz.id),
    ),
    attempts: Math.max(1, before.attempts),
    mistakes,
    current: replayable ? attempt : null,
  });
}

/** A new attempt begins: the old one's gestures go, its score stays. */
export function beginAttempt(progress: Progress, lesson: string): Progress {
  const before = progressOf(progress, lesson);
  return withLesson(progress, lesson, { ...before, attempts: before.attempts + 1, current: null });
}

function withLesson(progress: Progress, lesson: string, one: LessonProgress): Progress {
  return { ...progress, lessons: { ...progress.lessons, [lesson]: one } };
}

/** Two records of one student: for every lesson the better score, everything passed in either, the present attempt of `ours`. */
export function mergeProgress(ours: Progress, theirs: Progress): Progress {
  const lessons: Record<string, LessonProgress> = { ...ours.lessons };
  for (const [id, other] of Object.entries(theirs.lessons)) {
    if (!Object.hasOwn(lessons, id) && Object.keys(lessons).length >= MAX_LESSONS) continue;
    lessons[id] = Object.hasOwn(lessons, id) ? mergeLesson(lessons[id]!, other) : other;
  }
  return { format: FORMAT, student: ours.student || theirs.student, lessons };
}

function mergeLesson(a: LessonProgress, b: LessonProgress): LessonProgress {
  const best = b.bestPercent > a.bestPercent ? b : a;
  const mistakes: Record<string, number> = { ...a.mistakes };
  for (const [id, times] of Object.entries(b.mistakes)) mistakes[id] = Math.max(mistakes[id] ?? 0, times);
  return {
    bestPoints: best.bestPoints,
    of: best.of,
    bestPercent: best.bestPercent,
    passed: union(a.passed, b.passed),
    right: union(a.right, b.right),
    attempts: Math.max(a.attempts, b.attempts),
    mistakes,
    current: a.current ?? b.current,
  };
}

export const writeProgress = (progress: Progress): string => JSON.stringify(progress);

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Never throws. */
export function parseProgress(text: string): ParsedProgress {
  const damaged = (why: string): ParsedProgress => ({ kind: 'damaged', why, text });
  if (text.length > MAX_TEXT) return damaged(`longer than ${MAX_TEXT} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged('not JSON');
  }
  if (!isRaw(value)) return damaged('not an object');
  if (value.format !== FORMAT) return damaged(`not of the format ${FORMAT}`);
  const { student, lessons: given } = value;
  if (typeof student !== 'string' || student.length > 200) return damaged('student is not a short text');
  if (!isRaw(given)) return damaged('lessons is not an object');
  const entries = Object.entries(given);
  if (entries.length > MAX_LESSONS) return damaged(`more than ${MAX_LESSONS} lessons`);
  const lessons: Record<string, LessonProgress> = {};
  for (const [id, raw] of entries) {
    if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(id)) return damaged(`"${id.slice(0, 50)}" is no lesson`);
    const one = readLessonProgress(raw);
    if (typeof one === 'string') return damaged(`${id}: ${one}`);
    lessons[id] = one;
  }
  return { kind: 'ok', progress: { format: FORMAT, student, lessons } };
}

const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= MAX_IDS &&
  value.every((one) => typeof one === 'string' && one.length <= 100);

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 1e9;

/** A lesson's record, or what is wrong with it. */
function readLessonProgress(raw: unknown): LessonProgress | string {
  if (!isRaw(raw)) return 'not an object';
  const { bestPoints, of, bestPercent, passed, right, attempts, mistakes, current } = raw;
  if (!isAmount(bestPoints) || !isAmount(of) || !isAmount(bestPercent) || !isAmount(attempts))
    return 'a score is not a number';
  if (bestPercent > 100) return 'more than 100 percent';
  if (!isIds(passed) || !isIds(right)) return 'passed or right is not a list of ids';
  if (!isRaw(mistakes) || !isIds(Object.keys(mistakes))) return 'mistakes is not an object';
  const counts = Object.entries(mistakes).filter((entry): entry is [string, number] => isAmount(entry[1]));
  const attempt = current === null ? null : readAttempt(current);
  if (attempt === undefined) return 'the current attempt cannot be read';
  return {
    bestPoints,
    of,
    bestPercent,
    passed,
    right,
    attempts,
    mistakes: Object.fromEntries(counts),
    current: attempt,
  };
}

function readAttempt(raw: unknown): Attempt | undefined {
  if (!isRaw(raw) || !isAmount(raw.version)) return undefined;
  const { version, actions, lessonActions } = raw;
  if (!Array.isArray(actions) || !Array.isArray(lessonActions)) return undefined;
  if (actions.length > MAX_ACTIONS || lessonActions.length > MAX_ACTIONS) return undefined;
  if (!inOrder(actions) || !actions.every(isTimedAction)) return undefined;
  if (!inOrder(lessonActions) || !lessonActions.every(isLessonAction)) return undefined;
  return { version, actions, lessonActions };
}

/** A replay needs instants that never go back. */
function inOrder(actions: readonly unknown[]): boolean {
  let last = 0;
  for (const action of actions) {
    const at = isRaw(action) ? action.at : null;
    if (!isAmount(at) || !Number.isInteger(at) || at < last) return false;
    last = at;
  }
  return true;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 100_000;

function isTimedAction(value: unknown): value is TimedAction {
  const action = isRaw(value) ? value.action : null;
  if (!isRaw(action)) return false;
  switch (action.kind) {
    case 'input':
      return isText(action.program) && isRaw(action.input) && Object.values(action.input).every(isText);
    case 'power':
      return isText(action.host) && typeof action.up === 'boolean';
    case 'link':
      return isIds(action.between) && action.between.length === 2 && typeof action.up === 'boolean';
    case 'inspect':
      return isText(action.what);
    default:
      return false;
  }
}

function isLessonAction(value: unknown): value is LessonAction {
  if (!isRaw(value) || !isAmount(value.events)) return false;
  switch (value.kind) {
    case 'answer':
      return (
        isText(value.quiz) &&
        Array.isArray(value.answer) &&
        value.answer.length <= 100 &&
        value.answer.every(isText)
      );
    case 'hint':
    case 'show':
      return isText(value.task);
    case 'skip':
      return isText(value.step);
    case 'read':
      return isText(value.mistake);
    default:
      return false;
  }
}
