/** The words our Postfix scripts are made of. */
import type { Session, Step } from './converse.ts';
import { ADDRESSES } from './room.ts';

export const { insider, outsider, nameless } = ADDRESSES;
const to = { address: ADDRESSES.neo, port: 10025 };

export type Line = readonly [title: string, from: string, ...steps: Step[]];

export const sessions = (lines: readonly Line[]): Session[] =>
  lines.map(([title, from, ...steps]) => ({ title, from, to, steps }));

export const HELO = 'HELO mail.example.org';
export const EHLO = 'EHLO mail.example.org';
export const MAIL = 'MAIL FROM:<ann@example.org>';
export const JURA = 'RCPT TO:<jura@firma1.intr>';
export const ANNA = 'RCPT TO:<anna@firma1.intr>';
export const letter = (...lines: string[]): Step => ({ send: `${lines.join('\r\n')}\r\n.\r\n` });

/** Each line gets a fresh connection with EHLO (and MAIL) already said, so that no reply depends on the one before. */
export const alone = (before: readonly string[], lines: readonly string[]): Line[] =>
  lines.map((line) => [line, outsider, ...before, line]);
