/** Options as GNU programs read them: `-la`, `-n 3`, `-n3`, and operands between them. */
import type { Octets } from '../../base/octets.ts';

export interface Options {
  /** Letter → its value, empty when it takes none. Later ones win. */
  readonly given: ReadonlyMap<string, Octets>;
  readonly operands: readonly Octets[];
}

export interface OptionTable {
  /** Letters that are here; those before a colon take a value. */
  readonly letters: string;
  /** Letters the real one has besides. */
  readonly elsewhere?: string;
}

export type ReadOptions = Options | { readonly complaint: string };

export function readOptions(words: readonly Octets[], table: OptionTable): ReadOptions {
  const [name = '', ...args] = words;
  const given = new Map<string, Octets>();
  const operands: Octets[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) return { complaint: unknown(name, `unrecognized option '${arg}'`) };
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!;
      const place = letter === ':' ? -1 : table.letters.indexOf(letter);
      if (place < 0) return { complaint: complaintAbout(name, letter, table) };
      if (table.letters[place + 1] !== ':') {
        given.set(letter, '' as Octets);
        continue;
      }
      const rest = arg.slice(at + 1);
      const value = rest === '' ? args[++i] : (rest as Octets);
      if (value === undefined)
        return { complaint: unknown(name, `option requires an argument -- '${letter}'`) };
      given.set(letter, value);
      break;
    }
  }
  return { given, operands };
}

const unknown = (name: string, what: string): string =>
  `${name}: ${what}\nTry '${name} --help' for more information.`;

function complaintAbout(name: string, letter: string, { letters, elsewhere = '' }: OptionTable): string {
  if (!elsewhere.includes(letter)) return unknown(name, `invalid option -- '${letter}'`);
  const here = Array.from(letters.replaceAll(':', ''), (each) => `-${each}`).join(' ');
  return `${name}: -${letter} is not here, only ${here}`;
}
