/** What a terminal was answered last: scripts compare it with their `<` lines. */
import type { HostId, SimEvent } from '../sim/types.ts';

/**
 * The last line that came over the wire to this host's terminal since the last gesture there; without one, the last
 * line a program wrote; else empty.
 */
export function lastReply(log: readonly SimEvent[], host: HostId): string {
  let remote = '';
  let plain = '';
  for (let i = log.length - 1; i >= 0; i--) {
    const { what, host: at } = log[i]!;
    if (at !== host) continue;
    if (what.kind === 'action') break;
    if (what.kind !== 'printed') continue;
    if (what.style === 'remote') remote = what.text + remote;
    else if (what.style === 'plain') plain = what.text + plain;
  }
  return lastLine(remote) || lastLine(plain);
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.findLast((line) => line !== '') ?? '';
}
