/** What qmail-send tells the log, and splogger stamps: about messages, which have numbers, and deliveries of them. */
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { pidOf, syslogLine } from '../log-writers.ts';
import type { Occurrence } from './log-lines.ts';
import type { MtaState } from './types.ts';

const ROLE = 11;
/** Of the user that qmail-smtpd and qmail-qmtpd run as. */
const UID = 64011;

export function logQmail(state: MtaState, effects: ProgramEffect[], what: Occurrence, at: StepContext): void {
  const stamp = ((at.clock.epochMs + at.now) / 1000).toFixed(6);
  for (const text of linesOf(what))
    syslogLine(effects, state.hostname, 'qmail', pidOf(ROLE, 0), `${stamp} ${text}`, at);
}

/** The letter's file has its number from the file system; here from its id, `seconds.process`. */
const numberOf = (queueId: string): number => 300_000 + Number(processOf(queueId));
const processOf = (queueId: string): string => queueId.slice(queueId.indexOf('.') + 1);

function linesOf(what: Occurrence): readonly string[] {
  switch (what.kind) {
    case 'accepted': {
      const { id, content, envelope } = what.entry;
      const number = numberOf(id);
      return [
        `new msg ${number}`,
        `info msg ${number}: bytes ${content.length} from <${envelope.reversePath}> qp ${processOf(id)} uid ${UID}`,
      ];
    }
    case 'fate': {
      const { entry, recipient, trouble, via, status } = what;
      const delivery = numberOf(entry.id) * 10 + Math.max(0, entry.recipients.indexOf(recipient));
      const where = via.agent === 'local' ? 'local' : 'remote';
      return [
        `starting delivery ${delivery}: msg ${numberOf(entry.id)} to ${where} ${recipient.address}`,
        `delivery ${delivery}: ${OUTCOMES[status]}: ${joined(status === 'sent' ? success(what) : trouble.why)}`,
      ];
    }
    case 'reported':
      return [`bounce msg ${numberOf(what.queueId)} qp ${processOf(what.notification)}`];
    case 'removed':
      return [`end msg ${numberOf(what.queueId)}`];
    default:
      return [];
  }
}

const OUTCOMES = { sent: 'success', deferred: 'deferral', bounced: 'failure' } as const;

function success({ trouble, via }: Extract<Occurrence, { kind: 'fate' }>): string {
  if (via.agent === 'local') return 'did 1+0+0';
  const address = /\[(.*?)\]/.exec(via.relay)?.[1] ?? via.relay;
  return `${address} accepted message.\nRemote host said: ${trouble.why}`;
}

/** One word, whatever it says: lines end in `/`, and `_` stands for blanks. */
const joined = (text: string): string => `${text.replace(/[ \t]/g, '_').replace(/\n/g, '/')}/`;
