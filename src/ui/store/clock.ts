/** The page's one clock: a frame loop that hands real time to the store. */
import { useStore } from './store.ts';

/** Starts the loop; the returned function ends it. */
export function startClock(): () => void {
  let last = performance.now();
  let handle = requestAnimationFrame(function tick(at) {
    const elapsed = Math.max(0, at - last);
    last = at;
    useStore.getState().frame(elapsed);
    handle = requestAnimationFrame(tick);
  });
  return () => cancelAnimationFrame(handle);
}
