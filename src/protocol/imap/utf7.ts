/** Modified UTF-7, in which mailbox names travel (RFC 3501 §5.1.3). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,';

/** The name for the wire. Lone surrogates are encoded as they are and no valid name then. */
export const encodeUtf7 = (text: string): string =>
  text.replace(/&|[^ -~]+/g, (run) => (run === '&' ? '&-' : `&${encodeRun(run)}-`));

/** UTF-16, big endian, in base64 with `,` for `/` and no padding. */
function encodeRun(run: string): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < run.length; i++) {
    bits = ((bits << 16) | run.charCodeAt(i)) & 0x3fffff;
    for (held += 16; held >= 6; held -= 6) out += ALPHABET[(bits >> (held - 6)) & 63]!;
  }
  return held === 0 ? out : out + ALPHABET[(bits << (6 - held)) & 63]!;
}

/**
 * The name as text, or null when it is no modified UTF-7: characters that are not printable ASCII, a shift that is
 * never closed, encodes what needs none, holds NUL or half a surrogate pair, or follows another at once.
 */
export function decodeUtf7(name: string): string | null {
  let out = '';
  for (let at = 0; at < name.length; ) {
    const shift = name.indexOf('&', at);
    const plain = shift < 0 ? name.slice(at) : name.slice(at, shift);
    if (/[^ -~]/.test(plain)) return null;
    out += plain;
    if (shift < 0) return out;
    const end = name.indexOf('-', shift);
    if (end < 0) return null;
    const run = end === shift + 1 ? '&' : decodeRun(name.slice(shift + 1, end));
    if (run === null) return null;
    // Two shifts in a row could have been one.
    if (end > shift + 1 && name[end + 1] === '&' && name[end + 2] !== '-') return null;
    out += run;
    at = end + 1;
  }
  return out;
}

function decodeRun(encoded: string): string | null {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < encoded.length; i++) {
    const value = ALPHABET.indexOf(encoded[i]!);
    if (value < 0) return null;
    bits = ((bits << 6) | value) & 0x3fffff;
    held += 6;
    if (held < 16) continue;
    held -= 16;
    out += String.fromCharCode((bits >> held) & 0xffff);
  }
  return held >= 6 || /[\0 -~]|\p{Surrogate}/u.test(out) ? null : out;
}

export const isUtf7 = (name: string): boolean => decodeUtf7(name) !== null;
