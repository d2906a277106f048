/** The cards of a step: its tasks and questions, and beside the one under way what just went wrong. */
import type { LessonStatus } from '../../lesson/status.ts';
import type { Step } from '../../lesson/types.ts';
import { Notes } from './Notes.tsx';
import { QuizCard } from './QuizCard.tsx';
import { currentItem, itemsOf, stateOf } from './steps.ts';
import { TaskCard } from './TaskCard.tsx';

interface Props {
  readonly step: Step;
  readonly status: LessonStatus;
  readonly exam: boolean;
}

export function StepItems({ step, status, exam }: Props) {
  const current = currentItem(step, status);
  const items = itemsOf(step);
  // Notes are about what is typed: they stand under the task under way, or under the last one.
  const last = items.findLast(({ kind }) => kind === 'task')?.id ?? null;
  const noted = items.find(({ kind, id }) => kind === 'task' && id === current)?.id ?? last;
  return (
    <>
      <ol className="cards">
        {items.map((item, index) => {
          const state = stateOf(item, current, status);
          const card = { number: index + 1, state, exam };
          return (
            <li key={item.id}>
              {item.kind === 'task' ? (
                <TaskCard task={item.task} status={status} {...card} />
              ) : (
                <QuizCard quiz={item.quiz} status={status} {...card} />
              )}
              {!exam && item.id === noted && <Notes step={step} status={status} />}
            </li>
          );
        })}
      </ol>
      {!exam && noted === null && <Notes step={step} status={status} />}
    </>
  );
}
