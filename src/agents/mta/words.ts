/** The words of each kind of server. */
import type { DialectName } from '../../protocol/smtp/types.ts';
import type { Wording } from './wording.ts';
import { eximWords } from './words-exim.ts';
import { postfixWords } from './words-postfix.ts';
import { qmailWords } from './words-qmail.ts';
import { sendmailWords } from './words-sendmail.ts';

export function wordsOf(dialect: DialectName): Wording {
  if (dialect.startsWith('exim')) return eximWords;
  if (dialect === 'qmail') return qmailWords;
  return dialect === 'sendmail8' ? sendmailWords : postfixWords;
}
