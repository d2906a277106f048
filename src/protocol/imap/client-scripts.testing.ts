/** Servers by hand for the client's tests: transcripts seen from the client, and a client fed line by line. */
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Driven } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { parseTranscript, replay, replayAllWays } from '../transcript.testing.ts';
import { imapClient, imapClientState } from './client.ts';
import type { ImapClientState } from './client.ts';
import { JURA, mailProgram } from './client.testing.ts';
import type { ImapClientAnswer, ImapClientConfig } from './types.ts';

/** Up to the mailbox, with these responses to SELECT. */
export const IN = `
S: * OK [CAPABILITY IMAP4rev1 UIDPLUS] ready
C: A1 LOGIN "jura" "heslo"
S: A1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in
C: A2 SELECT INBOX
`;
/** The same, and a listing of two messages. */
export const TWO = `${IN}
S: * 2 EXISTS
S: * OK [UIDVALIDITY 7] yes
S: A2 OK [READ-WRITE] there
C: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
S: * 1 FETCH (UID 10 FLAGS () RFC822.SIZE 5)
S: * 2 FETCH (UID 20 FLAGS (\\Seen) RFC822.SIZE 6)
S: A3 OK two
`;
/** Nothing is retrieved: the program has both. */
export const hasAll = () => mailProgram({ has: [10, 20] });

/** The server has IDLE. */
export const STAY = TWO.replaceAll(' UIDPLUS', ' IDLE');

/** What the server says in a transcript. */
export const saidIn = (script: string): readonly string[] =>
  script.split('\n').filter((line) => line.startsWith('S:'));

/** Plays a transcript seen from the client in all ways: here `C:` is what the machine says, `S:` what it hears. */
export function face(
  script: string,
  config: Partial<ImapClientConfig> = {},
  make: () => ReturnType<typeof mailProgram> = mailProgram,
) {
  const swapped = script.replace(/^ *([CS])(?=[:|])/gm, (_, side) => (side === 'C' ? 'S' : 'C'));
  const transcript = parseTranscript(swapped);
  const state = imapClientState({ ...JURA, ...config });
  const program = make();
  const played = replay(imapClient, state, transcript, program.answer);
  replayAllWays(imapClient, state, transcript, make().answer);
  return { ...played, program };
}

/** A client fed by hand, with lines as a transcript has them. */
export function byHand(lines: readonly string[], config: Partial<ImapClientConfig>, program = mailProgram()) {
  let held: Driven<ImapClientState> = driven(imapClientState({ ...JURA, ...config }));
  const said: string[] = [];
  const kinds: string[] = [];
  const take = (arrival: Arrival<ImapClientAnswer>): void => {
    const [next, effects] = drive(imapClient, held, arrival);
    held = next;
    for (const effect of effects) {
      kinds.push(effect.kind === 'timer' ? `${effect.name} ${effect.after}` : effect.kind);
      if (effect.kind === 'send') said.push(effect.octets.slice(0, -2));
      const given = effect.kind === 'ask' ? program.answer(effect.question) : undefined;
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  const octets = (text: string): void => take({ kind: 'octets', octets: text as Octets });
  const hear = (line: string): void => octets(`${line.slice(3)}\r\n`);
  take({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) hear(line);
  return { take, hear, octets, said: () => said, kinds, program, state: () => held.state };
}
