/** Exim's mainlog: its own dates, its own marks (`<=` came in, `=>` went out, `==` waits, `**` failed). */
import { splitAddress } from '../../mail/address.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { CONNECT_FAILURES } from '../connect-failures.ts';
import { eximLine } from '../log-writers.ts';
import { eximDriver, eximHost } from '../smtp-log-exim.ts';
import { inDomains } from '../smtp-policy.ts';
import type { Occurrence } from './log-lines.ts';
import type { MtaState } from './types.ts';

export function logExim(state: MtaState, effects: ProgramEffect[], what: Occurrence, at: StepContext): void {
  for (const text of linesOf(state, what)) eximLine(effects, text, at);
}

function linesOf(state: MtaState, what: Occurrence): readonly string[] {
  switch (what.kind) {
    case 'accepted':
      return [`${what.entry.id} <= ${arrival(what)} S=${what.entry.content.length}${idOf(what)}`];
    case 'fate':
      return fateLines(state, what);
    case 'skipped':
      return [`${what.queueId} ${what.why}`];
    case 'not-connected':
      return [`${what.queueId} H=${what.hop.name} [${what.hop.address}] ${what.why}`];
    case 'removed':
      return [`${what.queueId} Completed`];
    default:
      return [];
  }
}

type Arrival = Extract<Occurrence, { kind: 'accepted' }>;

function arrival({ entry, brought, about }: Arrival): string {
  const from = entry.envelope.reversePath === '' ? '<>' : entry.envelope.reversePath;
  const news = about === null ? '' : ` R=${about}`;
  if (entry.client === null || brought === null) return `${from}${news} U=Debian-exim P=local`;
  const { helo, protocol, login, mechanism, tls } = brought;
  const secrecy = tls === null ? '' : ` X=${tls.version.replace('v', '')}:${tls.cipher}:${tls.bits} CV=no`;
  const who = login === '' ? '' : ` A=${eximDriver(mechanism)}:${login}`;
  return `${from} H=${eximHost(entry.client, helo)} P=${protocol.toLowerCase()}${secrecy}${who}`;
}

/** Without its brackets; one that Exim added is not told of. */
const idOf = ({ brought, messageId }: Arrival): string =>
  brought?.hasMessageId === true ? ` id=${messageId.replace(/^<(.*)>$/, '$1')}` : '';

/** What the C library calls these by number. */
const ERRNO: Readonly<Record<string, number>> = {
  [CONNECT_FAILURES.refused]: 111,
  [CONNECT_FAILURES.timeout]: 110,
  [CONNECT_FAILURES.unreachable]: 101,
};

/** The number of what a file system said of a mailbox. */
function localNumberOf(why: string): number {
  if (why.startsWith('No space left on device: ')) return 28;
  if (why.startsWith('Disk quota exceeded: ')) return 122;
  return why.startsWith('failed to lock') ? -9 : -1;
}

/** Exim's own numbers below zero (`ERRNO_RCPT4XX`, `ERRNO_HRETRY` and so on). */
function numberOf(why: string): number {
  const known = ERRNO[why];
  if (known !== undefined) return known;
  if (why.startsWith('retry time not reached')) return -54;
  const stage = /^SMTP error from remote mail server after (\S+ ?\S*?)[: ]/.exec(why)?.[1] ?? '';
  if (stage.startsWith('RCPT')) return -44;
  if (stage.startsWith('MAIL')) return -45;
  if (stage.startsWith('DATA') || stage.startsWith('end of')) return -46;
  return why.startsWith('Remote host closed') ? -18 : -1;
}

function fateLines(
  { config }: MtaState,
  { entry, recipient, trouble, via, status }: Extract<Occurrence, { kind: 'fate' }>,
): readonly string[] {
  const { id } = entry;
  const { address, original } = recipient;
  const { why } = trouble;
  const { domain, localPart } = splitAddress(address);
  const local = via.agent === 'local';
  const router = inDomains(domain, config.relayDomains) ? 'dnslookup_relay_to_domains' : 'dnslookup';
  const place = /^(.*?)\[(.*?)\]/.exec(via.relay);
  const host = place ? ` H=${place[1]} [${place[2]}]` : '';
  const alias = original !== '' && original !== address ? ` <${original}>` : '';
  switch (status) {
    case 'sent': {
      const whole = original.includes('@') ? original : `${original}@${config.domains[0] ?? ''}`;
      if (local) return [`${id} => ${localPart} <${whole}> R=local_user T=mail_spool`];
      return [`${id} => ${address}${alias} R=${router} T=remote_smtp${host} C="${why}"`];
    }
    case 'deferred': {
      if (local)
        return [`${id} == ${address} R=local_user T=mail_spool defer (${localNumberOf(why)}): ${why}`];
      const number = numberOf(why);
      const transport = place || number > 0 || number === -54 ? ' T=remote_smtp' : '';
      return [`${id} == ${address}${alias} R=${router}${transport} defer (${number})${host}: ${why}`];
    }
    case 'bounced':
      return [`${id} ** ${address}${alias}${place ? ` R=${router} T=remote_smtp${host}` : ''}: ${why}`];
  }
}
