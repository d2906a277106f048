/** What a lesson says of one student's work at one moment: the page draws it, the hand-in carries it. */
import type { Millis } from '../base/time.ts';
import type { EventId } from '../sim/types.ts';
import type { Answer } from './quiz.ts';
import type { MistakeKind } from './types.ts';

/** A gesture at the lesson itself, kept beside the simulation's actions. */
export type LessonAction = {
  readonly at: Millis;
  /** Number of log events before it. */
  readonly events: number;
} & LessonGesture;

export type LessonGesture =
  | { readonly kind: 'answer'; readonly quiz: string; readonly answer: Answer }
  /** Opens the next hint tier. */
  | { readonly kind: 'hint'; readonly task: string }
  /** The solution up to the end of this task was played: no points for it. */
  | { readonly kind: 'show'; readonly task: string }
  | { readonly kind: 'skip'; readonly step: string }
  /** An essential mistake's text was read. */
  | { readonly kind: 'read'; readonly mistake: string };

export interface TaskStatus {
  readonly id: string;
  readonly passed: boolean;
  /** Instant and event that passed it; null while it is not. */
  readonly at: Millis | null;
  readonly event: EventId | null;
  /** Points now, after hints; `of`: the most it can give. */
  readonly points: number;
  readonly of: number;
  readonly optional: boolean;
  readonly hintsShown: number;
  readonly shown: boolean;
}

export interface QuizStatus {
  readonly id: string;
  readonly points: number;
  readonly of: number;
  /** Tries that counted (`almost` does not). */
  readonly tries: number;
  /** null: not answered. */
  readonly outcome: 'right' | 'partly' | 'wrong' | 'almost' | null;
  readonly last: Answer;
  /** Text key when the last answer was almost right, else empty. */
  readonly almost: string;
  /** The simulator's answer to a `predict` question, once it was answered. */
  readonly predicted: string | null;
}

export interface FiredMistake {
  readonly id: string;
  readonly kind: MistakeKind;
  readonly about: readonly string[];
  readonly shared: boolean;
  readonly step: string;
  readonly at: Millis;
  readonly event: EventId;
  /** How often; more than once only for rules with `once: false`. */
  readonly times: number;
  readonly read: boolean;
}

export interface StepStatus {
  readonly id: string;
  readonly open: boolean;
  readonly passed: boolean;
  readonly skipped: boolean;
  /** Essential mistakes that must be read before the step counts as passed. */
  readonly blockedBy: readonly string[];
}

export interface LessonStatus {
  readonly lesson: string;
  readonly points: number;
  readonly of: number;
  /** Rounded down, 0–100. */
  readonly percent: number;
  /** At least the lesson's `pass` percent. */
  readonly passed: boolean;
  /** Every step is passed or skipped. */
  readonly done: boolean;
  readonly steps: readonly StepStatus[];
  readonly tasks: Readonly<Record<string, TaskStatus>>;
  readonly quizzes: Readonly<Record<string, QuizStatus>>;
  /** In the order in which they were made; of those made by one event, the most specific first. */
  readonly mistakes: readonly FiredMistake[];
  /** The first thing still to do in an open step: a task or quiz id; empty when there is none. */
  readonly next: string;
}
