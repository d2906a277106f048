/** Mail data up to the final dot (RFC 5321 §4.1.1.4, §4.5.2). */
import type { Octets } from '../../base/octets.ts';
import type { BodyNote, Eol } from '../note.ts';
import { smtpMove } from './commands.ts';
import type { Heard, Said, SmtpServerState, Step } from './session.ts';
import { ask, conclude, NO_TRANSACTION, word } from './session.ts';
import type { ReceivedMessage } from './types.ts';

/** Octets of a data line that its note shows. */
const SHOWN = 200;
/** Held of one message when no limit is configured: some bound there must be. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** Every data line up to this length is heard to its end, however little of the size limit is left. */
const LONG_LINE = 1024 * 1024;

/** The final dot. */
export const DOT: Heard = { verb: 'END-OF-DATA', line: '', eol: 'crlf', argument: '', typed: '' };

const mostOctets = (session: SmtpServerState): number => session.config.sizeLimit || MOST_OCTETS;

/**
 * The longest data line to wait for. RFC 5321 §4.5.3.1.6 has senders keep to 1000 octets, but what they send must not
 * be lost; a longer line than this makes the message too large whatever else it holds.
 */
export function dataLineLimit(session: SmtpServerState): number {
  if (session.tooLarge) return LONG_LINE;
  return Math.max(0, mostOctets(session) - session.content.length) + LONG_LINE;
}

/** One line of mail data. `overlong`: it was longer than `dataLineLimit`, its end is unknown and the message too large. */
export function hearData(session: SmtpServerState, unit: Octets, overlong: boolean): Step {
  // A dot that no CRLF precedes or follows is text: else a letter could smuggle in a second one (RFC 5321 §4.1.1.4).
  if (unit === '.\r\n' && session.afterCrlf && !overlong) return endOfData(session);

  const eol: Eol = overlong ? 'none' : unit.endsWith('\r\n') ? 'crlf' : 'lf';
  const end = unit.length - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0);
  // §4.5.2: a leading dot goes when other characters follow it.
  const start = unit.startsWith('.') && end > 1 ? 1 : 0;
  const size = session.content.length + (end - start) + 2;
  const tooLarge = session.tooLarge || overlong || size > mostOctets(session);
  const note: BodyNote = {
    kind: 'body',
    protocol: session.config.variant,
    lines: [{ text: unit.slice(0, Math.min(end, SHOWN)), eol }],
    more: 0,
  };
  const next: SmtpServerState = {
    ...session,
    content: tooLarge ? '' : `${session.content}${unit.slice(start, end)}\r\n`,
    tooLarge,
    afterCrlf: eol === 'crlf',
    stirred: true,
  };
  return [next, [{ kind: 'heard', note }]];
}

function endOfData(session: SmtpServerState): Step {
  if (session.tooLarge) {
    return answerData(session, () => ({ name: 'R552DataTooLarge', id: '', own: '' }));
  }
  const { config, extended, helo, reversePath, forwardPaths, content } = session;
  const received: ReceivedMessage = {
    helo,
    protocol: config.variant === 'lmtp' ? 'LMTP' : extended ? 'ESMTP' : 'SMTP',
    reversePath: reversePath ?? '',
    forwardPaths,
    content: content as Octets,
  };
  return ask(session, DOT, { kind: 'message', received });
}

/** What becomes of the message: for all its recipients or, in LMTP, for one. */
export interface Verdict {
  readonly name: Said['name'];
  readonly id: string;
  readonly own: string;
}

/**
 * The reply to the final dot: one, or in LMTP one for each recipient (RFC 2033 §4.2). Either way the transaction is over.
 */
export function answerData(session: SmtpServerState, verdict: (index: number) => Verdict): Step {
  const said = (heard: Heard, index: number): Said => {
    const { name, id, own } = verdict(index);
    return { heard, name, reply: word(session, heard, name, { id }, own) };
  };
  const replies =
    session.config.variant === 'lmtp'
      ? session.forwardPaths.map((path, i) => said({ ...DOT, argument: path, typed: `<${path}>` }, i))
      : [said(DOT, 0)];
  // Postfix forgets a client's errors once it has accepted a letter.
  const forgiven = replies.some(({ reply }) => reply.code < 300);
  const after: SmtpServerState = {
    ...session,
    ...NO_TRANSACTION,
    state: smtpMove(DOT.verb, session.state),
    errors: forgiven ? 0 : session.errors,
  };
  return conclude(session, after, replies);
}
