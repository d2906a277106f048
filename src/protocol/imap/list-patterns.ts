/** Patterns of LIST and LSUB (RFC 3501 §6.3.8): `*` stands for anything, `%` for anything within one level. */
import { SEPARATOR } from '../../mail/account.ts';

const PATTERN_LIMIT = 1000;

/** Whether the whole name matches. The cost is the product of the two lengths at most. */
export function matchesPattern(pattern: string, name: string): boolean {
  if (pattern.length > PATTERN_LIMIT) return false;
  // INBOX is the same in any case (RFC 3501 §5.1).
  const anyCase = name === 'INBOX' || name.startsWith(`INBOX${SEPARATOR}`) ? 'INBOX'.length : 0;
  // `reached[i]`: the first i characters of the name match the pattern so far.
  let reached = new Array<boolean>(name.length + 1).fill(false);
  reached[0] = true;
  for (const char of pattern) {
    const next = new Array<boolean>(name.length + 1).fill(false);
    const wild = char === '*' || char === '%';
    next[0] = wild && reached[0]!;
    for (let i = 1; i <= name.length; i++) {
      const passes = char === '*' || (char === '%' && name[i - 1] !== SEPARATOR);
      const same = name[i - 1] === char || (i <= anyCase && name[i - 1] === char.toUpperCase());
      next[i] = wild ? reached[i]! || (passes && next[i - 1]!) : reached[i - 1]! && same;
    }
    reached = next;
  }
  return reached[name.length]!;
}
