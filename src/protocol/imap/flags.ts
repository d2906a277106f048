/** Flags as commands give them (RFC 3501 §2.3.2, §6.4.6). */
import { SYSTEM_FLAGS } from '../../mail/mailbox.ts';
import type { Argument } from './arguments.ts';

/** Dovecot's `mail_max_keyword_length`. */
const KEYWORD_LIMIT = 50;

export type FlagsRead =
  | { readonly kind: 'flags'; readonly flags: readonly string[] }
  /** `bad`: no flags by the grammar; else such flags cannot be. */
  | { readonly kind: 'wrong'; readonly bad: boolean; readonly why: string };

/** Flags of a list, or of atoms behind one another. */
export function readFlags(args: readonly Argument[]): FlagsRead {
  const first = args[0];
  const items = first?.kind === 'list' ? first.items : args;
  const flags: string[] = [];
  for (const item of items) {
    if (item.kind !== 'atom') return { kind: 'wrong', bad: true, why: 'Flags list contains non-atoms' };
    const flag = flagOf(item.text);
    if (typeof flag !== 'string') return flag;
    if (!flags.includes(flag)) flags.push(flag);
  }
  return { kind: 'flags', flags };
}

function flagOf(text: string): string | FlagsRead {
  if (text.startsWith('\\')) {
    const lower = text.toLowerCase();
    const system = SYSTEM_FLAGS.find((flag) => flag.toLowerCase() === lower);
    return system ?? { kind: 'wrong', bad: true, why: `Invalid system flag ${text.toUpperCase()}` };
  }
  if (text.length > KEYWORD_LIMIT)
    return { kind: 'wrong', bad: false, why: '[CANNOT] Keyword length too long' };
  if (/[\]*%\\]/.test(text))
    return { kind: 'wrong', bad: false, why: '[CANNOT] Invalid characters in keyword' };
  return text;
}
