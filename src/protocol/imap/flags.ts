/** Flags as commands give them (RFC 3501 §2.3.2, §6.4.6). */
import { KEYWORD_LIMIT, SYSTEM_FLAGS } from '../../mail/mailbox.ts';
import type { Argument } from './arguments.ts';

/** Dovecot's `mail_max_keyword_length`. */
const KEYWORD_LENGTH_LIMIT = 50;
/** No mailbox can know more at once. */
const FLAG_LIMIT = SYSTEM_FLAGS.length + KEYWORD_LIMIT;

export type FlagsRead =
  | { readonly kind: 'flags'; readonly flags: readonly string[] }
  /** `bad`: no flags by the grammar; else such flags cannot be. */
  | { readonly kind: 'wrong'; readonly bad: boolean; readonly why: string };

/** Flags of a list, or of atoms behind one another; each once, though keywords are the same in any case. */
export function readFlags(args: readonly Argument[]): FlagsRead {
  const first = args[0];
  const items = first?.kind === 'list' ? first.items : args;
  const flags = new Map<string, string>();
  for (const item of items) {
    if (item.kind !== 'atom') return { kind: 'wrong', bad: true, why: 'Flags list contains non-atoms' };
    const flag = flagOf(item.text);
    if (typeof flag !== 'string') return flag;
    const lower = flag.toLowerCase();
    if (flags.has(lower)) continue;
    if (flags.size >= FLAG_LIMIT) return { kind: 'wrong', bad: false, why: '[LIMIT] Too many flags' };
    flags.set(lower, flag);
  }
  return { kind: 'flags', flags: [...flags.values()] };
}

function flagOf(text: string): string | FlagsRead {
  if (text.startsWith('\\')) {
    const lower = text.toLowerCase();
    const system = SYSTEM_FLAGS.find((flag) => flag.toLowerCase() === lower);
    return system ?? { kind: 'wrong', bad: true, why: `Invalid system flag ${text.toUpperCase()}` };
  }
  if (text.length > KEYWORD_LENGTH_LIMIT)
    return { kind: 'wrong', bad: false, why: '[CANNOT] Keyword length too long' };
  if (/[\]*%\\]/.test(text))
    return { kind: 'wrong', bad: false, why: '[CANNOT] Invalid characters in keyword' };
  return text;
}
