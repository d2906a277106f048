/** Who may log in to the accounts of a host. */
import type { Credentials } from '../../protocol/sasl/sasl.ts';
import { proves } from '../../protocol/sasl/sasl.ts';
import type { StoreConfig } from './types.ts';

/** The login that credentials prove, or null. `jura`, `Jura` and `jura@firma1.intr` are the same one. */
export function loginOf(config: StoreConfig, credentials: Credentials): string | null {
  const login = accountName(config, credentials.user.toLowerCase());
  return Object.hasOwn(config.users, login) && proves(credentials, config.users[login]!) ? login : null;
}

function accountName({ domains }: StoreConfig, user: string): string {
  const at = user.lastIndexOf('@');
  if (at < 0) return user;
  return domains.includes(user.slice(at + 1)) ? user.slice(0, at) : '';
}
