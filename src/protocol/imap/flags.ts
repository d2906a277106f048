/** Flags as commands give them (RFC 3501 §2.3.2, §6.4.6). */
import { SYSTEM_FLAGS } from '../../mail/mailbox.ts';
import type { Argument } from './arguments.ts';

const KEYWORD_OCTETS = 255;

/** Flags of a list, or of atoms behind one another; else what is wrong with them. */
export function readFlags(args: readonly Argument[]): readonly string[] | string {
  const first = args[0];
  const items = first?.kind === 'list' ? first.items : args;
  const flags: string[] = [];
  for (const item of items) {
    if (item.kind !== 'atom') return 'Flags list contains non-atoms';
    const flag = flagOf(item.text);
    if (flag === null) return wordsFor(item.text);
    if (!flags.includes(flag)) flags.push(flag);
  }
  return flags;
}

function flagOf(text: string): string | null {
  if (!text.startsWith('\\')) return text.length <= KEYWORD_OCTETS ? text : null;
  const lower = text.toLowerCase();
  return SYSTEM_FLAGS.find((flag) => flag.toLowerCase() === lower) ?? null;
}

const wordsFor = (text: string): string =>
  text.startsWith('\\')
    ? `Invalid system flag ${text.toUpperCase()}`
    : `Keyword length too long: ${text.slice(0, 20)}…`.replace('…', '...');
