/**
 * The student's progress in this browser. Saved a moment after it changes; what cannot be read is put aside under
 * another key before anything is written, and the student is told.
 */
import { create } from 'zustand';
import type { Attempt, Progress } from '../../lesson/progress.ts';
import {
  beginAttempt,
  mergeProgress,
  noProgress,
  parseProgress,
  recordAttempt,
  writeProgress,
} from '../../lesson/progress.ts';
import type { LessonStatus } from '../../lesson/status.ts';

const KEY = 'posthorn.progress';
const ASIDE = 'posthorn.progress.damaged';
const ASIDE_LIMIT = 20;
const SAVE_AFTER_MS = 400;
/** Over this many characters only the lesson under way keeps its gestures; scores always stay. */
const ROOMY = 1_500_000;

export interface ProgressDesk {
  readonly progress: Progress;
  /** What was found damaged on this visit, kept as text; null: nothing. */
  readonly damaged: { readonly text: string; readonly why: string } | null;
  /** False: this browser keeps nothing (forbidden, full, or a damaged record that could not be put aside). */
  readonly saving: boolean;

  record(status: LessonStatus, attempt: Attempt): void;
  startAgain(lesson: string): void;
  setStudent(student: string): void;
  /** Takes a record from a file in. null: done; else what is wrong with the file, and nothing has changed. */
  takeIn(text: string): string | null;
  clear(): void;
  forgetDamaged(): void;
}

interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const shelf = (): Storage | null => {
  try {
    return localStorage;
  } catch {
    return null;
  }
};

/** Puts a damaged record under the first free key; false when there is no room. The same text is kept once. */
export function putAside(on: Shelf, text: string): boolean {
  try {
    for (let n = 1; n <= ASIDE_LIMIT; n++) {
      const key = `${ASIDE}.${n}`;
      const there = on.getItem(key);
      if (there === text) return true;
      if (there !== null) continue;
      on.setItem(key, text);
      return on.getItem(key) === text;
    }
  } catch {
    // No room: the record must stay where it is.
  }
  return false;
}

type Found = Pick<ProgressDesk, 'progress' | 'damaged' | 'saving'>;

/** What is on the shelf, never throwing. */
export function readShelf(on: Shelf | null): Found {
  let text: string | null = null;
  try {
    text = on?.getItem(KEY) ?? null;
  } catch {
    return { progress: noProgress(), damaged: null, saving: false };
  }
  if (text === null) return { progress: noProgress(), damaged: null, saving: on !== null };
  const read = parseProgress(text);
  if (read.kind === 'ok') return { progress: read.progress, damaged: null, saving: true };
  const aside = on !== null && putAside(on, text);
  return { progress: noProgress(), damaged: { text, why: read.why }, saving: aside };
}

export const useProgress = create<ProgressDesk>()((set, get) => ({
  ...readShelf(shelf()),

  record(status, attempt) {
    set({ progress: recordAttempt(get().progress, status, attempt) });
    saveSoon(status.lesson);
  },
  startAgain(lesson) {
    set({ progress: beginAttempt(get().progress, lesson) });
    saveSoon(lesson);
  },
  setStudent(student) {
    set({ progress: { ...get().progress, student: student.trim().slice(0, 80) } });
    saveSoon();
  },
  takeIn(text) {
    const read = parseProgress(text);
    if (read.kind === 'damaged') return read.why;
    set({ progress: mergeProgress(get().progress, read.progress) });
    saveSoon();
    return null;
  },
  clear() {
    const on = shelf();
    try {
      on?.removeItem(KEY);
      for (let n = 1; n <= ASIDE_LIMIT; n++) on?.removeItem(`${ASIDE}.${n}`);
    } catch {
      // Nothing could be kept there in the first place.
    }
    set({ progress: noProgress(), damaged: null, saving: on !== null });
    saveSoon();
  },
  forgetDamaged: () => set({ damaged: null }),
}));

let timer: ReturnType<typeof setTimeout> | null = null;
let underWay = '';

function saveSoon(lesson = underWay): void {
  underWay = lesson;
  timer ??= setTimeout(saveNow, SAVE_AFTER_MS);
}

export function saveNow(): void {
  if (timer === null) return;
  clearTimeout(timer);
  timer = null;
  const { progress, saving, damaged } = useProgress.getState();
  // A damaged record that found no other place is not overwritten.
  if (!saving && damaged !== null) return;
  try {
    localStorage.setItem(KEY, compact(progress, underWay));
    if (!saving) useProgress.setState({ saving: true });
  } catch {
    if (saving) useProgress.setState({ saving: false });
  }
}

function compact(progress: Progress, keep: string): string {
  const text = writeProgress(progress);
  if (text.length <= ROOMY) return text;
  const lessons = Object.entries(progress.lessons).map(([id, one]) => [
    id,
    id === keep ? one : { ...one, current: null },
  ]);
  return writeProgress({ ...progress, lessons: Object.fromEntries(lessons) });
}

/** Saves when the page goes away, and takes over what another tab saved. The returned function ends it. */
export function watchShelf(): () => void {
  const leaving = (): void => {
    if (document.visibilityState === 'hidden') saveNow();
  };
  const changed = (event: StorageEvent): void => {
    if (event.key !== KEY || event.newValue === null) return;
    const read = parseProgress(event.newValue);
    if (read.kind === 'ok')
      useProgress.setState({ progress: mergeProgress(useProgress.getState().progress, read.progress) });
  };
  addEventListener('pagehide', saveNow);
  addEventListener('storage', changed);
  document.addEventListener('visibilitychange', leaving);
  return () => {
    removeEventListener('pagehide', saveNow);
    removeEventListener('storage', changed);
    document.removeEventListener('visibilitychange', leaving);
  };
}
