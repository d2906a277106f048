/** Postfix 2.1 and 2.2, of the years around 2006: no enhanced status codes, some other words. */
import type { Dialect } from './dialect.ts';
import { postfix3 } from './postfix3.ts';
import { POSTFIX } from './habits.ts';

export const postfix2006: Dialect = {
  ...POSTFIX,
  name: 'postfix2006',
  enhanced: false,
  offers: ['PIPELINING', 'SIZE', 'VRFY', 'ETRN', 'STARTTLS', 'AUTH', '8BITMIME'],
  notImplemented: ['HELP', 'EXPN', 'BDAT'],
  parametersAfterHelo: true,
  troubles: {},
  hangsUpOn: 'headers',
  replies: {
    ...postfix3.replies,
    R214Help: { code: 502, text: 'Error: command not implemented' },
    R500EightBit: 'Error: bad syntax',
    R500TooLong: 'Error: line too long',
    R500Unknown: { code: 502, text: 'Error: command not implemented' },
    R501MailSyntax: 'Syntax: MAIL FROM: <address>',
    R501RcptSyntax: 'Syntax: RCPT TO: <address>',
    R501VrfySyntax: 'Syntax: VRFY address',
    R552DataTooLarge: 'Error: message too large',
    R554DataRejected: { code: 550, text: 'Error: Message content rejected' },
  },
};
