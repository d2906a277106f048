/** What a stamp says: the reply code, or a short word, of the event that passed a task. */
import { factOf, noteOf, replyText } from '../../view/wire.ts';
import type { EventId, SimEvent } from '../../sim/types.ts';

export interface Proof {
  readonly event: EventId;
  /** Four characters at most: `250`, `+OK`, `MX`, `:25`. Empty: a tick is drawn instead. */
  readonly mark: string;
  /** What was said, verbatim: shown in the wire's font. Empty: nothing to quote. */
  readonly line: string;
}

const LONGEST_LINE = 120;
const code = (reply: string): string => /^(?:\d{3}|\+OK)/.exec(reply)?.[0] ?? '';

/** The proof in event `id` of this log; ids rise by one from the first. null: there is no such event. */
export function proofOf(log: readonly SimEvent[], id: EventId): Proof | null {
  const first = log[0];
  const event = first === undefined ? undefined : log[id - first.id];
  if (event === undefined) return null;
  const [mark, line] = quote(event);
  return { event: id, mark: mark.slice(0, 4), line: line.slice(0, LONGEST_LINE) };
}

function quote(event: SimEvent): readonly [mark: string, line: string] {
  const { what } = event;
  switch (what.kind) {
    case 'segment':
    case 'heard': {
      const note = noteOf(what.note);
      if (note?.kind !== 'reply') return ['', ''];
      // What an IMAP server tells unasked is no answer to the line it still has in hand.
      return [note.code, note.line === '' || note.tag === '*' ? replyText(note) : note.line];
    }
    case 'opened':
      return [`:${what.peer.port}`, `${what.peer.address}:${what.peer.port}`];
    case 'datagram':
    case 'datagram-arrived':
      return ['DNS', ''];
    case 'fact':
      return quoteFact(event);
    default:
      return ['', ''];
  }
}

function quoteFact(event: SimEvent): readonly [mark: string, line: string] {
  const fact = factOf(event);
  switch (fact?.kind) {
    case 'submitted':
      return [code(fact.reply), fact.reply];
    case 'relayed':
      return [code(fact.reply), fact.reply];
    case 'accepted':
      return ['250', fact.queueId];
    case 'delivered':
      return ['', `<${fact.recipient}>`];
    case 'fetched':
      return [fact.by === 'imap' ? 'OK' : '+OK', fact.account];
    case 'login':
      return [loginMark(fact), fact.mailbox];
    case 'shell':
      return ['$', fact.command];
    default:
      return ['', ''];
  }
}

const loginMark = ({ protocol, ok }: { readonly protocol: 'pop3' | 'imap'; readonly ok: boolean }): string =>
  protocol === 'imap' ? (ok ? 'OK' : 'NO') : ok ? '+OK' : '-ERR';
