/** What the local part of an address means on a host: a mailbox, an alias, or nothing. */
import { splitAddress, subaddress } from '../mail/address.ts';

/** Alias targets followed from one recipient before it is taken for a loop. */
const MAX_EXPANSION = 100;

export type LocalTarget =
  | { readonly kind: 'mailbox'; readonly mailbox: string }
  | { readonly kind: 'alias'; readonly targets: readonly string[] }
  | { readonly kind: 'unknown' };

/** The names a host knows, as `MdaConfig` and `ServiceConfig` have them. */
export interface LocalNames {
  readonly domains: readonly string[];
  readonly users: readonly string[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
}

/** What a local address means here: a mailbox, an alias (subaddresses count as their user), or nothing. */
export function localTarget(config: LocalNames, recipient: string): LocalTarget {
  const name = splitAddress(recipient).localPart.toLowerCase();
  const base = subaddress(name).user;
  for (const candidate of base === name ? [name] : [name, base]) {
    if (Object.hasOwn(config.aliases, candidate)) {
      const targets = expandAlias(config, candidate);
      if (targets.length > 0) return { kind: 'alias', targets };
    }
    if (config.users.includes(candidate)) return { kind: 'mailbox', mailbox: candidate };
  }
  // RFC 5321 §4.5.1: postmaster is always there; without an alias the first mailbox has the honour.
  const [first] = config.users;
  if (name === 'postmaster' && first !== undefined) return { kind: 'mailbox', mailbox: first };
  return { kind: 'unknown' };
}

/** Follows an alias to its ends: local users, written as addresses, and addresses elsewhere. */
function expandAlias(config: LocalNames, alias: string): readonly string[] {
  const targets = new Set<string>();
  const seen = new Set<string>([alias]);
  const open = [...config.aliases[alias]!];
  while (open.length > 0 && seen.size < MAX_EXPANSION) {
    const target = open.shift()!;
    const { localPart, domain } = splitAddress(target);
    const name = localPart.toLowerCase();
    if (domain !== '' && !config.domains.includes(domain)) targets.add(target);
    else if (!seen.has(name) && Object.hasOwn(config.aliases, name)) open.push(...config.aliases[name]!);
    // A name that leads nowhere stays a target: its bounce tells the sender, where silence would lose a letter.
    else if (config.users.includes(subaddress(name).user) || !Object.hasOwn(config.aliases, name))
      targets.add(`${name}@${config.domains[0] ?? ''}`);
    seen.add(name);
  }
  return [...targets];
}
