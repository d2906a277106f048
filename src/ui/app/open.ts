/** Opens what the address asks for. An unknown id is no error page: it opens the first and says so with the choices. */
import { knowsStage, loadRegistry, loadStage, stageEntries } from '../store/stages.ts';
import { lessonForAddress } from '../lesson/open-lesson.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { type PageAddress, withAddress } from './address.ts';

/** Resolves when the stage can be painted; the programs that play it follow by themselves. */
export async function openAddress(address: PageAddress): Promise<void> {
  await showAndStart(await lessonForAddress(address));
}

/** Says what could not be found, in the page's language. */
export function tellUnknown({ scenario, lesson: asked }: PageAddress): void {
  const { notify, language, lesson } = useStore.getState();
  if (asked !== null && lesson.id === null) notify('notice.unknownLesson', { id: asked.slice(0, 60) }, 'bad');
  if (scenario === null || knowsStage(scenario)) return;
  const choices = stageEntries().map(({ id, title }) => `${textIn(title, language)} (${id})`);
  notify('notice.unknownScenario', { id: scenario.slice(0, 60), choices: choices.join(', ') }, 'bad');
}

/** Opens another scenario and puts it into the address, so that the page can be passed on. */
export async function openScenario(id: string): Promise<void> {
  if (!knowsStage(id)) return;
  // The lesson is left before its network may start again.
  useStore.getState().setLesson({ id: null, crumbs: [], state: null });
  await showAndStart(id);
  const query = withAddress(location.search, { scenario: id, lesson: null });
  history.replaceState(null, '', `${location.pathname}${query}`);
}

/** Opens what `npm run serve -- --record` wrote. A file that cannot be used changes nothing. */
export async function openRecordingFile(file: File): Promise<void> {
  const { notify } = useStore.getState();
  try {
    const { openRecording } = await import('./open-recording.ts');
    const why = await openRecording(file);
    if (why !== null) notify('recording.bad', { why }, 'bad');
  } catch {
    notify('recording.bad', { why: file.name.slice(0, 60) }, 'bad');
  }
}

export async function showAndStart(id: string | null): Promise<void> {
  const stage = await loadStage(id);
  useStore.getState().showStage(stage);
  loadRegistry().then(
    (registry) => {
      // Somebody may have chosen another network meanwhile.
      if (useStore.getState().stage === stage) useStore.getState().openStage(stage, registry);
    },
    (error: unknown) => useStore.getState().breakDown(error),
  );
}
