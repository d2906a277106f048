/**
 * The client side of an SMTP (RFC 5321 §3) or LMTP (RFC 2033) connection. It uses what the server offers and nothing
 * else, and may carry several transactions.
 */
import type { Framing, Input, Machine } from '../machine.ts';
import { enter, hearAuth, hearEhlo, hearStartTls, hello } from './client-hello.ts';
import type { SmtpClientState, Step } from './client-state.ts';
import { clientWith, finish, giveUp, lose, LOST, next, quit, waitForReply } from './client-state.ts';
import { begin, hearInTransaction, reset, sendMail } from './client-transaction.ts';
import { NO_REPLY, readReplyLines, REPLY_LINE_LIMIT } from './reply-reader.ts';
import type { Reply, SmtpClientAnswer, SmtpClientQuestion } from './types.ts';
import { isPositive } from './verdicts.ts';

export type { SmtpClientState } from './client-state.ts';
export { smtpClientState } from './client-state.ts';

export const smtpClient: Machine<SmtpClientState, SmtpClientQuestion, SmtpClientAnswer> = { framing, step };

const HOLD: Framing = { kind: 'hold' };
const REPLY: Framing = { kind: 'reply', limit: REPLY_LINE_LIMIT };

function framing(state: SmtpClientState): Framing {
  return state.phase === 'next' ? HOLD : REPLY;
}

function step(state: SmtpClientState, input: Input<SmtpClientAnswer>): Step {
  if (state.phase === 'over') return [state, []];
  switch (input.kind) {
    case 'opened':
      return [state, [waitForReply(state)]];
    case 'unit': {
      const heard = readReplyLines(state.partial, input.octets);
      if (heard.kind === 'more') return [clientWith(state, { partial: heard.partial }), []];
      if (heard.kind === 'senseless') return lose(state, true);
      return hear(clientWith(state, { partial: NO_REPLY }), heard.reply);
    }
    case 'answer':
      return state.phase === 'next' ? told(state, input.answer) : [state, []];
    case 'timeout':
      return input.name === 'reply' && state.phase !== 'next' ? lose(state, true) : [state, []];
    case 'closed':
      return lose(state, false);
    case 'secured':
      return secured(state);
  }
}

function told(state: SmtpClientState, answer: SmtpClientAnswer): Step {
  switch (answer.kind) {
    case 'transaction':
      return begin(state, answer.transaction);
    case 'reset':
      return reset(clientWith(state, { phase: 'talking' }));
    case 'done':
      return quit(state, LOST);
  }
}

/** RSET made room for a transaction, or was all that was wanted. */
const afterReset = (state: SmtpClientState): Step =>
  state.transaction === null ? next(state, null) : sendMail(state);

/** TLS stands: before the greeting, or behind STARTTLS, where EHLO comes again (RFC 3207 §4.2). */
function secured(state: SmtpClientState): Step {
  const fresh = clientWith(state, { secured: true, offered: [], offers: [] });
  if (state.phase !== 'handshake') return [fresh, []];
  return hello(clientWith(fresh, { phase: 'talking' }), 'ehlo');
}

/** A whole reply to what was said first of all that is not answered yet. */
function hear(state: SmtpClientState, reply: Reply): Step {
  const [awaited] = state.awaited;
  if (awaited === undefined) return [state, []];
  if (awaited === 'quit') return finish(clientWith(state, { end: lastWord(state.end, reply) }), true);
  // RFC 5321 §3.8: after 421 the server closes, whatever it answered.
  if (reply.code === 421) return giveUp(state, reply, true);
  const positive = isPositive(reply);
  switch (awaited) {
    case 'greeting':
      return positive ? hello(state, 'ehlo') : giveUp(state, reply, false);
    case 'ehlo':
      return hearEhlo(state, reply);
    case 'helo':
      return positive ? entered(state) : giveUp(state, reply, false);
    case 'starttls':
      return hearStartTls(state, reply);
    case 'auth':
      return hearAuth(state, reply);
    case 'rset':
      // Where it was only to show that the server is there, this is no server to say goodbye to.
      return positive
        ? afterReset(clientWith(state, { unclean: false }))
        : giveUp(state, reply, state.transaction === null);
    default:
      return hearInTransaction(state, awaited, state.awaited.slice(1), reply);
  }
}

/** HELO offers nothing: where TLS is a must, that is the end. */
const entered = (state: SmtpClientState): Step =>
  state.config.tls === 'encrypt' ? enter(state) : next(state, null);

/** A session that went to its end ends with the reply to QUIT; one that was refused, with the refusal. */
const lastWord = (end: SmtpClientState['end'], reply: Reply): SmtpClientState['end'] =>
  end.stage === 'done' ? { stage: 'done', reply } : end;
