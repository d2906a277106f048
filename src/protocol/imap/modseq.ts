/** Modification sequences as clients write them (RFC 7162 §7). */

/**
 * The number, or null: not digits, or more than 64 bits have. They have 63 bits at most; whatever is beyond all that
 * a mailbox here comes to is taken for `Number.MAX_SAFE_INTEGER`.
 */
export const modseqOf = (digits: string): number | null =>
  /^\d{1,20}$/.test(digits) ? Math.min(Number(digits), Number.MAX_SAFE_INTEGER) : null;
