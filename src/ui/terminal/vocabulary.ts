/** What Tab knows: the shell's commands and the names of the network. */
import type { Stage } from '../../agents/stage.ts';
import { COMMANDS } from '../../shell/commands.ts';
import type { Vocabulary } from '../../shell/line-editor.ts';

export function vocabularyOf(stage: Stage): Vocabulary {
  const names = stage.hosts.flatMap((host) => [host.id, host.name, host.address]);
  const domains = stage.hosts.map((host) => host.zone).filter((zone) => zone !== '');
  return { commands: COMMANDS.map(({ name }) => name), names: [...names, ...domains, 'localhost'] };
}
