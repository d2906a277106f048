/** What Tab knows: the shell's commands, the names of the network, and the files of the host. */
import type { Stage } from '../../agents/stage.ts';
import { COMMANDS } from '../../shell/commands.ts';
import { pathCandidates } from '../../shell/files/completion.ts';
import { candidatesFor, type LineState, type Vocabulary, wordAt } from '../../shell/line-editor.ts';
import { worldAt } from '../../sim/history.ts';
import type { HostId } from '../../sim/types.ts';
import { useStore } from '../store/store.ts';

function vocabularyOf(stage: Stage): Vocabulary {
  const names = stage.hosts.flatMap((host) => [host.id, host.name, host.address]);
  const domains = stage.hosts.map((host) => host.zone).filter((zone) => zone !== '');
  return { commands: COMMANDS.map(({ name }) => name), names: [...names, ...domains, 'localhost'] };
}

/** What the word before the cursor may become at the instant that is shown. */
export function candidatesAt(host: HostId, line: LineState): readonly string[] {
  const { stage, history, now } = useStore.getState();
  if (stage === null || history === null) return [];
  const { before, word } = wordAt(line);
  if (word === '') return [];
  const { scenario, registry } = history;
  const world = now < history.world.now ? worldAt(history, now) : history.world;
  return (
    pathCandidates(before, word, { scenario, registry, world, host }) ??
    candidatesFor(line, vocabularyOf(stage))
  );
}

/** How candidates are shown to choose from: of paths the last name. */
export const shownChoices = (candidates: readonly string[]): readonly string[] =>
  candidates.slice(0, 12).map((path) => path.slice(path.lastIndexOf('/', path.length - 2) + 1));
