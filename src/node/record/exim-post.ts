/** Plays sessions and postings at Exim and shows what came of them: wire, commands, logs, mailboxes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { converse, type Session, smtpReplyEnd, type Step } from './converse.ts';
import { logLength, logSince } from './exim.ts';
import { type Instance, logLength as postfixLogLength, logSince as postfixLogSince } from './postfix.ts';
import type { Posting } from './postfix-letters.ts';
import { ADDRESSES, processesNamed } from './room.ts';
import {
  COMMON_VOLATILES,
  scrub,
  scrubNames,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  // A Message-Id of Exim's making is E and the letter's own id.
  {
    pattern: /(?<![0-9A-Za-z])E?(1[0-9A-Za-z]{5}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2})(?![0-9A-Za-z])/g,
    name: 'exim-id',
    numbered: true,
  },
  { pattern: /(?<=^[JO]: )20[2-9]\d-\d\d-\d\d \d\d:\d\d:\d\d/gm, name: 'time', numbered: false },
  { pattern: /(?<==)20[2-9]\d-\d\d-\d\d \d\d:\d\d:\d\d/g, name: 'time', numbered: false },
  { pattern: /(?<=postfix\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=\bpid=)\d+/g, name: 'pid', numbered: false },
  { pattern: /(?<=\bdelay=)[\d.]+/g, name: 'delay', numbered: false },
  { pattern: /(?<=\bdelays=)[\d./]+/g, name: 'delays', numbered: false },
  {
    pattern: /(?<=^O: (?:-received_time_complete )?)\d{10}(?:\.\d+| 0$)/gm,
    name: 'unix-time',
    numbered: false,
  },
  { pattern: /(?<=^O: -received_time_usec )\.\d+/gm, name: 'fraction', numbered: false },
  { pattern: /(?<=^O: -host_address \[[\d.]+\]:)\d+/gm, name: 'port', numbered: false },
  { pattern: /(?<=334 )PD[0-9A-Za-z+/=]{30,}/g, name: 'challenge', numbered: false },
  // The boundary of a bounce differs in length, and where TCP cuts a flood is no property of the server.
  { pattern: /(?<= <= <> R=.* S=)\d+/g, name: 'size', numbered: false },
  { pattern: /(?<=too big: read=)\d+/g, name: 'n', numbered: false },
  { pattern: /(?<=rejected "<)\d+(?= x "x">")/g, name: 'n', numbered: false },
  { pattern: /(?<=<)\d{14}(?=\.[0-9A-F]+@)/g, name: 'digits-of-time', numbered: false },
  { pattern: /(?<= D=)\d+s/g, name: 'delay', numbered: false },
  { pattern: /(?<=boundary=|--)\d{10}-eximdsn-\d+/g, name: 'boundary', numbered: true },
  ...COMMON_VOLATILES,
];

const QUEUE_ID = /(?:queued as |\]: (?:warning: )?|\bid )([0-9A-F]{6,12})(?=[:;)\s"]|$)/gm;

function scrubbed(text: string): string {
  // The name server is asked at each connection; a room in which it was not heard would teach the wrong log lines.
  if (/H=(?:\(\S+\) )?\[198\.51\.100\.7\]/.test(text)) throw new Error('mail.example.org had no name');
  return scrubNames(scrub(text, VOLATILES), QUEUE_ID, 'queue-id');
}

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const MAILBOXES = ['jura', 'anna'];

/** Waits until Exim has nothing to do any more. */
async function idle(): Promise<void> {
  for (let calm = 0, tries = 0; calm < 3 && tries < 400; tries++) {
    await pause(15);
    calm = processesNamed('exim4') === 1 ? calm + 1 : 0;
  }
}

/** Waits until Exim has nothing to do and the neighbour's log does not grow any more. */
async function rest(pobocka: Instance): Promise<void> {
  await idle();
  let length = -1;
  for (let calm = 0, tries = 0; calm < 4 && tries < 200; tries++) {
    await pause(50);
    const now = postfixLogLength(pobocka);
    calm = now === length ? calm + 1 : 0;
    length = now;
  }
}

/** The letter that waits longest, for commands that take an id. */
const firstInQueue = (): string =>
  readdirSync('/var/spool/exim4/input')
    .filter((name) => name.endsWith('-H'))
    .sort()[0]
    ?.slice(0, -2) ?? 'none';

/** A queue listing has columns: its place-holder for an id is as wide as an id. */
const columns = (listing: string): string =>
  listing.replace(/(?<=^ *\d+[mhd] .*)1[0-9A-Za-z]{5}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}/gm, 'QQQQQQ-QQQQQQ-QQ');

function run(template: string): string {
  const command = template.replace('%id', firstInQueue);
  const { stdout } = spawnSync('sh', ['-c', `(${command}) 2>&1`], { encoding: 'latin1' });
  const shown = command.startsWith('sleep') ? '' : `$ ${command}\n`;
  return shown + showText('O:', columns(stdout));
}

/** Postfix goes on with a letter while its client takes leave; which of the two it logs first is chance. */
const disconnectLast = (log: string): string => {
  const lines = log.split(/(?<=\n)/);
  const leave = (line: string) => line.includes(']: disconnect from ');
  return [...lines.filter((line) => !leave(line)), ...lines.filter(leave)].join('');
};

/** Debian's Exim refuses a letter with an unqualified address in its header; Postfix's letters have one. */
const qualified = (step: Step): Step =>
  typeof step === 'object' && 'send' in step
    ? { ...step, send: step.send.replace('\r\nTo: somebody\r\n', '\r\nTo: bob@example.net\r\n') }
    : step;

async function post(pobocka: Instance, item: Posting): Promise<string> {
  for (const user of MAILBOXES) if (existsSync(`/var/mail/${user}`)) truncateSync(`/var/mail/${user}`);
  const from = [logLength(), postfixLogLength(pobocka)] as const;
  const parts: string[] = [];
  if (item.steps.length === 0 && item.gone !== true) parts.push(`# --- ${item.title}\n`);
  else {
    const to = { address: ADDRESSES.neo, port: 10025 };
    const session = { title: item.title, from: item.from, to, steps: item.steps.map(qualified) };
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
  }
  await rest(pobocka);
  for (const command of item.afterwards ?? []) {
    parts.push(run(command));
    await rest(pobocka);
  }
  const log = logSince(from[0]);
  if (log !== '') parts.push(`# mainlog of neo\n${showText('J:', log)}`);
  const neighbour = disconnectLast(postfixLogSince(pobocka, from[1]));
  if (neighbour !== '') parts.push(`# log of pobocka (Postfix)\n${showText('J:', neighbour)}`);
  for (const user of MAILBOXES) {
    const text = existsSync(`/var/mail/${user}`) ? readFileSync(`/var/mail/${user}`, 'latin1') : '';
    if (text !== '') parts.push(`# mailbox of ${user}\n${showText('M:', text)}`);
  }
  return parts.join('');
}

export async function postings(pobocka: Instance, list: readonly Posting[]): Promise<string> {
  const parts: string[] = [];
  for (const item of list) parts.push(await post(pobocka, item));
  return scrubbed(parts.join('\n'));
}

/** Delivery goes on beside the session: its lines are put behind those of the session, letter by letter. */
function settled(log: string): string {
  const session: string[] = [];
  const delivery = new Map<string, string[]>();
  for (const line of log.split(/(?<=\n)/)) {
    const [, id = '', mark = ''] = /^\S+ \S+ (\S{6}-\S{6}-\S{2}) (\S+)/.exec(line) ?? [];
    const of = delivery.get(id);
    if (of !== undefined) of.push(line);
    else if (mark === '<=' && line.includes(' <= <> R=')) delivery.set(id, [line]);
    else {
      session.push(line);
      if (mark === '<=') delivery.set(id, []);
    }
  }
  return [...session, ...[...delivery.values()].flat()].join('');
}

/** Sessions with the mainlog lines each of them left. */
export async function transcript(list: readonly Session[]): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    const before = logLength();
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
    await idle();
    const log = settled(logSince(before));
    if (log !== '') parts[parts.length - 1] += showText('J:', log);
  }
  return scrubbed(parts.join('\n'));
}
