/** How GNU programs write names: bare, in quotes where a shell would need them, or always in quotes. */

const PLAIN = /^[^\x00-\x20!"$&'()*;<=>?[\\\]^`|~#\x7f][^\x00-\x20!"$&'()*;<>?[\\\]^`|\x7f]*$/;

/** In a listing: quotes where a shell would need them. */
export const quotedIfNeeded = (name: string): string => (PLAIN.test(name) ? name : quoted(name));

/** In a message: quotes always. */
export function quoted(name: string): string {
  if (/[\x00-\x1f\x7f]/.test(name)) return escaped(name);
  if (!name.includes("'")) return `'${name}'`;
  if (!/["$\\`!]/.test(name)) return `"${name}"`;
  return `'${name.replaceAll("'", "'\\''")}'`;
}

/** Control characters stand outside the quotes, as `$'\n'`. */
function escaped(name: string): string {
  const parts = name.match(/[\x00-\x1f\x7f]+|[^\x00-\x1f\x7f]+/g) ?? [];
  const shown = parts.map((part) => {
    if (!/^[\x00-\x1f\x7f]/.test(part)) return `'${part.replaceAll("'", "'\\''")}'`;
    return `$'${Array.from(part, (char) => ESCAPES[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}'`;
  });
  return `${/^[\x00-\x1f\x7f]/.test(name) ? "''" : ''}${shown.join('')}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** The quotes of messages that are translated: in UTF-8, English has these. */
export const curly = (name: string): string => `\xe2\x80\x98${name}\xe2\x80\x99`;
