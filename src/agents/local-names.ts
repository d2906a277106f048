/** What the local part of an address means on a host: a mailbox, an alias, or nothing. */
import { splitAddress, subaddress, unquoteLocalPart } from '../mail/address.ts';

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
  const name = unquoteLocalPart(splitAddress(recipient).localPart).toLowerCase();
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
  // Every alias is followed once: that ends loops, and no target is ever dropped.
  const followed = new Set<string>([alias]);
  const open = [...config.aliases[alias]!];
  for (const target of open) {
    const { localPart, domain } = splitAddress(target);
    const name = localPart.toLowerCase();
    if (domain !== '' && !config.domains.includes(domain)) targets.add(target);
    else if (!followed.has(name) && Object.hasOwn(config.aliases, name)) {
      followed.add(name);
      open.push(...config.aliases[name]!);
    }
    // A name that leads nowhere stays a target: its bounce tells the sender, where silence would lose a letter.
    else if (config.users.includes(subaddress(name).user) || !Object.hasOwn(config.aliases, name))
      targets.add(`${name}@${config.domains[0] ?? ''}`);
  }
  return [...targets];
}
