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
  | { readonly kind: 'fetch'; readonly account: string };
