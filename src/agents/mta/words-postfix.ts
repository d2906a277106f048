/** The words and status codes of Postfix's smtp(8), local(8) and qmgr(8). */
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { Stage } from '../../protocol/smtp/types.ts';
import { isRefusal } from '../../protocol/smtp/verdicts.ts';
import { CONNECT_FAILURES } from '../connect-failures.ts';
import type { Trouble } from './entry.ts';
import type { Hop } from './types.ts';
import type { NoRoom, Silence, Wording } from './wording.ts';
import { ours, placeOf, refusalStatus, serverOf } from './wording.ts';

const IN_REPLY_TO: Readonly<Record<Stage, string>> = {
  connect: 'initial connection',
  helo: 'HELO command',
  tls: 'STARTTLS command',
  auth: 'AUTH command',
  mail: 'MAIL FROM command',
  rcpt: 'RCPT TO command',
  data: 'DATA command',
  content: 'end of DATA command',
};

/** What the client was about when the line went dead. */
const WHILE: Readonly<Record<Stage, string>> = {
  connect: 'receiving the initial server greeting',
  helo: 'performing the EHLO handshake',
  tls: 'receiving the STARTTLS response',
  auth: 'performing the EHLO handshake',
  mail: 'sending MAIL FROM',
  rcpt: 'sending RCPT TO',
  data: 'sending DATA command',
  content: 'sending end of data -- message may be sent more than once',
};

/** The status of `mbox_dsn`: a quota is for good, a disk may be cleared. */
const CAUSES: Readonly<Record<NoRoom, readonly [status: string, cause: string]>> = {
  'mailbox-full': ['5.2.2', 'error writing message: Disk quota exceeded'],
  'disk-full': ['4.3.0', 'error writing message: No space left on device'],
  locked: ['4.2.0', 'unable to create lock file %s.lock: File exists'],
};

export const postfixWords: Wording = {
  connect: (hop, why) => ours('4.4.1', `connect to ${placeOf(hop)}: ${CONNECT_FAILURES[why]}`),
  at: (hop, { stage, reply }, silence) => {
    if (reply === null) return silent(hop, stage, silence);
    const said = replyText(reply);
    const prefix = isRefusal(reply) ? '' : 'Protocol error: ';
    const why = prefix + refusal(serverOf(hop), stage, said);
    return { status: refusalStatus(stage, reply), why, reply: said, remoteMta: hop.name };
  },
  route: (why, domain, { name, type }) => {
    const error = `Host or domain name not found. Name service error for name=${name} type=${type}`;
    switch (why) {
      case 'nullMx':
        return ours('5.1.0', `Domain ${domain} does not accept mail (nullMX)`);
      case 'noDomain':
        return ours('5.4.4', `${error}: Host not found`);
      case 'noAddress':
        return ours('5.4.4', `${error}: Host found but no data record of requested type`);
      case 'temporary':
        return ours('4.4.3', `${error}: Host not found, try again`);
      case 'loop':
        return ours('5.4.6', `mail for ${domain} loops back to myself`);
    }
  },
  // RFC 6531 §3.4
  needsUtf8: (hop) => ours('5.6.7', `SMTPUTF8 is required, but was not offered by host ${serverOf(hop)}`),
  tooBig: (hop, size, limit) =>
    ours('5.3.4', `message size ${size} exceeds size limit ${limit} of server ${serverOf(hop)}`),
  unknownUser: (_, localPart) => ours('5.1.1', `unknown user: "${localPart}"`),
  forwardingLoop: (address) => ours('5.4.6', `mail forwarding loop for ${address}`),
  // `hopcount_limit`
  hopLimit: 50,
  tooManyHops: ours('5.4.6', 'too many hops'),
  noRoom: (why, { user, path }) => {
    const [status, cause] = CAUSES[why];
    if (path.endsWith('/Maildir')) return ours(status, `maildir delivery failed: ${cause}`);
    const what = cause.replace('%s', path);
    return ours(status, `cannot update mailbox ${path} for user ${user}. ${what}`);
  },
  suspended: (because) => ({ ...because, why: `delivery temporarily suspended: ${because.why}` }),
  expired: (because) => because,
};

function refusal(server: string, stage: Stage, said: string): string {
  switch (stage) {
    case 'connect':
    case 'helo':
      return `host ${server} refused to talk to me: ${said}`;
    case 'tls':
      return `TLS is required, but host ${server} refused to start TLS: ${said}`;
    case 'auth':
      return `SASL authentication failed; server ${server} said: ${said}`;
    default:
      return `host ${server} said: ${said} (in reply to ${IN_REPLY_TO[stage]})`;
  }
}

function silent(hop: Hop, stage: Stage, silence: Silence): Trouble {
  const server = serverOf(hop);
  switch (silence) {
    case 'handshake':
      return ours('4.7.5', 'Cannot start TLS: handshake failure');
    case 'not-offered':
      return ours('4.7.4', `TLS is required, but was not offered by host ${server}`);
    case 'timeout':
      return ours('4.4.2', `conversation with ${server} timed out while ${WHILE[stage]}`);
    case 'lost':
      return ours('4.4.2', `lost connection with ${server} while ${WHILE[stage]}`);
  }
}
