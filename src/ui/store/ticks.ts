/** Events worth a tick on the timeline and a stop when stepping: what leaves a host, and what becomes of mail. */
import type { SimEvent } from '../../sim/types.ts';
import { factOf } from '../../view/wire.ts';

export function isTick(event: SimEvent): boolean {
  const { what } = event;
  switch (what.kind) {
    case 'connecting':
    case 'segment':
    case 'datagram':
    case 'failed':
    case 'power':
    case 'link':
    case 'action':
      return true;
    case 'fact': {
      const kind = factOf(event)?.kind;
      return (
        kind === 'accepted' ||
        kind === 'delivered' ||
        kind === 'deferred' ||
        kind === 'bounced' ||
        kind === 'fetched'
      );
    }
    default:
      return false;
  }
}
