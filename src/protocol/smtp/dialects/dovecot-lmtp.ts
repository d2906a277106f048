/** The LMTP service of Dovecot 2.3 as Debian 12 has it. What it never says by LMTP stays in Postfix's words. */
import type { Dialect } from './dialect.ts';
import { postfix3 } from './postfix3.ts';

export const dovecotLmtp: Dialect = {
  ...postfix3,
  name: 'dovecot-lmtp',
  offers: ['8BITMIME', 'ENHANCEDSTATUSCODES', 'PIPELINING', 'SIZE'],
  notImplemented: [],
  troubles: {},
  hangsUpOn: 'nothing',
  replies: {
    ...postfix3.replies,
    R220Ready: '{host} Dovecot (Debian) ready.',
    R250Sender: 'OK',
    R250Recipient: 'OK',
    R250Queued: '<{mailbox}> {id} Saved',
    R250Reset: 'OK',
    R250Noop: 'OK',
    R252CannotVerify: { enhanced: '2.3.3', text: 'Try RCPT instead' },
    R354Start: 'OK',
    R452MailboxFull: {
      code: 552,
      enhanced: '5.2.2',
      text: '<{mailbox}> Quota exceeded (mailbox for user is full)',
    },
    R452NoStorage: { code: 451, enhanced: '4.2.0', text: '<{mailbox}> Internal error occurred.' },
    R451TryLater: { enhanced: '4.3.0', text: 'Temporary internal error' },
    R500Unknown: 'Unknown command',
    R503NeedMail: 'MAIL needed first',
    R503NestedMail: 'MAIL already given',
    R503DataBeforeRcpt: { code: 554, text: 'No valid recipients' },
    R550UserUnknown: "<{mailbox}> User doesn't exist: {mailbox}",
  },
};
