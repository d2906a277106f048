/** Whether there is room for more on the disk of a store. */
import { octetsIn } from '../../mail/account.ts';
import type { StoreState } from './types.ts';

export function isDiskFull({ config, accounts }: StoreState, more: number): boolean {
  if (config.disk === 0) return false;
  let used = more;
  for (const account of accounts) used += octetsIn(account);
  return used > config.disk;
}
