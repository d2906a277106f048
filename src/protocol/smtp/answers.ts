/** The agent's answers become replies. */
import type { Verdict } from './data.ts';
import { answerData } from './data.ts';
import type { ReplyName } from './replies.ts';
import { refusalReply } from './replies.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { accept, conclude, copyOf, refuse, word } from './session.ts';
import type { SmtpAnswer, SmtpRefuse } from './types.ts';

/** An answer to what `pending` asked. One that does not fit the question counts as a passing failure. */
export function settle(session: SmtpServerState, pending: Heard, answer: SmtpAnswer): Step {
  if (pending.verb === 'CONNECT') return greet(session, pending, answer);
  if (pending.verb === 'END-OF-DATA') return answerData(session, (index) => verdictOn(answer, index));
  if (answer.kind === 'refuse') {
    return refuse(session, pending, refusalReply(answer.why, pending.verb), {}, ownWords(answer));
  }
  if (pending.verb === 'MAIL' && answer.kind === 'accept') {
    const named = copyOf(session);
    named.reversePath = pending.argument;
    return accept(named, pending, 'R250Sender');
  }
  if (pending.verb === 'RCPT' && answer.kind === 'accept') {
    const named = copyOf(session);
    named.forwardPaths = [...session.forwardPaths, pending.argument];
    return accept(named, pending, 'R250Recipient');
  }
  if (pending.verb === 'VRFY' && answer.kind === 'verified') {
    return accept(session, pending, 'R250Verified', { mailbox: answer.mailbox });
  }
  if (pending.verb === 'VRFY' && answer.kind === 'cannot-verify') {
    return accept(session, pending, 'R252CannotVerify');
  }
  return refuse(session, pending, 'R451TryLater');
}

const ownWords = ({ why, text }: SmtpRefuse): string =>
  why === 'rejected' || why === 'try-later' ? text : '';

/** RFC 5321 §3.1: 220, or 554 and a session in which only QUIT is left, or 421 and the end. */
function greet(session: SmtpServerState, pending: Heard, answer: SmtpAnswer): Step {
  if (answer.kind !== 'refuse') {
    const date = answer.kind === 'accept' && answer.greetingDate ? `; ${answer.greetingDate}` : '';
    const banner = answer.kind === 'accept' ? answer.banner : undefined;
    return accept(session, pending, 'R220Ready', { date }, banner ? [banner] : undefined);
  }
  const name: ReplyName = answer.why === 'try-later' ? 'R421Unavailable' : 'R554NoService';
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
