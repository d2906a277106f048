/** What a terminal sends to the shell program of its host (`Action { kind: 'input', program: 'HOST/shell' }`). */
export type ShellInput =
  /** A line finished with Enter, without its ending. */
  | { readonly kind: 'line'; readonly text: string }
  /** `^C`, `^D`, or `^]` (telnet's escape). */
  | { readonly kind: 'key'; readonly key: '^C' | '^D' | '^]' }
  /** Raw mode: characters exactly as the keys sent them, backspace (`\b` or DEL) included. */
  | { readonly kind: 'raw'; readonly text: string };
