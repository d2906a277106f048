/** A lesson as the page and the grader use it: plain data, made from `lesson.yaml` at build time (LESSONS.md 4.2, 4.3). */
import type { Language } from '../agents/stage.ts';
import type { Millis } from '../base/time.ts';

/** How a field's value is compared. Texts compare without case; `*` in a glob stands for any characters. */
export type Matcher =
  | { readonly kind: 'text'; readonly glob: string }
  /** A reply code of this class: `2xx`. */
  | { readonly kind: 'class'; readonly digit: string }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'contains' | 'starts' | 'ends'; readonly text: string }
  | { readonly kind: 'range'; readonly min: number | null; readonly max: number | null }
  | { readonly kind: 'nonempty' }
  | { readonly kind: 'not'; readonly of: Matcher }
  /** All of them: `{ ends: ".", not: "." }`. */
  | { readonly kind: 'both'; readonly of: readonly Matcher[] }
  | { readonly kind: 'one-of'; readonly of: readonly Matcher[] }
  /** Fields within a field, as `header: { Subject: … }`. Names compare without case. */
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, Matcher>> };

export type Fields = Readonly<Record<string, Matcher>>;

/** From when on events count. `step`: since the check's step opened; `after`: since that task was passed. */
export interface Window {
  readonly since: 'lesson' | 'step';
  readonly after: string | null;
}

export type EventName =
  | 'tcp'
  | 'smtp'
  | 'pop'
  | 'imap'
  | 'dns'
  | 'shell'
  | 'send'
  | 'fetch'
  | 'accepted'
  | 'relayed'
  | 'delivered'
  | 'deferred'
  | 'bounce'
  | 'auth'
  | 'inspect'
  | 'power';
export type StateName = 'message' | 'queue' | 'session' | 'host';

export type Check =
  | { readonly kind: 'event'; readonly name: EventName; readonly fields: Fields; readonly window: Window }
  | { readonly kind: 'state'; readonly name: StateName; readonly fields: Fields; readonly window: Window }
  | { readonly kind: 'all' | 'any' | 'none'; readonly of: readonly Check[] }
  /** Events one after the other; `adjacent`: no other event of the same name and connection in between. */
  | {
      readonly kind: 'in-order';
      readonly of: readonly Check[];
      readonly noneBetween: Check | null;
      readonly adjacent: boolean;
      readonly window: Window;
    }
  | {
      readonly kind: 'count';
      readonly of: Check;
      readonly min: number;
      /** null: no upper bound. */
      readonly max: number | null;
      readonly window: Window;
    };

export type MistakeKind = 'essential' | 'actionable' | 'informative' | 'celebratory';

export interface MistakeRule {
  readonly id: string;
  readonly kind: MistakeKind;
  readonly when: Check;
  /** Misconception ids. */
  readonly about: readonly string[];
  readonly once: boolean;
  /** From `mistakes.yaml`; its text is in `mistakes.<lang>.md`. */
  readonly shared: boolean;
}

export interface Task {
  readonly id: string;
  readonly points: number;
  readonly check: Check;
  readonly partial: readonly { readonly points: number; readonly check: Check }[];
  /** Cost in points of each hint tier; its length is the number of tiers. */
  readonly hintCosts: readonly number[];
  readonly mistakes: readonly MistakeRule[];
  readonly optional: boolean;
  /** Simulated time from the step's opening in which it must be done; null: any. */
  readonly withinMs: Millis | null;
  /** Must still be true at the end; otherwise once passed stays passed. */
  readonly hold: boolean;
}

export type Ask = 'reply-code' | 'reply-text' | 'next-host' | 'final-mailbox' | 'queue-length' | 'path';

interface QuizBase {
  readonly id: string;
  readonly points: number;
}

export type Quiz =
  | (QuizBase & {
      readonly type: 'single';
      readonly options: readonly string[];
      readonly right: string;
      readonly why: Readonly<Record<string, string>>;
    })
  | (QuizBase & {
      readonly type: 'multiple';
      readonly options: readonly string[];
      readonly right: readonly string[];
      readonly scoring: 'all' | 'per-option';
      readonly why: Readonly<Record<string, string>>;
    })
  /** `items` in the right order. */
  | (QuizBase & { readonly type: 'ordering'; readonly items: readonly string[] })
  /** `accept` and the keys of `almost` are globs; the values of `almost` are text keys. */
  | (QuizBase & {
      readonly type: 'fill';
      readonly accept: readonly string[];
      readonly almost: readonly { readonly glob: string; readonly text: string }[];
    })
  /** `pairs`: for each left item the right items that fit it. */
  | (QuizBase & {
      readonly type: 'match';
      readonly left: readonly string[];
      readonly right: readonly string[];
      readonly pairs: Readonly<Record<string, readonly string[]>>;
    })
  /** The right answer is what the simulator does with `after`. */
  | (QuizBase & {
      readonly type: 'predict';
      readonly after: readonly string[];
      readonly ask: Ask;
      readonly options: readonly string[];
    })
  | (QuizBase & {
      readonly type: 'spot';
      readonly in: 'header' | 'transcript' | 'config' | 'diagram' | 'statements';
      /** Lines to choose from; `text` is verbatim protocol text, null when it stands in the Markdown. */
      readonly lines: readonly { readonly id: string; readonly text: string | null }[];
      readonly right: readonly string[];
      readonly why: Readonly<Record<string, string>>;
    });

export interface Step {
  readonly id: string;
  readonly tasks: readonly Task[];
  readonly quiz: readonly Quiz[];
  readonly mistakes: readonly MistakeRule[];
}

export interface Lesson {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly level: 'beginner' | 'intermediate' | 'advanced';
  readonly minutes: number;
  readonly needs: readonly string[];
  readonly teaches: readonly string[];
  readonly seeds: readonly string[];
  readonly scenario: string;
  /** Host whose terminal opens first; empty: the first with a shell. */
  readonly start: string;
  readonly allow: readonly string[];
  readonly params: Readonly<Record<string, readonly string[]>>;
  /** Percent needed to pass. */
  readonly pass: number;
  readonly mode: 'practice' | 'exam' | 'demo';
  /** Steps may be done in any order. */
  readonly free: boolean;
  readonly steps: readonly Step[];
}

/** One student's values: `${subject}` → `Bowling`. */
export type Params = Readonly<Record<string, string>>;

export interface CatalogTrack {
  readonly id: string;
  readonly title: Readonly<Partial<Record<Language, string>>> & { readonly en: string };
  /** Folder names, in order. */
  readonly lessons: readonly string[];
}

export interface Term {
  readonly id: string;
  readonly word: Readonly<Partial<Record<Language, string>>> & { readonly en: string };
  readonly meaning: Readonly<Partial<Record<Language, string>>> & { readonly en: string };
}

export const LANGUAGES: readonly Language[] = ['en', 'nl', 'de', 'cs', 'hu'];

/** Something wrong in a lesson's files. `line` is counted from 1; 0: the file as a whole. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}
