/** Checks the dialogue on every connection of a log: one final reply for each command line, in order. */
import type { Note } from '../protocol/note.ts';
import type { ConnId, History, SimEvent } from '../sim/types.ts';

interface Dialogue {
  /** All the server heard. */
  octets: string;
  /** Its replies, in order. */
  readonly replies: Extract<Note, { kind: 'reply' }>[];
  ended: boolean;
}

/** No command line is longer; the servers answer what is as soon as they see it. */
const LONGEST_LINE = 255;

export function wrongReplies(history: History): readonly string[] {
  const problems: string[] = [];
  for (const [conn, dialogue] of dialogues(history)) {
    const wrong = wrongIn(dialogue);
    if (wrong !== null) problems.push(`connection ${conn}: ${wrong}`);
  }
  return problems;
}

function dialogues(history: History): ReadonlyMap<ConnId, Dialogue> {
  const found = new Map<ConnId, Dialogue>();
  const of = (conn: ConnId): Dialogue => {
    const known = found.get(conn) ?? { octets: '', replies: [], ended: false };
    found.set(conn, known);
    return known;
  };
  for (const event of history.log) {
    const { what } = event;
    if (what.kind === 'arrived' && what.side === 'server') of(what.conn).octets += sentBy(history, event);
    else if (what.kind === 'closed') of(what.conn).ended = true;
    else if (what.kind === 'segment' && what.side === 'server') {
      const note = what.note as Note;
      if (note.kind === 'reply') of(what.conn).replies.push(note);
    }
  }
  // A host that lost its power answers nothing more.
  for (const [conn, dialogue] of found) {
    const ends = history.world.conns.get(conn);
    if (ends?.client.phase !== 'open' || ends.server.phase !== 'open') dialogue.ended = true;
  }
  return found;
}

function sentBy(history: History, { cause }: SimEvent): string {
  const sent = history.log[cause]!.what;
  if (sent.kind !== 'segment') return '';
  const note = sent.note as Note;
  return note.tls || note.kind === 'tls' ? inside(note) : sent.octets;
}

/** What the records of a secured segment hold, as far as it matters here. */
const inside = (note: Note): string =>
  note.kind === 'command' ? `${note.line}\r\n` : note.kind === 'content' ? '.\r\n' : '';

/** Goes through the replies with the lines they answer beside them; null when they fit. */
function wrongIn({ octets, replies, ended }: Dialogue): string | null {
  let rest = octets;
  const nextLine = (): string | null => {
    const end = rest.indexOf('\n') + 1;
    if (end === 0) {
      const partial = rest.length > LONGEST_LINE ? rest : null;
      if (partial !== null) rest = '';
      return partial;
    }
    const line = rest.slice(0, end);
    rest = rest.slice(end);
    return line;
  };
  for (let i = 0; i < replies.length; i++) {
    const { verb, line, code } = replies[i]!;
    if (verb === 'CONNECT') {
      if (i > 0) return 'greeted twice';
      continue;
    }
    if (verb === 'SERVER') {
      if (i < replies.length - 1) return `spoke on after ${code}`;
      continue;
    }
    const heard = nextLine();
    if (heard === null) return `reply ${code} to ${verb} without a command`;
    if (!heard.startsWith(line)) return `reply ${code} to "${line}", but "${heard}" was its turn`;
    if (code !== '354') continue;
    const dot = rest.startsWith('.\r\n') ? 0 : rest.indexOf('\r\n.\r\n') + 2;
    const finished = dot === 0 ? rest.startsWith('.\r\n') : dot > 1;
    if (!finished) {
      rest = '';
      continue;
    }
    rest = rest.slice(dot + 3);
    // LMTP has one reply for each recipient (RFC 2033 §4.2); none at all when the host went down before.
    let final = 0;
    while (replies[i + 1]?.verb === 'END-OF-DATA') {
      i++;
      final++;
    }
    if (final === 0 && !ended) return 'no reply to the final dot';
    if (final > 1 && replies[i]!.protocol !== 'lmtp') return `${final} replies to the final dot`;
  }
  if (replies.length === 0 || ended) return null;
  const left = nextLine();
  return left === null ? null : `no reply to "${left}"`;
}
