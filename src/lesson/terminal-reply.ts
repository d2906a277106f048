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

/** A tag, and the status behind it (RFC 3501 §7.1); three digits in front of OK are a reply code of SMTP. */
const TAGGED = /^(?!\d{3} )\S{1,40} (OK|NO|BAD)(?= |$) ?/;

/** `250` and `Ok`, `+OK` and `2 messages`, `OK` and `NOOP completed` of `a3 OK NOOP completed`. */
export function splitReply(line: string): { readonly code: string; readonly text: string } {
  const tagged = TAGGED.exec(line);
  if (tagged !== null) return { code: tagged[1]!, text: line.slice(tagged[0].length) };
  return { code: line.slice(0, 3), text: line.slice(4) };
}
