/** The agent's answers become replies. */
import type { Draft } from '../../base/draft.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { Verdict } from './data.ts';
import { answerData } from './data.ts';
import type { ReplyName } from './replies.ts';
import { refusalReply } from './replies.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { accept, conclude, copyOf, heardAs, refuse, word } from './session.ts';
import { settleAuth } from './auth.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';
import type { Refusal, Reply, SmtpAnswer, SmtpRefuse } from './types.ts';

/** An answer to what `pending` asked. One that does not fit the question counts as a passing failure. */
export function settle(session: SmtpServerState, pending: Heard, answer: SmtpAnswer): Step {
  if (pending.verb === 'CONNECT') return greet(session, pending, answer);
  if (pending.verb === 'AUTH') return settleAuth(session, pending, answer);
  if (pending.verb === 'LAST-CHUNK' || pending.verb === 'END-OF-DATA') {
    return answerData(session, pending, (index) => verdictOn(answer, index));
  }
  if (answer.kind === 'refuse') {
    const refused = copyOf(session);
    if (pending.verb === 'MAIL') refused.parameters = NO_MAIL_PARAMETERS;
    const name = refusalReply(answer.why, pending.verb);
    const reply = recoded(word(session, pending, name, {}, ownWords(answer)), answer.code);
    if (pending.verb === 'RCPT') rememberRefusal(refused, reply.lines.join(' '));
    return conclude(session, refused, [{ heard: pending, name, reply }]);
  }
  if (pending.verb === 'MAIL' && answer.kind === 'accept') {
    const named = copyOf(session);
    named.reversePath = pending.argument;
    // One RSET for each transaction is no idle talk.
    if (DIALECTS[session.config.dialect].patience.firstIsFree.includes('RSET'))
      named.freeJunk = [...session.freeJunk, 'RSET'];
    return accept(named, pending, 'R250Sender');
  }
  if (pending.verb === 'RCPT' && answer.kind === 'accept') {
    const named = copyOf(session);
    named.forwardPaths = [...session.forwardPaths, pending.argument];
    named.recipientParameters = [...session.recipientParameters, session.offered];
    return accept(named, pending, 'R250Recipient');
  }
  if (pending.verb === 'VRFY' && answer.kind === 'verified') {
    return accept(session, pending, 'R250Verified', { mailbox: answer.mailbox });
  }
  if (pending.verb === 'VRFY' && answer.kind === 'cannot-verify') {
    return accept(session, pending, 'R252CannotVerify');
  }
  if (pending.verb === 'EXPN' && answer.kind === 'expanded')
    return expanded(session, pending, answer.mailboxes);
  if (pending.verb === 'ETRN') {
    if (answer.kind === 'queueing') return accept(session, pending, 'R250Turn');
    return refuse(session, pending, 'R459NoTurn');
  }
  return refuse(session, pending, 'R451TryLater');
}

/** With another code, and an enhanced one of the same class (RFC 2034 §4). */
function recoded({ code, enhanced, lines }: Reply, own: number = code): Reply {
  return { code: own, enhanced: enhanced.replace(/^\d/, String(own)[0]!), lines };
}

/** What all refused recipients were told, should it be the same. */
export function rememberRefusal(session: Draft<SmtpServerState>, text: string): void {
  session.refusal = session.refusal === '' || session.refusal === text ? text : null;
}

/** One line for each mailbox of the list (RFC 5321 §3.5.2). */
function expanded(session: SmtpServerState, pending: Heard, mailboxes: readonly string[]): Step {
  const lines = mailboxes.map(
    (mailbox) => word(session, heardAs(pending, mailbox, mailbox), 'R250Expanded').lines[0]!,
  );
  return accept(session, pending, 'R250Expanded', {}, lines);
}

const ownWords = ({ why, text }: SmtpRefuse): string =>
  why === 'rejected' || why === 'try-later' ? text : '';

const CLOSING: readonly Refusal[] = ['try-later', 'too-many-connections'];

/** RFC 5321 §3.1: 220, or 554 and a session in which only QUIT is left, or 421 and the end. */
function greet(session: SmtpServerState, pending: Heard, answer: SmtpAnswer): Step {
  if (answer.kind !== 'refuse') {
    const accepted = answer.kind === 'accept' ? answer : undefined;
    const day = accepted?.greetingDate ?? '';
    const values = { date: day && `; ${day}`, today: day && ` ${day}` };
    const named = copyOf(session);
    named.clientName = accepted?.clientName ?? '';
    return accept(named, pending, 'R220Ready', values, accepted?.banner ? [accepted.banner] : undefined);
  }
  const name: ReplyName = CLOSING.includes(answer.why)
    ? refusalReply(answer.why, 'CONNECT')
    : 'R554NoService';
  const reply = word(session, pending, name, {}, ownWords(answer));
  const after = copyOf(session);
  if (name === 'R554NoService') {
    after.state = 'connected';
    after.refused = true;
  }
  return conclude(session, after, [{ heard: pending, name, reply }]);
}

function verdictOn(answer: SmtpAnswer, index: number): Verdict {
  const one = answer.kind === 'verdicts' ? answer.verdicts[index] : answer;
  if (one?.kind === 'queued') return { name: 'R250Queued', id: one.queueId, own: '' };
  if (one?.kind === 'accept') return { name: 'R250Queued', id: '', own: '' };
  if (one?.kind === 'refuse') {
    return { name: refusalReply(one.why, 'END-OF-DATA'), id: '', own: ownWords(one) };
  }
  return { name: 'R451DataTryLater', id: '', own: '' };
}
