/** What `mailq` prints of the queue, in the look of each kind of server. */
import type { Clock, Millis } from '../../base/time.ts';
import { civilTime, clockTime, MONTHS, WEEKDAYS } from '../../base/time.ts';
import type { QueueEntry, Recipient } from './entry.ts';
import type { MtaState } from './types.ts';

export interface ListingTime {
  readonly now: Millis;
  readonly clock: Clock;
}

/** The whole listing, each line with its LF. */
export function queueListing({ config, queue }: MtaState, at: ListingTime): string {
  if (config.dialect.startsWith('postfix')) return postfixListing(queue, at);
  return config.dialect.startsWith('exim') ? eximListing(queue, at) : sendmailListing(queue, at);
}

const isActive = ({ recipients }: QueueEntry): boolean => recipients.some(({ state }) => state === 'active');

/** Those that are done with are no longer on the list. */
const listed = ({ recipients }: QueueEntry): readonly Recipient[] =>
  recipients.filter(({ state }) => state !== 'failed');

const shown = (text: string): string => text.replace(/[^\x20-\x7e\x80-\uffff]/g, '?');

/** `Mon Feb  2 09:30:00` */
function arrival({ arrivedAt }: QueueEntry, { clock }: ListingTime): string {
  const { weekday, month, day } = civilTime(clock, arrivedAt);
  return `${WEEKDAYS[weekday]} ${MONTHS[month - 1]} ${String(day).padStart(2)} ${clockTime(clock, arrivedAt)}`;
}

/** postqueue(1): the reason stands once above those it holds up, in the middle of the page where it fits. */
function postfixListing(queue: readonly QueueEntry[], at: ListingTime): string {
  if (queue.length === 0) return 'Mail queue is empty\n';
  let text = '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n';
  let octets = 0;
  for (const entry of queue) {
    const { id, envelope, content } = entry;
    octets += content.length;
    const mark = isActive(entry) ? `${id}*` : id;
    const sender = envelope.reversePath === '' ? 'MAILER-DAEMON' : shown(envelope.reversePath);
    text += `${mark.padEnd(11)} ${String(content.length).padStart(7)} ${arrival(entry, at).padEnd(20)} ${sender}\n`;
    let reason = '';
    for (const { address, trouble } of listed(entry)) {
      const why = shown(trouble?.why ?? '');
      if (why !== '' && why !== reason) text += `${' '.repeat(Math.max(0, 76 - why.length))}(${why})\n`;
      reason = why;
      text += `${' '.repeat(41)}${shown(address)}\n`;
    }
    text += '\n';
  }
  const kilobytes = Math.floor(octets / 1024);
  return `${text}-- ${kilobytes} Kbytes in ${queue.length} Request${queue.length === 1 ? '' : 's'}.\n`;
}

/** `exim -bp` says nothing of reasons, and nothing at all of an empty queue. */
function eximListing(queue: readonly QueueEntry[], at: ListingTime): string {
  return queue
    .map((entry) => {
      const { id, envelope, content, arrivedAt } = entry;
      const size = sizeText(content.length);
      const head = `${age(at.now - arrivedAt)} ${size.padStart(5)} ${id} <${shown(envelope.reversePath)}>\n`;
      const lines = listed(entry).map(({ address }) => `          ${shown(address)}\n`);
      return `${head}${lines.join('')}\n`;
    })
    .join('');
}

/** ` 0m`, ` 4h`, ` 2d`: minutes up to ninety, hours up to three days. */
function age(ms: Millis): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes <= 90) return `${String(minutes).padStart(2)}m`;
  const hours = Math.floor((minutes + 30) / 60);
  return hours <= 72
    ? `${String(hours).padStart(2)}h`
    : `${String(Math.floor((hours + 12) / 24)).padStart(2)}d`;
}

const sizeText = (octets: number): string =>
  octets < 1024
    ? String(octets)
    : octets < 10 * 1024
      ? `${(octets / 1024).toFixed(1)}K`
      : octets < 1024 * 1024
        ? `${Math.round(octets / 1024)}K`
        : `${(octets / 1024 / 1024).toFixed(1)}M`;

function sendmailListing(queue: readonly QueueEntry[], at: ListingTime): string {
  const total = `\t\tTotal requests: ${queue.length}\n`;
  if (queue.length === 0) return `/var/spool/mqueue is empty\n${total}`;
  let text = `\t\t/var/spool/mqueue (${queue.length} request${queue.length === 1 ? '' : 's'})\n`;
  text += '-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n';
  for (const entry of queue) {
    const { id, envelope, content, why } = entry;
    const mark = isActive(entry) ? '*' : ' ';
    const time = arrival(entry, at).slice(0, -3);
    text += `${id}${mark}${String(content.length).padStart(8)} ${time} <${shown(envelope.reversePath)}>\n`;
    if (why !== '') text += `${' '.repeat(17)}(Deferred: ${shown(why)})\n`;
    for (const { address } of listed(entry)) text += `\t\t\t\t\t <${shown(address)}>\n`;
  }
  return text + total;
}
