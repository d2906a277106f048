/** Plays sessions and postings at Sendmail and shows what came of them: wire, commands, logs, mailboxes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { converse, type Session, smtpReplyEnd } from './converse.ts';
import { type Instance, logLength as postfixLogLength, logSince as postfixLogSince } from './postfix.ts';
import type { Posting } from './postfix-letters.ts';
import { ADDRESSES, processesNamed } from './room.ts';
import { logLength, logSince, SENDMAIL_PORT } from './sendmail.ts';
import {
  COMMON_VOLATILES,
  scrub,
  scrubNames,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  // Of Postfix's making; without it they would look like Sendmail's queue ids.
  { pattern: /(?<=<)\d{14}(?=\.[0-9A-F]+@)/g, name: 'digits-of-time', numbered: false },
  { pattern: /\b[0-9A-Za-z]{8}\d{6}\b/g, name: 'queue-id', numbered: true },
  { pattern: /(?<=<)\d{12}(?=\.)/g, name: 'digits-of-time', numbered: false },
  { pattern: /(?<=<queue-id(?:-\d+)?>\.)\d{10}(?=\/)/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=^J: .{15} neo [a-z-]+\[)\d+(?=\]: )/gm, name: 'pid', numbered: false },
  { pattern: /(?<=postfix\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=\bx?delay=)[\d:.+]+/g, name: 'delay', numbered: false },
  { pattern: /(?<=\bdelays=)[\d./]+/g, name: 'delays', numbered: false },
  ...COMMON_VOLATILES,
];

const POSTFIX_ID = /(?:queued as |\]: (?:warning: )?|\bid )([0-9A-F]{6,12})(?=[:;)\s]|$)/gm;

const scrubbed = (text: string): string => scrubNames(scrub(text, VOLATILES), POSTFIX_ID, 'postfix-id');

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const MAILBOXES = ['jura', 'anna'].map((user) => [user, `/var/mail/${user}`] as const);

function emptyMailboxes(): void {
  for (const [, path] of MAILBOXES) rmSync(path, { force: true });
}

const showMailboxes = (): string[] =>
  MAILBOXES.filter(([, path]) => existsSync(path)).map(
    ([user, path]) => `# mailbox of ${user}\n${showText('M:', readFileSync(path, 'latin1'))}`,
  );

/** Waits until Sendmail has nothing to do and no log grows any more. */
async function rest(pobocka: Instance): Promise<void> {
  let length = -1;
  for (let calm = 0, tries = 0; calm < 4 && tries < 400; tries++) {
    await pause(50);
    const now = logLength() + postfixLogLength(pobocka);
    calm = now === length && processesNamed('sendmail') === 1 ? calm + 1 : 0;
    length = now;
  }
}

/** A queue listing has columns: its place-holders are as wide as what they replace. */
const columns = (listing: string): string =>
  listing.replace(
    /^[0-9A-Za-z]{8}\d{6}(?=.)(.*?)([A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d\b/gm,
    (_, size: string, day?: string) => `QQQQQQQQQQQQQQ${size}${day ? 'Day ' : ''}Mon dd hh:mm`,
  );

function run(command: string): string {
  const { stdout } = spawnSync('sh', ['-c', `(${command}) 2>&1`], { encoding: 'latin1' });
  const shown = command.startsWith('sleep') ? '' : `$ ${command}\n`;
  return shown + showText('O:', columns(stdout));
}

const linesOf = (log: string): string[] => log.split(/(?<=\n)/);

/**
 * Sessions, deliveries and sendmail(1) are processes beside each other, and which of two logs first is chance: the lines
 * of each stay together, the processes in the order in which the log first names their letters.
 */
function settled(log: string): string {
  const places = new Map<string, number>();
  const processes = new Map<string, { readonly place: number; readonly lines: string[] }>();
  for (const [at, line] of linesOf(log).entries()) {
    const [, pid = '', letter = ''] = /\[(\d+)\]: (?:([0-9A-Za-z]{8}\d{6}): )?/.exec(line) ?? [];
    if (!places.has(letter)) places.set(letter, at);
    const process = processes.get(pid) ?? { place: places.get(letter)!, lines: [] };
    process.lines.push(line);
    processes.set(pid, process);
  }
  const inOrder = [...processes.values()].sort((one, other) => one.place - other.place);
  return inOrder.flatMap(({ lines }) => lines).join('');
}

/** Postfix delivers to several recipients at once: their lines are put one recipient after the other. */
function recipientByRecipient(lines: readonly string[]): string[] {
  const recipient = (line: string): string =>
    /postfix\/(?:local|discard)\[.*?<([^>]*)>/.exec(line)?.[1] ?? '';
  const deliveries = lines.filter((line) => recipient(line) !== '');
  deliveries.sort((one, other) => recipient(one).localeCompare(recipient(other)));
  return lines.map((line) => (recipient(line) === '' ? line : deliveries.shift()!));
}

/** The log of Postfix, which goes on with a letter while its client takes leave: letter by letter, the leaves last. */
function settledPostfix(log: string): string {
  const letters = new Map<string, string[]>();
  const leaves: string[] = [];
  for (const line of linesOf(log)) {
    const letter = /\]: ([0-9A-F]{6,12}): /.exec(line)?.[1] ?? '';
    if (line.includes(']: disconnect from ')) leaves.push(line);
    else letters.set(letter, [...(letters.get(letter) ?? []), line]);
  }
  return [...[...letters.values()].flatMap(recipientByRecipient), ...leaves].join('');
}

async function post(pobocka: Instance, item: Posting): Promise<string> {
  emptyMailboxes();
  const from = [logLength(), postfixLogLength(pobocka)] as const;
  const parts: string[] = [];
  if (item.steps.length === 0 && item.gone !== true) parts.push(`# --- ${item.title}\n`);
  else {
    const to = { address: ADDRESSES.neo, port: SENDMAIL_PORT };
    const session = { title: item.title, from: item.from, to, steps: item.steps };
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
  }
  await rest(pobocka);
  for (const command of item.afterwards ?? []) {
    parts.push(run(command));
    await rest(pobocka);
  }
  const log = settled(logSince(from[0]));
  if (log !== '') parts.push(`# log of neo\n${showText('J:', log)}`);
  const neighbour = settledPostfix(postfixLogSince(pobocka, from[1]));
  if (neighbour !== '') parts.push(`# log of pobocka (Postfix)\n${showText('J:', neighbour)}`);
  return [...parts, ...showMailboxes()].join('');
}

export async function postings(pobocka: Instance, list: readonly Posting[]): Promise<string> {
  const parts: string[] = [];
  for (const item of list) parts.push(await post(pobocka, item));
  return scrubbed(parts.join('\n'));
}

/** Sessions alone, or with the letters that came of them. */
export async function transcript(list: readonly Session[], mailboxes: boolean): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    emptyMailboxes();
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
    if (!mailboxes) continue;
    for (let tries = 0; tries < 50 && !MAILBOXES.some(([, path]) => existsSync(path)); tries++)
      await pause(100);
    await pause(500);
    parts.push(...showMailboxes());
  }
  return scrub(parts.join('\n'), VOLATILES);
}
