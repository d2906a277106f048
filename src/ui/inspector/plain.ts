/** Hostile octets as harmless text: what would move the cursor or turn the writing round is shown, not obeyed. */

/** Characters that reorder or hide what stands around them. */
const UNSEEN = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Controls but tab and line feed, and the pictures that the views put in their place. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2400-\u241f\u2421]/g;

/** Controls in caret notation (`^[`, `^M`, `^?`), invisible characters by their number; tabs and line feeds stay. */
export const plain = (text: string): string =>
  text.replace(CONTROL, caret).replace(UNSEEN, (char) => `<U+${hex(char.charCodeAt(0))}>`);

/** The same for what must stay on one line. */
export const plainLine = (text: string): string =>
  plain(text).replace(/[\t\n]/g, (char) => (char === '\t' ? '^I' : '^J'));

function caret(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 0x7f || code === 0x2421) return '^?';
  if (code >= 0x2400) return `^${String.fromCharCode(code - 0x2400 + 0x40)}`;
  return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `<U+${hex(code)}>`;
}

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');

/** At most `limit` characters, and how many were left out. A pair of surrogates is not cut apart. */
export function cutAt(text: string, limit: number): { readonly text: string; readonly left: number } {
  if (text.length <= limit) return { text, left: 0 };
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return { text: text.slice(0, end), left: text.length - end };
}
