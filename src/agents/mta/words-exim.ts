/** The words of Exim's smtp transport and its routers, as recorded from 4.96. Its status codes are classes alone. */
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { RecipientOutcome } from '../../protocol/smtp/types.ts';
import { CONNECT_FAILURES } from '../connect-failures.ts';
import type { Wording } from './wording.ts';
import { ours, refusalStatus } from './wording.ts';

const FOR_GOOD = '5.0.0';
const FOR_NOW = '4.0.0';

/** What the server was told before it refused. */
function behind({ stage, recipient }: RecipientOutcome): string {
  switch (stage) {
    case 'connect':
      return 'initial connection';
    case 'helo':
      return 'EHLO';
    case 'tls':
      return 'STARTTLS';
    case 'auth':
      return 'AUTH';
    case 'mail':
      return 'MAIL FROM';
    case 'rcpt':
      return `RCPT TO:<${recipient}>`;
    case 'data':
      return 'DATA';
    case 'content':
      return 'end of data';
  }
}

const ROUTES = {
  nullMx: ours(FOR_GOOD, 'an MX or SRV record indicated no SMTP service'),
  noDomain: ours(FOR_GOOD, 'Unrouteable address'),
  noAddress: ours(FOR_GOOD, 'all relevant MX records point to non-existent hosts'),
  temporary: ours(FOR_NOW, 'host lookup did not complete'),
  loop: ours(FOR_GOOD, 'lowest numbered MX record points to local host'),
} as const;

export const eximWords: Wording = {
  connect: (_, why) => ours(FOR_NOW, CONNECT_FAILURES[why]),
  at: (hop, outcome, silence) => {
    const { reply, stage } = outcome;
    if (reply === null) {
      const how = silence === 'timeout' ? 'SMTP timeout' : 'Remote host closed connection';
      const why =
        silence === 'not-offered'
          ? 'a TLS session is required, but the server did not offer TLS support'
          : silence === 'handshake'
            ? 'TLS session: (gnutls_handshake): The TLS connection was non-properly terminated.'
            : `${how} ${silence === 'timeout' ? 'after' : 'in response to'} ${behind(outcome)}`;
      return ours(FOR_NOW, why);
    }
    const said = replyText(reply);
    const why = `SMTP error from remote mail server after ${behind(outcome)}: ${said}`;
    const { name, address } = hop;
    return {
      status: refusalStatus(stage, reply),
      why,
      reply: said,
      remoteMta: name,
      remoteAddress: address,
    };
  },
  route: (why) => ROUTES[why],
  needsUtf8: () => ours(FOR_GOOD, 'utf8 support required but not offered for forwarding'),
  tooBig: () => ours(FOR_GOOD, 'message too big for the remote host'),
  unknownUser: () => ours(FOR_GOOD, 'Unrouteable address'),
  forwardingLoop: () => ours(FOR_GOOD, 'Too many "Received" headers - suspected mail loop'),
  // `received_headers_max`
  hopLimit: 30,
  tooManyHops: ours(FOR_GOOD, 'Too many "Received" headers - suspected mail loop'),
  // The log has the number of the first words, see `log-exim.ts`.
  noRoom: (why, { path }) => {
    switch (why) {
      case 'mailbox-full':
        return ours(FOR_NOW, 'Disk quota exceeded: mailbox is full');
      case 'disk-full':
        return ours(FOR_NOW, `No space left on device: error while writing to ${path}`);
      case 'locked':
        return ours(FOR_NOW, `failed to lock mailbox ${path} (lock file)`);
    }
  },
  suspended: (_, domain) => ours(FOR_NOW, `retry time not reached for any host for '${domain}'`),
  expired: () => ours(FOR_GOOD, 'retry timeout exceeded'),
};
