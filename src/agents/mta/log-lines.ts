/** The mail log: each thing the MTA does, in the words its dialect's log uses. */
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { syslogDate } from '../../base/time.ts';
import type { QueueId } from '../facts.ts';
import { entryOf } from '../entries.ts';
import type { Client } from '../smtp-service.ts';
import type { Failure, Via } from './queue.ts';
import type { MtaState, QueueEntry } from './types.ts';

export type Occurrence =
  | { readonly kind: 'connected' | 'disconnected'; readonly client: Client }
  | {
      readonly kind: 'accepted';
      readonly entry: QueueEntry;
      readonly messageId: string;
      readonly client: Client | null;
    }
  | {
      readonly kind: 'sent';
      readonly queueId: QueueId;
      readonly addresses: readonly string[];
      readonly via: Via;
      readonly reply: string;
    }
  | {
      readonly kind: 'deferred';
      readonly queueId: QueueId;
      readonly addresses: readonly string[];
      readonly why: string;
      readonly via: Via;
    }
  | {
      readonly kind: 'bounced';
      readonly queueId: QueueId;
      readonly failures: readonly Failure[];
      readonly notification: QueueId | null;
    }
  | { readonly kind: 'removed'; readonly queueId: QueueId };

/** Records what happened as lines of the mail log, with syslog's date and host. */
export function logLine(
  state: MtaState,
  effects: ProgramEffect[],
  occurrence: Occurrence,
  at: StepContext,
): void {
  const lines = state.config.dialect === 'sendmail8' ? sendmail(occurrence) : postfix(state, occurrence, at);
  const host = state.hostname.split('.', 1)[0]!;
  if (lines.length === 0) return;
  const date = syslogDate(at.clock, at.now);
  for (const line of lines) {
    const text = `${date} ${host} ${clean(line)}`;
    effects.push({ kind: 'record', fact: { kind: 'logged', text } });
  }
}

const clean = (line: string): string =>
  /[^\x20-\x7e]/.test(line) ? line.replace(/[^\x20-\x7e]/g, '?') : line;

function postfix(state: MtaState, what: Occurrence, at: StepContext): readonly string[] {
  switch (what.kind) {
    case 'connected':
      return [`postfix/smtpd: connect from ${what.client.name}[${what.client.address}]`];
    case 'disconnected':
      return [`postfix/smtpd: disconnect from ${what.client.name}[${what.client.address}]`];
    case 'accepted': {
      const { entry, messageId, client } = what;
      const from = entry.envelope.reversePath;
      const size = entry.content.length;
      return [
        ...(client ? [`postfix/smtpd: ${entry.id}: client=${client.name}[${client.address}]`] : []),
        `postfix/cleanup: ${entry.id}: message-id=${messageId}`,
        `postfix/qmgr: ${entry.id}: from=<${from}>, size=${size}, nrcpt=${entry.recipients.length} (queue active)`,
      ];
    }
    case 'sent': {
      const { queueId, reply } = what;
      const { agent, relay, status } = what.via;
      return what.addresses.map(
        (to) =>
          `postfix/${agent}: ${queueId}: to=<${to}>, relay=${relay}, delay=${age(state, queueId, at)}, dsn=${status}, status=sent (${reply})`,
      );
    }
    case 'deferred': {
      const { queueId, why } = what;
      const { agent, relay, status } = what.via;
      const delay = age(state, queueId, at);
      return what.addresses.map(
        (to) =>
          `postfix/${agent}: ${queueId}: to=<${to}>, relay=${relay}, delay=${delay}, dsn=${status}, status=deferred (${why})`,
      );
    }
    case 'bounced': {
      const { queueId, notification } = what;
      const delay = age(state, queueId, at);
      return [
        ...what.failures.map(
          ({ address, via, status, why }) =>
            `postfix/${via.agent}: ${queueId}: to=<${address}>, relay=${via.relay}, delay=${delay}, dsn=${status}, status=bounced (${why})`,
        ),
        ...(notification === null
          ? []
          : [`postfix/bounce: ${queueId}: sender non-delivery notification: ${notification}`]),
      ];
    }
    case 'removed':
      return [`postfix/qmgr: ${what.queueId}: removed`];
  }
}

/** Seconds since the letter was accepted, as Postfix writes them. */
function age(state: MtaState, queueId: QueueId, at: StepContext): string {
  const ms = at.now - (entryOf(state.queue, queueId)?.acceptedAt ?? at.now);
  return ms >= 100_000 ? String(Math.round(ms / 1000)) : String(Math.round(ms / 10) / 100);
}

function sendmail(what: Occurrence): readonly string[] {
  switch (what.kind) {
    case 'connected':
    case 'disconnected':
    case 'removed':
      return [];
    case 'accepted': {
      const { entry, messageId, client } = what;
      const relay = client ? `${client.name} [${client.address}]` : 'localhost';
      const { reversePath } = entry.envelope;
      return [
        `sendmail: ${entry.id}: from=<${reversePath}>, size=${entry.content.length}, nrcpts=${entry.recipients.length}, msgid=${messageId}, relay=${relay}`,
      ];
    }
    case 'sent':
      return what.addresses.map(
        (to) =>
          `sendmail: ${what.queueId}: to=<${to}>, relay=${what.via.relay}, dsn=${what.via.status}, stat=Sent (${what.reply})`,
      );
    case 'deferred':
      return what.addresses.map(
        (to) =>
          `sendmail: ${what.queueId}: to=<${to}>, relay=${what.via.relay}, dsn=${what.via.status}, stat=Deferred: ${what.why}`,
      );
    case 'bounced':
      return [
        ...what.failures.map(
          ({ address, status, why }) =>
            `sendmail: ${what.queueId}: to=<${address}>, dsn=${status}, stat=${why}`,
        ),
        ...(what.notification === null
          ? []
          : [`sendmail: ${what.queueId}: ${what.notification}: DSN: ${what.failures[0]?.why ?? ''}`]),
      ];
  }
}
