/** Judges the `! expect` lines of scripts against a lesson's status. */
import type { ScriptLine } from './script.ts';
import type { LessonStatus } from './status.ts';

/** null: as expected; else what is so instead. */
export function judgeLine(line: ScriptLine, status: LessonStatus): string | null {
  const { command } = line;
  if (command.kind === 'expect-score') {
    const { percent } = status;
    const fits =
      command.compare === '='
        ? percent === command.percent
        : command.compare === '<'
          ? percent < command.percent
          : percent > command.percent;
    return fits ? null : `the score is ${percent}%`;
  }
  if (command.kind !== 'expect') return null;
  const { what, ids } = command;
  if (what === 'mistake') {
    const fired = status.mistakes.map((mistake) => mistake.id);
    const silent = ids.filter((id) => !fired.includes(id));
    return silent.length === 0
      ? null
      : `not fired: ${silent.join(', ')}; fired: ${fired.join(', ') || 'none'}`;
  }
  const other = ids.filter((id) => passes(status, id) !== (what === 'pass'));
  if (other.length === 0) return null;
  const unknown = other.filter((id) => passes(status, id) === null);
  if (unknown.length > 0) return `no such task or question: ${unknown.join(', ')}`;
  return `${other.join(', ')} ${what === 'pass' ? 'did not pass' : 'passed'}`;
}

/** A task is passed, a question fully right; null: there is none of that id. */
function passes(status: LessonStatus, id: string): boolean | null {
  const task = Object.hasOwn(status.tasks, id) ? status.tasks[id] : undefined;
  if (task) return task.passed;
  const quiz = Object.hasOwn(status.quizzes, id) ? status.quizzes[id] : undefined;
  return quiz ? quiz.outcome === 'right' : null;
}
