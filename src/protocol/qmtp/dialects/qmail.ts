/** qmail-qmtpd, qmail-queue, qmail-local and qmail-remote as netqmail and notqmail have them. */
import type { QmtpReplyName } from '../replies.ts';

/** `{seconds}` since 1970 and `{id}`, which for qmail is the process id of its qmail-queue. */
export const QMAIL: Readonly<Record<QmtpReplyName, string>> = {
  // qmail-qmtpd's own.
  KAccepted: 'ok {seconds} qp {id}',
  DRelaying: "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
  DRecipient: "sorry, I can't handle that recipient (#5.1.3)",
  DSender: 'unacceptable sender (#5.1.7)',
  DTooLarge: 'sorry, that message size exceeds my databytes limit (#5.3.4)',
  // What became of its qmail-queue.
  DRejected: 'mail server permanently rejected message (#5.3.0)',
  ZTryLater: 'qq temporary problem (#4.3.0)',
  ZNoStorage: 'qq write error or disk full (#4.3.0)',
  // qmail-qmtpd takes any recipient of a domain in rcpthosts; these are what qmail-local and qmail-remote say later.
  DUserUnknown: 'Sorry, no mailbox here by that name. (#5.1.1)',
  DDomainUnknown: "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)",
};
