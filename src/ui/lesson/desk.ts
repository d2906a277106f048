/** The lesson that lies open, and the attempt at it. `attempt.ts` alone writes the attempt. */
import { create } from 'zustand';
import type { CourseLesson } from '../../lesson/load.ts';
import type { Answer } from '../../lesson/quiz.ts';
import type { LessonAction, LessonStatus } from '../../lesson/status.ts';
import type { Params } from '../../lesson/types.ts';
import type { CourseBook, LessonEntry } from './course.ts';

/** A solution playing itself; `done` of `of` lines are typed. */
export interface Showing {
  /** Task or question it is for. */
  readonly item: string;
  readonly done: number;
  readonly of: number;
}

export interface LessonDesk {
  readonly course: CourseBook | null;
  /** The list of lessons lies over the lesson. */
  readonly choosing: boolean;
  /** null: free play. */
  readonly entry: LessonEntry | null;
  /** null while it loads. */
  readonly lesson: CourseLesson | null;
  /** The lesson could not be fetched. */
  readonly failed: boolean;
  /** The reader wants the English text although there is a translation. */
  readonly inEnglish: boolean;
  readonly params: Params;
  readonly actions: readonly LessonAction[];
  readonly status: LessonStatus | null;
  /** Tasks passed in this attempt on any course of events, also one that was left since. */
  readonly earlier: readonly string[];
  /** Index of the step on show; the number of steps: the last page. */
  readonly step: number;
  /** Furthest step shown in this attempt. */
  readonly reached: number;
  /** The reader has just gone to this step: its title takes the focus. */
  readonly stepped: boolean;
  /** How often a mistake had been made when its text was put away. */
  readonly putAway: Readonly<Record<string, number>>;
  /** Answers being made, by question: the panel may be put away meanwhile. */
  readonly drafts: Readonly<Record<string, Answer>>;
  readonly showing: Showing | null;
}

export const NO_ATTEMPT = {
  actions: [],
  status: null,
  earlier: [],
  step: 0,
  reached: 0,
  stepped: false,
  putAway: {},
  drafts: {},
  showing: null,
} satisfies Partial<LessonDesk>;

export const useDesk = create<LessonDesk>()(() => ({
  course: null,
  choosing: false,
  entry: null,
  lesson: null,
  failed: false,
  inEnglish: false,
  params: {},
  ...NO_ATTEMPT,
}));

export const openStep = (step: number): void =>
  useDesk.setState(({ reached }) => ({ step, reached: Math.max(reached, step), stepped: true }));

export const keepDraft = (quiz: string, answer: Answer): void =>
  useDesk.setState(({ drafts }) => ({ drafts: { ...drafts, [quiz]: answer } }));
