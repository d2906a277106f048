/** What a session knows while it waits for an answer is JSON: it may be put away then, and go on from there. */
import { expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import { emptyMailbox, withMessages } from '../../mail/mailbox.ts';
import type { Arrival, Driven } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { ImapServerState } from './server.ts';
import { imapServer, imapServerState } from './server.ts';
import type { ImapAnswer, ImapQuestion, ImapResult } from './types.ts';

const LETTER = { content: octets('Subject: x\r\n\r\nx\r\n'), internalDate: 0, flags: [] };
const INBOX = withMessages(emptyMailbox(1, 'INBOX', 7), [LETTER, LETTER, LETTER]);

function resultOf({ request }: ImapQuestion): ImapResult {
  switch (request.kind) {
    case 'login':
      return { kind: 'welcome', user: 'jura' };
    case 'flag':
      return { kind: 'flagged', modified: [], news: [] };
    case 'copy':
      return { kind: 'copied', uidValidity: 8, from: request.uids, to: request.uids };
    default:
      return { kind: 'done' };
  }
}

/** What is said to a command in INBOX; `wait` is what becomes of the state while a question is open. */
function saidTo(command: string, wait: (state: ImapServerState) => ImapServerState): string {
  const config = {
    hostname: 'neo.firma1.intr',
    offsetMinutes: 0,
    tls: 'none',
    plaintext: true,
    mechanisms: ['PLAIN'],
    messageLimit: 1000,
  } as const;
  let said = '';
  let held: Driven<ImapServerState> = driven(imapServerState(config));
  const arrive = (arrival: Arrival<ImapAnswer>): void => {
    const [next, effects] = drive(imapServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind !== 'ask') continue;
      const view = effect.question.request.kind === 'login' ? null : INBOX;
      held = { ...held, state: wait(held.state) };
      arrive({
        kind: 'answer',
        answer: { view, recentFrom: 1, now: 0, result: resultOf(effect.question) },
      });
    }
  };
  arrive({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of ['LOGIN jura heslo', 'SELECT INBOX', command]) {
    said = '';
    arrive({ kind: 'octets', octets: octets(`a ${line}\r\n`) });
  }
  return said;
}

const SETS = ['*', '2:*', '*:2', '1,3'];
const COMMANDS = SETS.flatMap((set) => [
  `SEARCH ${set}`,
  `SEARCH NOT (OR ${set} UID ${set})`,
  `UID SEARCH RETURN (ALL SAVE) UID ${set}`,
  ...['', 'UID '].flatMap((uid) => [
    `${uid}FETCH ${set} (FLAGS BODY[]<1.2>)`,
    `${uid}FETCH ${set} BODY.PEEK[]`,
    `${uid}STORE ${set} (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Seen work)`,
    `${uid}COPY ${set} x`,
    `${uid}MOVE ${set} x`,
  ]),
]);

test.each(COMMANDS)('%s', (command) => {
  let asked = 0;
  const said = saidTo(command, (state) => {
    asked++;
    const put = JSON.parse(JSON.stringify(state)) as ImapServerState;
    expect(put).toStrictEqual(state);
    return put;
  });
  expect(asked).toBe(3);
  expect(said).toMatch(/^a OK /m);
  expect(said).toBe(saidTo(command, (state) => state));
});
