/** Gestures at a mail program (`Action { kind: 'input', program: 'HOST/mua' }`). */
export type MuaInput =
  | {
      readonly kind: 'send';
      readonly account: string;
      /** As typed: `walter@example.org` or `Walter <walter@example.org>`, comma-separated. */
      readonly to: string;
      readonly cc?: string;
      readonly bcc?: string;
      readonly subject: string;
      readonly body: string;
    }
  /** `stay`: an IMAP session goes on until `leave`, and what arrives is fetched as it arrives. */
  | { readonly kind: 'fetch'; readonly account: string; readonly stay?: true }
  | { readonly kind: 'leave'; readonly account: string }
  /** Marks a letter of an IMAP account as seen, or removes it from the server. `uid` as in `fetched` facts. */
  | {
      readonly kind: 'mark';
      readonly account: string;
      readonly uid: string;
      readonly as: 'seen' | 'removed';
    };
