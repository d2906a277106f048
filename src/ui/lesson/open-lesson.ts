/** Opening lessons: from the address, from the list, one after the other. */
import { showAndStart } from '../app/open.ts';
import { type PageAddress, withAddress } from '../app/address.ts';
import { remember, remembered } from '../store/settings.ts';
import { useStore } from '../store/store.ts';
import { entryNamed, firstEntry, type LessonEntry, loadCourse, loadLesson } from './course.ts';
import { NO_ATTEMPT, useDesk } from './desk.ts';

const LAST = 'lesson';

/**
 * The scenario to open for this address. It names a lesson, or nothing at all: then it is the lesson that was open
 * last, or the first one. A scenario alone is free play.
 */
export async function lessonForAddress(address: PageAddress): Promise<string | null> {
  const course = await loadCourse();
  useDesk.setState({ course });
  const asked = address.lesson === null ? null : entryNamed(course, address.lesson);
  if (address.lesson !== null && asked === null) {
    useStore.getState().setLesson({ id: null });
    useDesk.setState({ choosing: true });
    return address.scenario;
  }
  if (asked === null && address.scenario !== null) return address.scenario;
  const entry = asked ?? entryNamed(course, remembered(LAST) ?? '') ?? firstEntry(course);
  if (entry === null) return address.scenario;
  take(entry);
  return entry.scenario;
}

/** Opens a lesson with its scenario, at its beginning or where the student left it, and puts it into the address. */
export async function openLesson(entry: LessonEntry): Promise<void> {
  // The run on show belongs to another lesson: nothing of it may be graded for this one.
  const { stage, showStage } = useStore.getState();
  if (stage !== null) showStage(stage);
  take(entry);
  const query = withAddress(location.search, { lesson: entry.id, scenario: null });
  history.replaceState(null, '', `${location.pathname}${query}`);
  await showAndStart(entry.scenario);
}

function take(entry: LessonEntry): void {
  remember(LAST, entry.id);
  useDesk.setState({ entry, lesson: null, failed: false, choosing: false, ...NO_ATTEMPT });
  useStore.getState().setLesson({ id: entry.id });
  void fetchLesson(entry);
}

/** Also what "Try again" does when a lesson could not be fetched. */
export async function fetchLesson(entry: LessonEntry): Promise<void> {
  useDesk.setState({ failed: false });
  try {
    const lesson = await loadLesson(entry);
    if (useDesk.getState().entry === entry) useDesk.setState({ lesson });
  } catch {
    if (useDesk.getState().entry === entry) useDesk.setState({ failed: true });
  }
}
