/** Plays sessions and postings at neo and shows what came of them: wire, commands, logs, mailboxes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { converse, type Session, smtpReplyEnd } from './converse.ts';
import { type Instance, logLength, logSince } from './postfix.ts';
import type { Posting } from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';
import {
  COMMON_VOLATILES,
  scrub,
  scrubNames,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

export const VOLATILES: readonly Volatile[] = [
  { pattern: /(?<=[0-9A-F]\.)\d{10}(?=\/)/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=<)\d{14}(?=\.[0-9A-F]+@)/g, name: 'digits-of-time', numbered: false },
  { pattern: /(?<=postfix\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=\bdelay=)[\d.]+/g, name: 'delay', numbered: false },
  { pattern: /(?<=\bdelays=)[\d./]+/g, name: 'delays', numbered: false },
  ...COMMON_VOLATILES,
];

export const QUEUE_ID = /(?:queued as |\]: (?:warning: )?|\bid )([0-9A-F]{6,12})(?=[:;)\s]|$)/gm;

const scrubbed = (text: string): string => scrubNames(scrub(text, VOLATILES), QUEUE_ID, 'queue-id');

const MAILBOXES = ['jura', 'anna'];
export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Waits until nothing is on its way any more: no file in the moving queues and no new log line for a while. */
export async function rest(instances: readonly Instance[]): Promise<void> {
  let length = -1;
  let calm = 0;
  for (let tries = 0; calm < 4 && tries < 200; tries++) {
    await pause(60);
    const now = instances.reduce((sum, instance) => sum + logLength(instance), 0);
    const moving = instances.some((instance) => {
      const queue = `${instance.config}/../queue`;
      const places = ['maildrop', 'incoming', 'active'].map((place) => `${queue}/${place}`);
      return execFileSync('find', [...places, '-type', 'f'], { encoding: 'latin1' }) !== '';
    });
    calm = now === length && !moving ? calm + 1 : 0;
    length = now;
  }
}

/** A queue listing has columns: its place-holders (`QQQQQQQ`, `Day Mon dd hh:mm:ss`) are as wide as what they replace. */
function showOutput(command: string, output: string): string {
  if (!/^(?:postqueue -p|mailq)/.test(command)) return showText('O:', output);
  const columns = output
    .replace(/^[0-9A-F]{6,12}(?=[ *!])/gm, (id) => 'Q'.repeat(id.length))
    .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b/g, '<Day Mon dd hh:mm:ss>'.slice(1, -1));
  return showText('O:', columns);
}

export function run(neo: Instance, command: string): string {
  const words = command.replace(/\b(postqueue|mailq|postsuper|sendmail)\b/g, (name) =>
    name === 'sendmail' || name === 'mailq' ? `${name} -C ${neo.config}` : `${name} -c ${neo.config}`,
  );
  const { stdout, stderr } = spawnSync('sh', ['-c', words], { encoding: 'latin1' });
  const shown = command.startsWith('sleep') ? '' : `$ ${command}\n`;
  return shown + showOutput(command, stdout + stderr);
}

async function post(neo: Instance, pobocka: Instance, item: Posting): Promise<string> {
  for (const user of MAILBOXES) if (existsSync(`/var/mail/${user}`)) truncateSync(`/var/mail/${user}`);
  const from = [logLength(neo), logLength(pobocka)] as const;
  const parts: string[] = [];
  if (item.steps.length === 0 && item.gone !== true) parts.push(`# --- ${item.title}\n`);
  else {
    const session = {
      title: item.title,
      from: item.from,
      to: { address: ADDRESSES.neo, port: 10025 },
      steps: item.steps,
    };
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
  }
  await rest([neo, pobocka]);
  for (const command of item.afterwards ?? []) {
    parts.push(run(neo, command));
    await rest([neo, pobocka]);
  }
  const log = (instance: Instance, offset: number, name: string) => {
    const lines = logSince(instance, offset);
    if (lines !== '') parts.push(`# log of ${name}\n${showText('J:', lines)}`);
  };
  log(neo, from[0], 'neo');
  log(pobocka, from[1], 'pobocka');
  for (const user of MAILBOXES) {
    const text = existsSync(`/var/mail/${user}`) ? readFileSync(`/var/mail/${user}`, 'latin1') : '';
    if (text !== '') parts.push(`# mailbox of ${user}\n${showText('M:', text)}`);
  }
  return parts.join('');
}

export async function postings(neo: Instance, pobocka: Instance, list: readonly Posting[]): Promise<string> {
  const parts: string[] = [];
  for (const item of list) parts.push(await post(neo, pobocka, item));
  return scrubbed(parts.join('\n'));
}

export async function transcript(list: readonly Session[]): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    const conversation = await converse(session, smtpReplyEnd);
    parts.push(showConversation({ ...conversation, session }));
  }
  return scrubbed(parts.join('\n'));
}
