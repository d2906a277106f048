/** How scripts of IMAP sessions are written. */
import type { Session, Step } from './converse.ts';
import { POP3_PORT } from './dovecot.ts';
import { IMAP_PORT } from './dovecot-imap.ts';
import { ADDRESSES } from './room.ts';

/** A bare string gets a tag of its own, `a1`, `a2` and so on; all else goes out as it is. */
export function tagged(steps: readonly Step[], letter = 'a', before = 0): Step[] {
  let number = before;
  return steps.map((step) =>
    typeof step === 'string' ? { send: `${letter}${++number} ${step}\r\n` } : step,
  );
}

const to = { address: ADDRESSES.neo, port: IMAP_PORT };
export const LOGIN = 'LOGIN jura heslo';

export const on = (title: string, ...steps: Step[]): Session => ({
  title,
  from: ADDRESSES.insider,
  to,
  steps: tagged(steps),
});
export const inside = (title: string, ...steps: Step[]): Session => on(title, LOGIN, ...steps);
export const selected = (title: string, ...steps: Step[]): Session => inside(title, 'SELECT INBOX', ...steps);

/** A line without a tag: the rest of a command behind a literal, or a bad command. */
export const raw = (line: string): Step => ({ send: `${line}\r\n` });
/** Octets that end no line, or several lines at once. */
export const octets = (send: string, replies = 1): Step => ({ send, replies });
/** For what has no reply, or who knows how many. */
export const quiet = (send = '', quietMs = 300): Step => ({ send, quietMs });
/** A command with a literal at its end, sent when the server asks for it. */
export const literal = (command: string, text: string, rest = ''): Step[] => [
  `${command} {${text.length}}`,
  raw(text + rest),
];

export const pop3 = (title: string, ...steps: Step[]): Session => ({
  title,
  from: ADDRESSES.insider,
  to: { address: ADDRESSES.neo, port: POP3_PORT },
  steps,
});
