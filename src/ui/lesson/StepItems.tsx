/** The cards of a step: its tasks and questions, and beside the one under way what just went wrong. */
import { type RefObject, useEffect, useRef } from 'react';
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
  const list = useRef<HTMLOListElement>(null);
  useReveal(list, current, status.mistakes.length);
  // Notes are about what is typed: they stand under the task under way, or under the last one.
  const last = items.findLast(({ kind }) => kind === 'task')?.id ?? null;
  const noted = items.find(({ kind, id }) => kind === 'task' && id === current)?.id ?? last;
  return (
    <>
      <ol ref={list} className="cards">
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

/**
 * The card under way, and a new note, are brought into view where the panel scrolls by itself. The focus stays, and
 * nothing moves under a reader who is at work in the panel.
 */
function useReveal(list: RefObject<HTMLOListElement | null>, current: string | null, mistakes: number): void {
  const before = useRef({ current, mistakes });
  useEffect(() => {
    const was = before.current;
    before.current = { current, mistakes };
    const area = list.current?.closest<HTMLElement>('.lesson-area');
    if (!area || getComputedStyle(area).overflowY === 'visible') return;
    const noted = mistakes > was.mistakes;
    if (!noted && (was.current === current || area.contains(document.activeElement))) return;
    const found = list.current?.querySelector<HTMLElement>(noted ? '.note' : '.card.current');
    if (found) reveal(area, found);
  }, [list, current, mistakes]);
}

const MARGIN_PX = 12;

function reveal(area: HTMLElement, found: HTMLElement): void {
  const foot = area.querySelector('.panel-foot')?.getBoundingClientRect().height ?? 0;
  const frame = area.getBoundingClientRect();
  const box = found.getBoundingClientRect();
  const below = box.bottom + MARGIN_PX - (frame.bottom - foot);
  const above = frame.top + MARGIN_PX - box.top;
  // What is too tall is shown from its top.
  if (below > 0) area.scrollBy({ top: Math.min(below, -above), behavior: 'smooth' });
  else if (above > 0) area.scrollBy({ top: -above, behavior: 'smooth' });
}
