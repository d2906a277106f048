/** That somebody looked at something: lessons may ask for it. */
import { useStore } from '../store/store.ts';

/** Puts `what` (`received.2`, `host.neo`) on record; looking changes nothing else. */
export const inspect = (what: string): void => useStore.getState().act({ kind: 'inspect', what });
