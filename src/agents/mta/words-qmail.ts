/** The words of qmail-remote, qmail-local and qmail-send, from their documentation. Status codes stand in them, in brackets. */
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { RecipientOutcome, Stage } from '../../protocol/smtp/types.ts';
import type { Trouble } from './entry.ts';
import type { Wording } from './wording.ts';
import { ours, refusalStatus } from './wording.ts';

const coded = (status: string, text: string): Trouble => ours(status, `${text} (#${status})`);

/** What the other side did not like. */
const DISLIKED: Readonly<Partial<Record<Stage, string>>> = {
  mail: 'sender',
  rcpt: 'recipient',
};

const failedBy = (address: string, { stage }: RecipientOutcome): string => {
  const disliked = DISLIKED[stage];
  if (disliked !== undefined) return `${address} does not like ${disliked}.`;
  if (stage === 'data') return `${address} failed on DATA command.`;
  if (stage === 'content') return `${address} failed after I sent the message.`;
  return `Connected to ${address} but ${stage === 'connect' ? 'greeting failed' : 'my name was rejected'}.`;
};

export const qmailWords: Wording = {
  connect: () => coded('4.4.1', "Sorry, I wasn't able to establish an SMTP connection."),
  at: ({ name, address }, outcome, silence) => {
    if (outcome.reply === null)
      return silence === 'not-offered'
        ? coded('4.7.0', `${address} does not offer STARTTLS.`)
        : coded('4.4.2', `Connected to ${address} but connection died.`);
    const said = replyText(outcome.reply);
    const status = refusalStatus(outcome.stage, outcome.reply);
    const end = status.startsWith('5') ? `Giving up on ${address}.` : '';
    const why = [failedBy(address, outcome), `Remote host said: ${said}`, end]
      .filter((line) => line !== '')
      .join('\n');
    return { status, why, reply: said, remoteMta: name };
  },
  route: (why, domain) => {
    switch (why) {
      // qmail knows nothing of RFC 7505: the root of the DNS is a host without an address.
      case 'nullMx':
      case 'noDomain':
      case 'noAddress':
        return coded('5.1.2', `Sorry, I couldn't find any host named ${domain}.`);
      case 'temporary':
        return coded('4.1.2', `CNAME lookup failed temporarily.`);
      case 'loop':
        return coded(
          '5.4.6',
          "Sorry. Although I'm listed as a best-preference MX or A for that host,\nit isn't in my control/locals file, so I don't treat it as local.",
        );
    }
  },
  needsUtf8: ({ address }) => coded('5.6.7', `${address} does not take addresses in UTF-8.`),
  tooBig: ({ address }) => coded('5.3.4', `${address} does not take messages of that size.`),
  unknownUser: () => coded('5.1.1', 'Sorry, no mailbox here by that name.'),
  forwardingLoop: () => coded('5.4.6', 'This message is looping: it already has my Delivered-To line.'),
  // qmail-smtpd's `MAXHOPS`
  hopLimit: 100,
  tooManyHops: coded('5.4.6', 'Too many hops, this message is looping.'),
  noRoom: () => coded('4.3.0', 'Temporary error on maildir delivery.'),
  suspended: (because) => because,
  expired: (because) => ({
    ...because,
    why: `${because.why}\nI'm not going to try again; this message has been in the queue too long.`,
  }),
};
