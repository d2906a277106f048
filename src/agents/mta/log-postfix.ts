/** Postfix's mail.log. */
import type { Millis } from '../../base/time.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { pidOf, syslogLine } from '../log-writers.ts';
import type { Occurrence, Via } from './log-lines.ts';
import type { MtaState } from './types.ts';

/** Each program of the mail system is a process of its own. */
const ROLES = ['qmgr', 'cleanup', 'bounce', 'local', 'error', 'smtpd', 'smtp', 'lmtp', 'qmtp'] as const;
type Role = (typeof ROLES)[number];

export function logPostfix(
  state: MtaState,
  effects: ProgramEffect[],
  what: Occurrence,
  at: StepContext,
): void {
  const write = (role: Role, text: string): void =>
    syslogLine(effects, state.hostname, `postfix/${role}`, pidOf(ROLES.indexOf(role), 0), text, at);
  switch (what.kind) {
    case 'accepted':
      write('cleanup', `${what.entry.id}: message-id=${what.messageId}`);
      write('qmgr', activeLine(what));
      return;
    case 'begun':
      write('cleanup', `${what.queueId}: message-id=${what.messageId}`);
      return;
    case 'too-many-hops':
      write('cleanup', `warning: ${what.queueId}: message rejected: hopcount exceeded`);
      return;
    case 'active':
      write('qmgr', activeLine(what));
      return;
    case 'fate':
      write(what.via.agent, fateLine(state, what, at));
      return;
    case 'skipped':
      write(what.agent, `${what.queueId}: ${what.why}`);
      return;
    case 'not-connected':
      write(what.agent, what.why);
      return;
    case 'secured':
      write(what.agent, what.words);
      return;
    case 'expired':
      write(
        'qmgr',
        `${what.entry.id}: from=<${what.entry.envelope.reversePath}>, status=expired, returned to sender`,
      );
      return;
    case 'reported':
      write('bounce', `${what.queueId}: ${what.to} ${what.report} notification: ${what.notification}`);
      return;
    case 'not-told':
      write('bounce', `${what.queueId}: not sending trace/success notification for single-bounce message`);
      return;
    case 'undeliverable':
      write('bounce', `warning: ${what.queueId}: undeliverable postmaster notification discarded`);
      return;
    case 'warning':
      write(what.agent, `warning: ${what.text}`);
      return;
    case 'removed':
      write('qmgr', `${what.queueId}: removed`);
      return;
  }
}

function activeLine({ entry }: Extract<Occurrence, { kind: 'accepted' | 'active' }>): string {
  const { id, envelope, content, recipients } = entry;
  return `${id}: from=<${envelope.reversePath}>, size=${content.length}, nrcpt=${recipients.length} (queue active)`;
}

function fateLine(
  state: MtaState,
  { entry, recipient, trouble, via, status }: Extract<Occurrence, { kind: 'fate' }>,
  at: StepContext,
): string {
  const { address, original } = recipient;
  const origin =
    original.toLowerCase() === address.toLowerCase() || original === '' ? '' : ` orig_to=<${original}>,`;
  const to = `${entry.id}: to=<${address}>,${origin} relay=`;
  if (state.config.dialect === 'postfix2006') {
    const relay = via.relay.replace(/(?<=\]):\d+$/, '');
    return `${to}${relay}, delay=${Math.round((at.now - entry.arrivedAt) / 1000)}, status=${status} (${trouble.why})`;
  }
  const delay = seconds(at.now - entry.arrivedAt);
  const parts = delays(entry.arrivedAt, entry.activeAt, via, at.now).map(seconds).join('/');
  const use = via.use !== undefined && via.use > 1 ? `, conn_use=${via.use}` : '';
  return `${to}${via.relay}${use}, delay=${delay}, delays=${parts}, dsn=${trouble.status}, status=${status} (${trouble.why})`;
}

/** Before the queue manager took it up, in its hands, setting up the connection, and handing the letter over. */
function delays(
  arrivedAt: Millis,
  activeAt: Millis,
  { startedAt, readyAt }: Via,
  now: Millis,
): readonly Millis[] {
  const ready = readyAt ?? now;
  return [activeAt - arrivedAt, startedAt - activeAt, ready - startedAt, now - ready].map((part) =>
    Math.max(0, part),
  );
}

/** Two significant digits, and no more than two behind the point: `0.05`, `1.2`, `324`. */
export function seconds(ms: Millis): string {
  if (ms >= 9950) return String(Math.round(ms / 1000));
  return String(ms >= 995 ? Math.round(ms / 100) / 10 : Math.round(ms / 10) / 100);
}
