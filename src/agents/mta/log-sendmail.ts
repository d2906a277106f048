/** Sendmail's part of the mail log. */
import type { Millis } from '../../base/time.ts';
import { splitAddress, subaddress } from '../../mail/address.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { pidOf, syslogLine } from '../log-writers.ts';
import { SENDMAIL_DAEMON, sendmailRelay } from '../smtp-log-sendmail.ts';
import type { Trouble } from './entry.ts';
import type { Occurrence } from './log-lines.ts';
import type { MtaState } from './types.ts';

const ROLE = 9;

export function logSendmail(
  state: MtaState,
  effects: ProgramEffect[],
  what: Occurrence,
  at: StepContext,
): void {
  const daemon = state.config.dialect === 'sendmail8' ? 'sm-mta' : 'sendmail';
  for (const text of linesOf(state, what, at.now))
    syslogLine(effects, state.hostname, daemon, pidOf(ROLE, 0), text, at);
}

function linesOf(state: MtaState, what: Occurrence, now: Millis): readonly string[] {
  switch (what.kind) {
    case 'accepted':
      return acceptedLines(what);
    case 'fate':
      return [fateLine(state, what, now)];
    case 'reported':
      return [`${what.queueId}: ${what.notification}: ${reportWords(what)}`];
    default:
      return [];
  }
}

/** Its own reports it does not announce. */
function acceptedLines({ entry, messageId, brought }: Extract<Occurrence, { kind: 'accepted' }>) {
  const { id, envelope, content, recipients, client, parameters } = entry;
  if (client === null || brought === null) return [];
  const body = parameters.body === '8BITMIME' ? ' bodytype=8BITMIME,' : '';
  const proto = brought.protocol.startsWith('E') ? 'ESMTP' : 'SMTP';
  return [
    `${id}: from=<${envelope.reversePath}>, size=${content.length}, class=0, nrcpts=${recipients.length}, msgid=${messageId},${body} proto=${proto}, daemon=${SENDMAIL_DAEMON}, relay=${sendmailRelay(client)}`,
  ];
}

function reportWords({ report, to, about, after }: Extract<Occurrence, { kind: 'reported' }>): string {
  if (report === 'delivery status') return 'DSN: Return receipt';
  if (report === 'delay') return `sender notify: Warning: could not send message for past ${spoken(after)}`;
  const stat = about === null ? `Cannot send message for ${spoken(after)}` : refusal(about);
  if (to === 'postmaster') return `postmaster notify: ${stat}`;
  return about === null ? `sender notify: ${stat}` : `DSN: ${stat}`;
}

/** `4 hours`, `5 days`. */
function spoken(ms: Millis): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ] as const;
  const [unit, name] = units.find(([length]) => ms >= length) ?? units[3];
  const count = Math.floor(ms / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** What sysexits(3) calls it. */
function refusal({ status, reply, why }: Trouble): string {
  if (reply === null) return why;
  if (status.startsWith('5.1.')) return 'User unknown';
  return 'Service unavailable';
}

function fateLine(
  { config }: MtaState,
  { entry, recipient, trouble, via, status }: Extract<Occurrence, { kind: 'fate' }>,
  now: Millis,
): string {
  const { id, arrivedAt, content, envelope } = entry;
  const local = via.agent === 'local';
  const to =
    recipient.expanded && local ? splitAddress(recipient.address).localPart : `<${recipient.address}>`;
  const sender = splitAddress(envelope.reversePath);
  const owner = subaddress(sender.localPart.toLowerCase()).user;
  const uid = config.domains.includes(sender.domain) ? config.users.indexOf(owner) : -1;
  const controlled = uid < 0 ? '' : ` ctladdr=<${envelope.reversePath}> (${1000 + uid}/${1000 + uid}),`;
  const place = /^(.*?)\[(.*)\]/.exec(trouble.place ?? via.relay);
  const relay = place
    ? ` relay=${place[1]}. [${place[2]}],`
    : local
      ? ''
      : ` relay=${splitAddress(recipient.address).domain},`;
  const reply = status === 'sent' || trouble.reply === null ? '' : ` reply=${trouble.reply},`;
  const pri = 30_000 * (1 + entry.attempts * 3) + content.length;
  return `${id}: to=${to},${controlled} delay=${clock(now - arrivedAt)}, xdelay=${clock(now - via.startedAt)}, mailer=${local ? 'local' : 'esmtp'}, pri=${pri},${relay} dsn=${trouble.status},${reply} stat=${stat(trouble, status, local)}`;
}

function stat(trouble: Trouble, status: 'sent' | 'deferred' | 'bounced', local: boolean): string {
  const { why, reply } = trouble;
  if (status === 'deferred') return `Deferred: ${reply ?? why}`;
  if (status === 'bounced') return refusal(trouble);
  return local ? 'Sent' : `Sent (${why.replace(/^2\d\d (?:\d\.\d+\.\d+ )?/, '')})`;
}

/** `00:00:01`, and days in front: `1+02:03:04`. */
function clock(ms: Millis): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const days = Math.floor(all / 86_400);
  const text = `${two(Math.floor(all / 3600) % 24)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  return days === 0 ? text : `${days}+${text}`;
}
