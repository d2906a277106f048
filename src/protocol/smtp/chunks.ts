/** BDAT (RFC 3030): mail data in counted chunks. A chunk's octets are heard to the last, welcome or not. */
import type { Octets } from '../../base/octets.ts';
import { bodyNote } from '../body-note.ts';
import type { Effect } from '../machine.ts';
import { mostOctets, refuseData } from './data.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { receivedOf } from './received.ts';
import type { ReplyName } from './replies.ts';
import type { Chunk, Heard, SmtpServerState, Step } from './session.ts';
import { accept, ask, copyOf, endTransaction, refuse, refuseAndEnd } from './session.ts';

/** Octets taken at once. */
const PIECE = 65_536;
/** Octets of a chunk's beginning that its note shows. */
const SHOWN = 200;

export const chunkPiece = ({ remaining }: Chunk): number => Math.min(remaining, PIECE);

export function chunk(session: SmtpServerState, heard: Heard, rest: string): Step {
  const words = rest.split(/[ \t]+/).filter((one) => one !== '');
  const octets = Number(/^\d{1,15}$/.test(words[0] ?? '') ? words[0] : Number.NaN);
  const last = words[1]?.toUpperCase() === 'LAST';
  if (Number.isNaN(octets) || words.length > 2 || (words.length === 2 && !last)) return lost(session, heard);
  const begun: Chunk = { heard, octets, remaining: octets, last, refusal: refusalOf(session, octets, last) };
  const hearing = copyOf(session);
  hearing.chunk = begun;
  return octets === 0 ? chunkHeard(hearing, begun) : [hearing, []];
}

/** Where the next command begins nobody knows, so with Postfix the session ends. */
const lost = (session: SmtpServerState, heard: Heard): Step =>
  DIALECTS[session.config.dialect].lines.lostChunkEnds
    ? refuseAndEnd(session, heard, 'R501ChunkSyntax')
    : refuse(session, heard, 'R501ChunkSyntax');

/** Postfix's order of asking. */
function refusalOf(session: SmtpServerState, octets: number, last: boolean): ReplyName | null {
  if (octets === 0 && !last) return 'R551NullChunk';
  if (session.chunksLost) return 'R551ChunkDiscarded';
  if (session.reversePath === null) return 'R503DataBeforeMail';
  if (session.forwardPaths.length === 0) return 'R503DataBeforeRcpt';
  const sum = session.content.length + octets;
  const { sizeLimit } = session.config;
  return (sizeLimit > 0 && sum > sizeLimit) || sum > mostOctets(session) ? 'R552ChunkTooLarge' : null;
}

/** Some octets of a chunk. */
export function hearChunk(session: SmtpServerState, under: Chunk, unit: Octets): Step {
  const begun = { ...under, remaining: under.remaining - unit.length };
  const next = copyOf(session);
  next.chunk = begun;
  next.stirred = true;
  if (under.refusal === null) next.content = session.content + unit;
  return begun.remaining > 0 ? [next, []] : chunkHeard(next, begun);
}

/** All octets of a chunk are there: now it is answered. */
function chunkHeard(session: SmtpServerState, { heard, octets, last, refusal }: Chunk): Step {
  const done = copyOf(session);
  done.chunk = null;
  if (refusal !== null) {
    const { lostChunkEnds } = DIALECTS[session.config.dialect].lines;
    if (session.reversePath !== null || (lostChunkEnds && !last)) {
      done.chunksLost = true;
      done.state = 'chunks';
      done.content = '';
    }
    if (last) {
      endTransaction(done);
      done.state = session.state === 'connected' ? 'connected' : 'ready';
    }
    if (refusal === 'R503DataBeforeMail' || refusal === 'R503DataBeforeRcpt') {
      done.refusal = session.refusal;
      return refuseData(done, heard, refusal);
    }
    return refuse(done, heard, refusal, { octets: String(octets) });
  }
  if (!last) {
    const [after, effects] = accept(done, heard, 'R250Chunk', { octets: String(octets) });
    return [after, [noteOf(session), ...effects]];
  }
  done.content = wholeLines(session.content);
  const [asking, effects] = ask(
    done,
    { ...heard, verb: 'LAST-CHUNK', argument: String(octets) },
    {
      kind: 'message',
      received: receivedOf(done, done.content as Octets),
    },
  );
  return [asking, [noteOf(done), ...effects]];
}

/** CRLF at the end of every line: lone CRs and LFs end lines here, as a Postfix queue file has it. */
function wholeLines(content: string): string {
  const lines = /(?:^|[^\r])\n/.test(content) ? content.replace(/\r?\n/g, '\r\n') : content;
  if (lines === '' || lines.endsWith('\r\n')) return lines;
  return lines.endsWith('\r') ? `${lines}\n` : `${lines}\r\n`;
}

const noteOf = ({ config, content }: SmtpServerState): Effect<never> => ({
  kind: 'heard',
  note: bodyNote(config.variant, content.slice(0, SHOWN) as Octets),
});
