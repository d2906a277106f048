/** The words and status codes of Sendmail 8. */
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { ConnectFailure } from '../../sim/types.ts';
import type { Wording } from './wording.ts';
import { ours, refusalStatus, serverOf } from './wording.ts';

const CONNECTS: Readonly<Record<ConnectFailure, (name: string) => string>> = {
  refused: (name) => `Connection refused by ${name}.`,
  timeout: (name) => `Connection timed out with ${name}.`,
  unreachable: (name) => `${name}.: Network is unreachable`,
};

/** Where Debian has it. */
const MAIL_LOCAL = '/usr/lib/sm.bin/mail.local';

export const sendmailWords: Wording = {
  connect: (hop, why) => ({ ...ours('4.4.1', CONNECTS[why](hop.name)), place: serverOf(hop) }),
  at: ({ name }, { stage, reply }, silence) => {
    if (reply !== null) {
      const said = replyText(reply);
      return { status: refusalStatus(stage, reply), why: said, reply: said, remoteMta: name };
    }
    switch (silence) {
      case 'handshake':
        return ours('4.7.5', `TLS handshake failed with ${name}.`);
      case 'not-offered':
        return ours('4.7.0', 'TLS required but not offered');
      case 'timeout':
        return ours('4.4.2', CONNECTS.timeout(name));
      case 'lost':
        return ours('4.4.2', `Connection reset by ${name}.`);
    }
  },
  route: (why, domain) => {
    switch (why) {
      case 'nullMx':
        // RFC 7505 §4.2
        return ours('5.1.10', 'Recipient address has null MX');
      case 'noDomain':
      case 'noAddress':
        return ours('5.1.2', `Host unknown (Name server: ${domain}: host not found)`);
      case 'temporary':
        return ours('4.4.3', `Name server: ${domain}: host name lookup failure`);
      case 'loop':
        return ours('5.3.5', `${domain}. config error: mail loops back to me (MX problem?)`);
    }
  },
  needsUtf8: () => ours('5.6.7', 'Header conversion from SMTPUTF8 needed but not possible'),
  tooBig: (_, size, limit) => ours('5.2.3', `Message is too large; ${limit} bytes max (${size})`),
  unknownUser: () => ours('5.1.1', 'User unknown'),
  forwardingLoop: () => ours('5.4.6', 'Too many hops'),
  // `MaxHopCount`
  hopLimit: 25,
  tooManyHops: ours('5.4.6', 'Too many hops'),
  // What it was, mail.local(8) says in a log line of its own.
  noRoom: () => ours('4.0.0', `local mailer (${MAIL_LOCAL}) exited with EX_TEMPFAIL`),
  suspended: (because) => because,
  expired: (because) => because,
};
