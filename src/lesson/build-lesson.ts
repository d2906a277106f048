/** A lesson from its YAML values: defaults filled in, shared rules looked up, ids checked against each other. */
import { tasksNamed } from './check-schema.ts';
import type { RawLesson, RawQuiz } from './schema.ts';
import type { Check, Lesson, MistakeRule, Quiz, Step, Task } from './types.ts';

type Path = readonly PropertyKey[];
export type Complain = (path: Path, message: string) => void;
/** A rule of the lesson's own, or the shared one it names. */
export type ReadRule = (given: unknown, path: Path) => MistakeRule;

export function buildLesson(raw: RawLesson, readRule: ReadRule, complain: Complain): Lesson {
  const { format: _, open, steps, ...rest } = raw;
  return {
    ...rest,
    free: open === 'free',
    steps: steps.map((given, s): Step => {
      const at = ['steps', s];
      return {
        id: given.id,
        mistakes: given.mistakes.map((rule, i) => readRule(rule, [...at, 'mistakes', i])),
        quiz: given.quiz.map((one, i) => buildQuiz(one, [...at, 'quiz', i], complain)),
        tasks: given.tasks.map((one, t) => buildTask(one, readRule, [...at, 'tasks', t], complain)),
      };
    }),
  };
}

function buildTask(
  raw: RawLesson['steps'][number]['tasks'][number],
  readRule: ReadRule,
  path: Path,
  complain: Complain,
): Task {
  const { hints: tiers, within, mistakes, ...rest } = raw;
  const costs = tiers?.cost ?? [];
  if (tiers?.cost && costs.length !== tiers.tiers)
    complain(
      [...path, 'hints', 'cost'],
      `expected ${tiers.tiers} costs, one for each tier, found ${costs.length}`,
    );
  if (raw.partial.some((part) => part.points >= raw.points))
    complain(
      [...path, 'partial'],
      `a part of the work must be worth less than the task's ${raw.points} points`,
    );
  return {
    ...rest,
    withinMs: within ?? null,
    hintCosts: Array.from({ length: tiers?.tiers ?? 0 }, (_, i) => costs[i] ?? 0),
    mistakes: mistakes.map((rule, i) => readRule(rule, [...path, 'mistakes', i])),
  };
}

function buildQuiz(raw: RawQuiz, path: Path, complain: Complain): Quiz {
  const within = (key: string, given: readonly string[], known: readonly string[]): void => {
    for (const one of given)
      if (!known.includes(one)) complain([...path, key], `"${one}" is none of ${known.join(', ')}`);
  };
  switch (raw.type) {
    case 'single':
      within('right', [raw.right], raw.options);
      within('why', Object.keys(raw.why), raw.options);
      return raw;
    case 'multiple':
      within('right', raw.right, raw.options);
      within('why', Object.keys(raw.why), raw.options);
      return raw;
    case 'fill':
      return { ...raw, almost: Object.entries(raw.almost).map(([glob, key]) => ({ glob, text: key })) };
    case 'match': {
      within('right', Object.keys(raw.right), raw.left);
      within('left', raw.left, Object.keys(raw.right));
      const right = [...new Set(Object.values(raw.right).flat())];
      return { id: raw.id, points: raw.points, type: 'match', left: raw.left, right, pairs: raw.right };
    }
    case 'spot': {
      const lines = Array.isArray(raw.lines)
        ? raw.lines.map((line) => ({ id: line, text: null }))
        : Object.entries(raw.lines).map(([line, verbatim]) => ({ id: line, text: verbatim }));
      within(
        'right',
        raw.right,
        lines.map((line) => line.id),
      );
      within(
        'why',
        Object.keys(raw.why),
        lines.map((line) => line.id),
      );
      return { ...raw, lines };
    }
    default:
      return raw;
  }
}

/** Ids are unique in the lesson, and every `after` names a task. */
export function checkIds(made: Lesson, complain: Complain): void {
  const seen = new Set<string>();
  const tasks = new Set(made.steps.flatMap((one) => one.tasks.map((t) => t.id)));
  const unique = (name: string, path: Path): void => {
    if (seen.has(name)) complain([...path, 'id'], `the id "${name}" is used twice in this lesson`);
    seen.add(name);
  };
  const refers = (of: Check, path: Path): void => {
    for (const name of tasksNamed(of))
      if (!tasks.has(name)) complain(path, `after: "${name}" is no task of this lesson`);
  };
  for (const [s, step] of made.steps.entries()) {
    const at = ['steps', s];
    unique(step.id, at);
    for (const [i, rule] of step.mistakes.entries()) refers(rule.when, [...at, 'mistakes', i]);
    for (const [i, quiz] of step.quiz.entries()) unique(quiz.id, [...at, 'quiz', i]);
    for (const [i, task] of step.tasks.entries()) {
      const path = [...at, 'tasks', i];
      unique(task.id, path);
      refers(task.check, [...path, 'check']);
      for (const [p, part] of task.partial.entries()) refers(part.check, [...path, 'partial', p]);
      for (const [m, rule] of task.mistakes.entries()) refers(rule.when, [...path, 'mistakes', m]);
    }
  }
}
