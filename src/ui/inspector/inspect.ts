/** That somebody looked at something: lessons may ask for it. */
import { useStore } from '../store/store.ts';

/**
 * Puts `what` (`received.2`) on record. Looking must change nothing: in the past, where every action forks, it is left
 * out, and a page that was paused stays so.
 */
export function inspect(what: string): void {
  const { act, pause, playing, count, logged } = useStore.getState();
  if (count < logged) return;
  act({ kind: 'inspect', what });
  if (!playing) pause();
}
