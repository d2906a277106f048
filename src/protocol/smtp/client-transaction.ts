/** One mail transaction of a client: MAIL, RCPT, DATA and the letter, one by one or in one go (RFC 5321 §3.3; RFC 2920). */
import { isAscii } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { Note } from '../note.ts';
import type { Awaited, SmtpClientState, Step } from './client-state.ts';
import {
  clientWith,
  commandEffect,
  decide,
  decideAll,
  next,
  offers,
  outcomeOf,
  say,
  waitForReply,
} from './client-state.ts';
import { stuff, wirePath } from './outgoing.ts';
import { encodeXtext } from './parameters.ts';
import type { RcptParameters, Reply, SmtpClientQuestion, Transaction } from './types.ts';
import { isPositive } from './verdicts.ts';

export function begin(before: SmtpClientState, transaction: Transaction): Step {
  const outcomes = transaction.forwardPaths.map(() => null);
  const state = clientWith(before, { phase: 'talking', transaction, outcomes, at: 0 });
  if (outcomes.length === 0)
    return next(state, { letter: transaction.letter, offered: state.offered, recipients: [] });
  return state.unclean ? reset(state) : sendMail(state);
}

/** `smtp_rset_timeout`: whoever does not answer this soon is not there any more. */
const RESET_TIMEOUT_MS = 20_000;

export const reset = (state: SmtpClientState): Step => say(state, 'rset', 'RSET', 'RSET', RESET_TIMEOUT_MS);

export function sendMail(state: SmtpClientState): Step {
  // Until the final dot is answered the server is in the middle of something.
  const begun = clientWith(state, { unclean: true });
  if (!state.config.pipelines || !offers(state, 'PIPELINING'))
    return say(begun, 'mail', 'MAIL', mailLine(begun));
  const { forwardPaths } = state.transaction!;
  const effects: Effect<SmtpClientQuestion>[] = [commandEffect(begun, 'MAIL', mailLine(begun))];
  for (let i = 0; i < forwardPaths.length; i++)
    effects.push(commandEffect(begun, 'RCPT', rcptLine(begun, i)));
  effects.push(commandEffect(begun, 'DATA', 'DATA'), waitForReply(begun));
  const awaited: Awaited[] = ['mail', ...forwardPaths.map((): Awaited => 'rcpt'), 'data'];
  return [clientWith(begun, { awaited }), effects];
}

function mailLine(state: SmtpClientState): string {
  const { reversePath, content, parameters } = state.transaction!;
  let line = `MAIL FROM:<${wirePath(reversePath)}>`;
  if (offers(state, 'SIZE')) line += ` SIZE=${content.length}`;
  if (offers(state, '8BITMIME') && !isAscii(content)) line += ' BODY=8BITMIME';
  // A letter that came with SMTPUTF8 goes on with it, whether it needs it or not, as Postfix does.
  if (offers(state, 'SMTPUTF8') && parameters.utf8) line += ' SMTPUTF8';
  if (offers(state, 'DSN')) {
    if (parameters.envid !== '') line += ` ENVID=${encodeXtext(parameters.envid)}`;
    if (parameters.ret !== '') line += ` RET=${parameters.ret}`;
  }
  return line;
}

function rcptLine(state: SmtpClientState, index: number): string {
  const { forwardPaths, recipientParameters } = state.transaction!;
  const line = `RCPT TO:<${wirePath(forwardPaths[index]!)}>`;
  const asked = recipientParameters[index];
  return asked !== undefined && offers(state, 'DSN') ? line + dsnParameters(asked) : line;
}

function dsnParameters({ notify, orcpt }: RcptParameters): string {
  const wants = notify.length === 0 ? '' : ` NOTIFY=${notify.join(',')}`;
  const semicolon = orcpt.indexOf(';');
  if (semicolon < 0) return wants;
  return ` ORCPT=${orcpt.slice(0, semicolon)};${encodeXtext(orcpt.slice(semicolon + 1))}${wants}`;
}

/** A reply within a transaction; `rest` is what is awaited behind it. */
export function hearInTransaction(
  state: SmtpClientState,
  awaited: Awaited,
  rest: readonly Awaited[],
  reply: Reply,
): Step {
  const positive = isPositive(reply);
  switch (awaited) {
    case 'mail':
      if (!positive) return goOn(decideAll(state, 'mail', reply), rest);
      return rest.length > 0 ? goOn(state, rest) : sendRcpt(state);
    case 'rcpt': {
      // What MAIL's refusal has decided, the replies to the RCPTs behind it do not decide again.
      const after =
        positive || state.outcomes[state.at] !== null ? advance(state) : decide(state, 'rcpt', reply);
      return rest.length > 0 ? goOn(after, rest) : sendRcpt(after);
    }
    case 'data':
      return hearData(state, reply);
    case 'content':
      return hearVerdict(state, reply);
    default:
      return conclude(state);
  }
}

const advance = (state: SmtpClientState): SmtpClientState => clientWith(state, { at: state.at + 1 });

/** More replies are on their way, or the transaction is over. */
function goOn(state: SmtpClientState, rest: readonly Awaited[]): Step {
  if (rest.length === 0) return conclude(state);
  return [clientWith(state, { awaited: rest }), [waitForReply(state)]];
}

/** RCPT for the recipient at `at`; after the last, DATA if any was accepted. */
function sendRcpt(state: SmtpClientState): Step {
  if (state.at < state.outcomes.length) return say(state, 'rcpt', 'RCPT', rcptLine(state, state.at));
  if (!state.outcomes.includes(null)) return conclude(state);
  return say(state, 'data', 'DATA', 'DATA');
}

function hearData(state: SmtpClientState, reply: Reply): Step {
  const begun = reply.code >= 300 && reply.code < 400;
  if (!begun) return conclude(decideAll(state, 'data', reply));
  if (state.outcomes.includes(null)) return sendContent(state);
  // RFC 2920 §3.1: DATA went out with the recipients, and none of them was taken: an empty letter ends it.
  const note: Note = contentNote(state, 0);
  const waiting = clientWith(state, { awaited: ['abandon'] });
  return [
    waiting,
    [{ kind: 'send', octets: stuff('' as Transaction['content']), note }, waitForReply(state)],
  ];
}

const contentNote = (state: SmtpClientState, octets: number): Note => ({
  kind: 'content',
  protocol: state.config.variant,
  octets,
  letter: state.transaction!.letter,
  text: '',
});

function sendContent(state: SmtpClientState): Step {
  const { content } = state.transaction!;
  const note = contentNote(state, content.length);
  const waiting = clientWith(state, { awaited: ['content'], at: 0 });
  return [waiting, [{ kind: 'send', octets: stuff(content), note }, waitForReply(waiting)]];
}

/** RFC 2033 §4.2: in LMTP one reply for each recipient that was accepted. */
function hearVerdict(state: SmtpClientState, reply: Reply): Step {
  const decided =
    state.config.variant === 'lmtp' ? decide(state, 'content', reply) : decideAll(state, 'content', reply);
  if (!decided.outcomes.includes(null)) return conclude(clientWith(decided, { unclean: false }));
  return [clientWith(decided, { awaited: ['content'] }), [waitForReply(decided)]];
}

/** The transaction is over; the agent may have another. */
export const conclude = (state: SmtpClientState): Step => next(state, outcomeOf(state));
