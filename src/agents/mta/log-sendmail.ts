/** Sendmail's part of the mail log. */
import type { Millis } from '../../base/time.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { pidOf, syslogLine } from '../log-writers.ts';
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
  for (const text of linesOf(what, at.now))
    syslogLine(effects, state.hostname, daemon, pidOf(ROLE, 0), text, at);
}

function linesOf(what: Occurrence, now: Millis): readonly string[] {
  switch (what.kind) {
    case 'accepted': {
      const { id, envelope, content, recipients, client } = what.entry;
      const relay =
        client === null
          ? 'localhost'
          : client.name === 'unknown'
            ? `[${client.address}]`
            : `${client.name} [${client.address}]`;
      const proto = client === null ? '' : ' proto=ESMTP, daemon=MTA-v4,';
      return [
        `${id}: from=<${envelope.reversePath}>, size=${content.length}, class=0, nrcpts=${recipients.length}, msgid=${what.messageId},${proto} relay=${relay}`,
      ];
    }
    case 'fate':
      return [fateLine(what, now)];
    case 'reported':
      return [`${what.queueId}: ${what.notification}: DSN: ${DSN_WORDS[what.report]}`];
    case 'expired':
      return [`${what.entry.id}: Cannot send message for 5 days`];
    default:
      return [];
  }
}

const DSN_WORDS = {
  'non-delivery': 'User unknown',
  delay: 'Warning: could not send message',
  'delivery status': 'Return receipt',
} as const;

function fateLine(
  { entry, recipient, trouble, via, status }: Extract<Occurrence, { kind: 'fate' }>,
  now: Millis,
): string {
  const delay = clock(now - entry.arrivedAt);
  const xdelay = clock(now - via.startedAt);
  const mailer = via.agent === 'local' ? 'local' : 'esmtp';
  const relay = /^(.*?)\[(.*)\]/.exec(via.relay);
  const where = relay ? ` relay=${relay[1]}. [${relay[2]}],` : '';
  const stat =
    status === 'sent'
      ? via.agent === 'local'
        ? 'Sent'
        : `Sent (${trouble.why.replace(/^2\d\d (?:\d\.\d+\.\d+ )?/, '')})`
      : status === 'deferred'
        ? `Deferred: ${trouble.why}`
        : (trouble.reply ?? trouble.why);
  return `${entry.id}: to=<${recipient.address}>, delay=${delay}, xdelay=${xdelay}, mailer=${mailer}, pri=${30_000 + entry.content.length},${where} dsn=${trouble.status}, stat=${stat}`;
}

/** `00:00:01`, and days in front: `1+02:03:04`. */
function clock(ms: Millis): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const days = Math.floor(all / 86_400);
  const text = `${two(Math.floor(all / 3600) % 24)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  return days === 0 ? text : `${days}+${text}`;
}
