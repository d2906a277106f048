/** Letters gone wrong by chance, the same at each recording: lines lost, doubled and moved, octets put in and taken out. */
import { draw } from '../../base/prng.ts';
import type { MimeLetter } from './dovecot-mime-letter.ts';

/** What MIME and addresses are made of, and what breaks them. */
const PIECES = [
  ...['--b', '--b--', '--', '--a', '--bb', '\r\n', '\r\n\r\n', '\r\n ', '\r\n\t', ' ', '\t', '\r'],
  ...['(', ')', '"', '\\', '<', '>', '@', ',', ';', ':', '.', '[', ']', '=', '*', '%', '\xe9', '{3}', 'NIL'],
  ...['Content-Type: multipart/mixed; boundary=b\r\n', 'Content-Type: multipart/digest; boundary=b\r\n'],
  ...[
    'Content-Type: message/rfc822\r\n',
    'MIME-Version: 1.0\r\n',
    'Content-Transfer-Encoding: ',
    'multipart/',
  ],
  ...['To: ', 'From: ', 'Subject: ', 'a@b', 'boundary=a', 'text/plain', 'x=y', '*0=', '*0*=', '*=', "''"],
] as const;

export function mutants(letters: readonly MimeLetter[], count: number, seed: number): readonly MimeLetter[] {
  let word = seed;
  const below = (limit: number): number => {
    const [value, next] = draw(word);
    word = next;
    return Math.floor(value * limit);
  };
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const mutated = (content: string): string => {
    const at = below(content.length + 1);
    const lines = content.split('\r\n');
    const line = below(lines.length);
    const other = one(letters).content.split('\r\n');
    const from = below(other.length);
    switch (below(6)) {
      case 0:
        return lines.toSpliced(line, 1).join('\r\n');
      case 1:
        return lines.toSpliced(line, 0, one(lines)).join('\r\n');
      case 2:
        return content.slice(0, at) + one(PIECES) + content.slice(at);
      case 3:
        return content.slice(0, at) + content.slice(at + 1 + below(4));
      case 4:
        return content.slice(0, at) + one(PIECES) + content.slice(at + 1);
      default:
        return lines.toSpliced(line, 0, ...other.slice(from, from + 1 + below(6))).join('\r\n');
    }
  };
  return Array.from({ length: count }, (_, i) => {
    const { name, content: first } = one(letters);
    let content = first;
    for (let left = 1 + below(4); left > 0; left--) content = mutated(content);
    const whole = content.replace(/\r?\n/g, '\r\n');
    return { name: `mutant ${i + 1} of ${name}`, content: whole.endsWith('\r\n') ? whole : `${whole}\r\n` };
  });
}
