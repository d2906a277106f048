/** "Show me" (LESSONS.md 4.5): the part of the solution that ends when a task is passed. */
import type { LessonHost } from './facts.ts';
import { beginGrading, grade } from './grade.ts';
import type { CourseLesson } from './load.ts';
import type { Playable } from './player.ts';
import { perform, startHost } from './player.ts';
import type { ScriptLine } from './script.ts';
import { bindScript } from './script.ts';
import type { LessonAction } from './status.ts';
import type { Params } from './types.ts';

/**
 * The solution's lines from its beginning up to the one that passes `task`, with the student's values; empty when it
 * never does. Plays them in a simulation of its own, which `open` gives. Expectations and answers are left out.
 */
export function linesToShow(
  one: CourseLesson,
  open: () => Playable,
  hosts: readonly LessonHost[],
  params: Params,
  task: string,
): readonly ScriptLine[] {
  const play = open();
  const grading = beginGrading(one.lesson, params, hosts, () => null);
  const none: readonly LessonAction[] = [];
  const shown: ScriptLine[] = [];
  let host = startHost(play, one.lesson.start);
  play.idle();
  for (const line of bindScript(one.solution, params).lines) {
    const played = perform(play, host, line.command);
    if (line.command.kind === 'host') host = line.command.host;
    play.idle();
    if (played.kind === 'done' && line.command.kind !== 'reply') shown.push(line);
    const status = grade(grading, play.log(), play.log().length, none);
    if (status.tasks[task]?.passed) return shown;
  }
  return [];
}
