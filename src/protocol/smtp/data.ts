/** Mail data up to the final dot (RFC 5321 §4.1.1.4, §4.5.2). */
import type { Octets } from '../../base/octets.ts';
import { bodyNote } from '../body-note.ts';
import type { Eol } from '../note.ts';
import { smtpMove } from './commands.ts';
import { receivedOf } from './received.ts';
import type { Heard, Said, SmtpServerState, Step } from './session.ts';
import { ask, conclude, copyOf, endTransaction, hangUp, refuse, word } from './session.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { ReplyName, ReplyValues } from './replies.ts';

/** Held of one message when no limit is configured: some bound there must be. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** Every data line up to this length is heard to its end, however little of the size limit is left. */
const LONG_LINE = 1024 * 1024;

const LF = 10;
const CR = 13;
const DOT_CODE = 46;

/** The final dot. */
export const DOT: Heard = { verb: 'END-OF-DATA', line: '', eol: 'crlf', argument: '', typed: '' };

export const mostOctets = (session: SmtpServerState): number => session.config.sizeLimit || MOST_OCTETS;

/**
 * The longest data line to wait for. RFC 5321 §4.5.3.1.6 has senders keep to 1000 octets, but what they send must not
 * be lost; a longer line than this makes the message too large whatever else it holds.
 */
export function dataLineLimit(session: SmtpServerState): number {
  if (session.tooLarge) return LONG_LINE;
  return Math.max(0, mostOctets(session) - session.content.length) + LONG_LINE;
}

/**
 * Lines of mail data, up to the final dot at most. `overlong`: one that was longer than `dataLineLimit`, its end is
 * unknown and the message too large.
 */
export function hearData(session: SmtpServerState, unit: Octets, overlong: boolean): Step {
  // A dot that no CRLF precedes or follows is text: else a letter could smuggle in a second one (RFC 5321 §4.1.1.4).
  const ends = unit.endsWith('.\r\n') && !overlong;
  const before = ends && unit.length > 3 ? unit.endsWith('\r\n.\r\n') : session.afterCrlf;
  const last = unit.length === 3 || unit.charCodeAt(unit.length - 4) === LF;
  if (!ends || !before || !last) return hearLines(session, unit, overlong);
  if (unit.length === 3) return endOfData(session, []);
  const [heard, effects] = hearLines(session, unit.slice(0, -3) as Octets, false);
  if (heard.state === 'closed') return [heard, effects];
  return endOfData(heard, effects);
}

/** DATA or BDAT without recipients. Exim says what became of those there were. */
export function refuseData(session: SmtpServerState, heard: Heard, name: ReplyName): Step {
  const { refusal, extended, config } = session;
  if (!refusal || !DIALECTS[config.dialect].recallsRefusals) return refuse(session, heard, name);
  const valid = extended && !refusal.startsWith('503 ') ? 'Valid' : 'valid';
  return refuse(session, heard, 'R503AllRefused', { refusal, valid });
}

function hearLines(session: SmtpServerState, unit: Octets, overlong: boolean): Step {
  let content = session.content;
  let eol: Eol = 'none';
  let bare = false;
  // What is kept as it came is taken in one piece.
  let kept = 0;
  for (let at = 0; at < unit.length; ) {
    const lf = overlong ? -1 : unit.indexOf('\n', at);
    const next = lf < 0 ? unit.length : lf + 1;
    eol = lf < 0 ? 'none' : unit.charCodeAt(lf - 1) === CR && lf > at ? 'crlf' : 'lf';
    const end = next - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0);
    bare ||= eol === 'lf';
    // §4.5.2: a leading dot goes when other characters follow it.
    const dot = unit.charCodeAt(at) === DOT_CODE && end - at > 1;
    if (dot || eol !== 'crlf') {
      content += unit.slice(kept, at);
      if (dot) content += unit.slice(at + 1, end);
      else content += unit.slice(at, end);
      content += '\r\n';
      kept = next;
    }
    at = next;
  }
  content += unit.slice(kept);
  const heard = copyOf(session);
  heard.tooLarge = session.tooLarge || overlong || content.length > mostOctets(session);
  heard.content = heard.tooLarge ? '' : content;
  heard.afterCrlf = eol === 'crlf';
  heard.stirred = true;
  if (bare && DIALECTS[session.config.dialect].lines.bareLf === 'ends') return hangUp(heard, 'R421BareLf');
  return [heard, [{ kind: 'heard', note: bodyNote(session.config.variant, unit) }]];
}

/** The final dot, behind what else was heard. */
function endOfData(session: SmtpServerState, effects: Step[1]): Step {
  const [after, more] = session.tooLarge
    ? answerData(session, DOT, () => ({ name: 'R552DataTooLarge', id: '', own: '' }))
    : keep(session);
  return [after, [...effects, ...more]];
}

const keep = (session: SmtpServerState): Step =>
  ask(session, DOT, { kind: 'message', received: receivedOf(session, session.content as Octets) });

/** What the reply to a letter may quote: its id, the parts of one that is made of a time and a process, its length. */
function queuedValues(id: string, octets: string, chunk: string): Partial<ReplyValues> {
  const dot = id.indexOf('.');
  const seconds = dot < 0 ? id : id.slice(0, dot);
  return { id, seconds, process: id.slice(dot + 1), octets, chunk };
}

/** What becomes of the message: for all its recipients or, in LMTP, for one. */
export interface Verdict {
  readonly name: Said['name'];
  readonly id: string;
  readonly own: string;
}

/**
 * The reply to the final dot or the last chunk: one, or in LMTP one for each recipient (RFC 2033 §4.2). Either way the
 * transaction is over.
 */
export function answerData(
  session: SmtpServerState,
  pending: Heard,
  verdict: (index: number) => Verdict,
): Step {
  const octets = String(session.content.length);
  const chunk = pending.argument;
  const said = (heard: Heard, index: number): Said => {
    const { name, id, own } = verdict(index);
    const chunked = heard.verb === 'LAST-CHUNK' && name === 'R250Queued' ? 'R250ChunksQueued' : name;
    return {
      heard,
      name: chunked,
      reply: word(session, heard, chunked, queuedValues(id, octets, chunk), own),
    };
  };
  const replies =
    session.config.variant === 'lmtp'
      ? session.forwardPaths.map((path, i) => said({ ...pending, argument: path, typed: `<${path}>` }, i))
      : [said(pending, 0)];
  const after = copyOf(session);
  endTransaction(after);
  after.state = smtpMove(pending.verb, session.state);
  // Postfix forgets a client's errors once it has accepted a letter.
  if (
    DIALECTS[session.config.dialect].patience.ends === 'behind' &&
    replies.some(({ reply }) => reply.code < 300)
  ) {
    after.errors = 0;
    after.junk = 0;
  }
  return conclude(session, after, replies);
}
