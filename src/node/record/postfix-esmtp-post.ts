/** Plays sessions at today's neo and shows wire, log, and the mailboxes if letters came of it. */
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { converse, smtpReplyEnd } from './converse.ts';
import { type Instance, logLength, logSince } from './postfix.ts';
import type { Play } from './postfix-esmtp-say.ts';
import { pause, QUEUE_ID, rest, run, VOLATILES } from './postfix-post.ts';
import { scrub, scrubNames, showConversation, showText, type Volatile } from './transcript.ts';

const ESMTP_VOLATILES: readonly Volatile[] = [
  { pattern: /(?<=postfix\/[a-z]+\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=^S: 334 )PD[A-Za-z0-9+/]{20,}=*/gm, name: 'cram-md5-challenge', numbered: false },
  ...VOLATILES,
];

export const scrubbed = (text: string): string =>
  scrubNames(scrub(text, ESMTP_VOLATILES), QUEUE_ID, 'queue-id');

const MAILBOXES = ['jura', 'anna', 'karel'];
export type Room = { readonly neo: Instance; readonly pobocka: Instance };

/**
 * Puts a log in an order that doesn't depend on how fast each process wrote: smtpd's lines as they came, then letter by
 * letter, the deliveries of one letter by recipient.
 */
function inOrder(lines: readonly string[]): string[] {
  const smtpd = lines.filter((line) => /\/smtpd\[/.test(line));
  const letters = new Map<string, string[]>();
  for (const line of lines.filter((other) => !/\/smtpd\[/.test(other))) {
    const id = /\]: ([0-9A-F]{6,12}):/.exec(line)?.[1] ?? '';
    letters.set(id, [...(letters.get(id) ?? []), line]);
  }
  return [...smtpd, ...[...letters.values()].flatMap(byRecipient)];
}

/** Deliveries run at the same time: they are sorted by recipient in the places they have. */
function byRecipient(lines: readonly string[]): string[] {
  const recipient = (line: string) => /: to=<([^>]*)>/.exec(line)?.[1] ?? '';
  const sorted = lines
    .filter((line) => recipient(line) !== '')
    .sort((a, b) => recipient(a).localeCompare(recipient(b)));
  return lines.map((line) => (recipient(line) === '' ? line : sorted.shift()!));
}

/** Of what smtp(8) logs about a peer it is told to watch: only the lines on the wire, and what it always logs. */
const worthShowing = (line: string): boolean =>
  !/ postfix\/smtp\[/.test(line) ||
  /\]: (?:[<>] |[0-9A-F]{6,12}: (?:to=|host )|connect to \S+\[|\w+ TLS connection|warning: )/.test(line);

export function showLog(instance: Instance, offset: number, name: string, wanted: RegExp): string {
  const lines = logSince(instance, offset)
    .split(/(?<=\n)/)
    .filter((line) => wanted.test(line) && worthShowing(line));
  return lines.length === 0 ? '' : `# log of ${name}\n${showText('J:', inOrder(lines).join(''))}`;
}

/** Waits for smtpd's last word about a connection. */
async function untilGone(neo: Instance, offset: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (/\/smtpd\[\d+\]: disconnect from /.test(logSince(neo, offset))) break;
    await pause(20);
  }
  await pause(40);
}

/** Sessions with smtpd's lines of the log; the letters they leave behind are of no interest. */
export async function sessions({ neo, pobocka }: Room, list: readonly Play[]): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    const offset = logLength(neo);
    const shown = showConversation({ ...(await converse(session, smtpReplyEnd)), session });
    await untilGone(neo, offset);
    parts.push(shown + showLog(neo, offset, 'neo', /\/smtpd\[/));
  }
  await rest([neo, pobocka]);
  return scrubbed(parts.join('\n'));
}

async function letterOf({ neo, pobocka }: Room, item: Play): Promise<string> {
  for (const user of MAILBOXES) if (existsSync(`/var/mail/${user}`)) truncateSync(`/var/mail/${user}`);
  const from = [logLength(neo), logLength(pobocka)] as const;
  const parts = [showConversation({ ...(await converse(item, smtpReplyEnd)), session: item })];
  await rest([neo, pobocka]);
  for (const command of item.afterwards ?? []) {
    parts.push(run(neo, command));
    await rest([neo, pobocka]);
  }
  parts.push(showLog(neo, from[0], 'neo', /./), showLog(pobocka, from[1], 'pobocka', /./));
  for (const user of MAILBOXES) {
    const text = existsSync(`/var/mail/${user}`) ? readFileSync(`/var/mail/${user}`, 'latin1') : '';
    if (text !== '') parts.push(`# mailbox of ${user}\n${showText('M:', text)}`);
  }
  return parts.join('');
}

/** Sessions with the whole logs and every letter that came to rest. */
export async function letters(room: Room, list: readonly Play[]): Promise<string> {
  const parts: string[] = [];
  for (const item of list) parts.push(await letterOf(room, item));
  return scrubbed(parts.join('\n'));
}
