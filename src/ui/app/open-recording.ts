/** A visit that `npm run serve` recorded, played again in the page: on the map, in the log, in the session view. */
import { MAX_RECORDING, readRecording } from '../../agents/recording.ts';
import type { Recording } from '../../agents/recording.ts';
import type { Stage, StageHost } from '../../agents/stage.ts';
import { visited } from '../../agents/visited.ts';
import type { Visited } from '../../agents/visited.ts';
import type { TimedAction } from '../../sim/types.ts';
import { replayActions, runUntil } from '../../sim/history.ts';
import { knowsStage, loadRegistry, loadStage } from '../store/stages.ts';
import { useStore } from '../store/store.ts';
import { withAddress } from './address.ts';

/** The visitor's card stands this far left of the map's leftmost. */
const BESIDE = 240;

/** Replays the file and shows its beginning, paused. Returns why it cannot; then nothing has changed. */
export async function openRecording(file: File): Promise<string | null> {
  if (file.size > MAX_RECORDING) return 'it is too large';
  const read = readRecording(await file.text());
  if ('why' in read) return read.why;
  const { recording } = read;
  if (!knowsStage(recording.scenario)) return `there is no network ${recording.scenario}`;
  const known = await loadStage(recording.scenario);
  const visit = visited(known.scenario, recording.visiting);
  if (visit === null) return `the network ${known.id} has no host ${recording.visiting.at}`;
  const stage = stageOf(known, visit, recording);
  const history = replayActions(stage.scenario, await loadRegistry(), actionsOf(recording, visit));
  runUntil(history, recording.until);
  const store = useStore.getState();
  store.setLesson({ id: null, crumbs: [], state: null });
  store.openHistory(stage, history, recording.gestures[0]?.at ?? 0);
  const query = withAddress(location.search, { scenario: known.id, lesson: null });
  window.history.replaceState(null, '', `${location.pathname}${query}`);
  store.notify('recording.opened');
  return null;
}

const actionsOf = ({ gestures }: Recording, { visitor }: Visited): TimedAction[] =>
  gestures.map(({ at, input }) => ({ at, action: { kind: 'input', program: visitor, input } }));

function stageOf(known: Stage, { scenario, host, isNew }: Visited, { visiting }: Recording): Stage {
  if (!isNew) return { ...known, scenario };
  const beside = known.hosts.find(({ id }) => id === visiting.at);
  const card: StageHost = {
    id: host.id,
    label: { en: host.name.split('.', 1)[0]! },
    name: host.name,
    address: visiting.from,
    zone: '',
    badges: [],
    mark: '',
    shell: null,
    accounts: [],
    mailboxes: [],
    x: Math.min(...known.hosts.map(({ x }) => x)) - BESIDE,
    y: beside?.y ?? 0,
  };
  const line = { between: [host.id, visiting.at] as const, label: '' };
  return { ...known, scenario, hosts: [...known.hosts, card], lines: [...known.lines, line] };
}
