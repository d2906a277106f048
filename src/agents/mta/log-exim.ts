/** Exim's mainlog: its own dates, its own marks (`<=` came in, `=>` went out, `==` waits, `**` failed). */
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { eximLine } from '../log-writers.ts';
import type { Occurrence } from './log-lines.ts';

export function logExim(effects: ProgramEffect[], what: Occurrence, at: StepContext): void {
  const text = lineOf(what);
  if (text === null) return;
  eximLine(effects, text, at);
}

function lineOf(what: Occurrence): string | null {
  switch (what.kind) {
    case 'accepted': {
      const { id, envelope, content, client } = what.entry;
      const from = envelope.reversePath === '' ? '<>' : envelope.reversePath;
      const host = client === null ? 'U=Debian-exim P=local' : `H=${hostOf(client)} P=esmtp`;
      return `${id} <= ${from} ${host} S=${content.length}`;
    }
    case 'fate':
      return fateLine(what);
    case 'skipped':
      return `${what.queueId} ${what.why}`;
    case 'removed':
      return `${what.queueId} Completed`;
    default:
      return null;
  }
}

const hostOf = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  name === 'unknown' || name === '' ? `[${address}]` : `${name} [${address}]`;

function fateLine({ entry, recipient, trouble, via, status }: Extract<Occurrence, { kind: 'fate' }>): string {
  const { address, original } = recipient;
  const local = via.agent === 'local';
  const to = local ? `${address.split('@', 1)[0]} <${original}>` : address;
  const route = local ? 'R=local_user T=mail_spool' : 'R=dnslookup T=remote_smtp';
  const relay = /^(.*?)\[(.*?)\]/.exec(via.relay);
  const host = relay ? ` H=${relay[1]} [${relay[2]}]` : '';
  const { why } = trouble;
  switch (status) {
    case 'sent':
      return `${entry.id} => ${to} ${route}${host}${local ? '' : ` C="${why}"`}`;
    case 'deferred':
      return `${entry.id} == ${address} ${route} defer (-1): ${why}`;
    case 'bounced':
      return `${entry.id} ** ${address}${host === '' ? '' : ` ${route}${host}`}: ${why}`;
  }
}
