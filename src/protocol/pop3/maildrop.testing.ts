/** A mailbox that exists only in a test: answers the questions of a POP3 server. */
import type { Octets } from '../../base/octets.ts';
import { proves } from '../sasl/sasl.ts';
import type { Pop3Answer, Pop3Question } from './types.ts';

/** What a test's server is given when it asks for a challenge: the timestamp of RFC 1939 §7. */
export const TIMESTAMP = '<1896.697170952@dbc.mtview.ca.us>';

export interface TestMailbox {
  readonly answer: (question: Pop3Question) => Pop3Answer | undefined;
  /** What is left, in order. */
  readonly letters: () => readonly { readonly uid: string; readonly content: Octets }[];
  readonly locked: () => boolean;
}

/** Letters get the uids `uid1`, `uid2`, …; nobody else holds the lock unless `locked`. */
export function testMailbox(
  user: string,
  password: string,
  contents: readonly string[],
  locked = false,
): TestMailbox {
  let lock = locked;
  let letters = contents.map((content, index) => ({ uid: `uid${index + 1}`, content: content as Octets }));
  const answer = (question: Pop3Question): Pop3Answer | undefined => {
    switch (question.kind) {
      case 'challenge':
        return { kind: 'challenge', challenge: TIMESTAMP };
      case 'login':
        if (question.credentials.user !== user || !proves(question.credentials, password)) {
          return { kind: 'refused', why: 'bad-login' };
        }
        if (lock) return { kind: 'refused', why: 'in-use' };
        lock = true;
        return {
          kind: 'maildrop',
          entries: letters.map(({ uid, content }) => ({ uid, octets: content.length })),
        };
      case 'retrieve': {
        const letter = letters.find(({ uid }) => uid === question.uid);
        return letter ? { kind: 'message', content: letter.content } : { kind: 'gone' };
      }
      case 'update':
        letters = letters.filter(({ uid }) => !question.remove.includes(uid));
        lock = false;
        return { kind: 'updated' };
      case 'abandon':
        lock = false;
        return undefined;
    }
  };
  return { answer, letters: () => letters, locked: () => lock };
}

/** Mailboxes of which every login gets a new one, so that a session can be played again and again. */
export function renewed(make: () => TestMailbox): TestMailbox {
  let box = make();
  return {
    answer(question) {
      if (question.kind === 'login') box = make();
      return box.answer(question);
    },
    letters: () => box.letters(),
    locked: () => box.locked(),
  };
}

/** A letter of exactly so many octets: a header, and a body of lines of 72 octets and one shorter. */
export function letterOf(octets: number): string {
  let content = 'Subject: x\r\n\r\n';
  while (octets - content.length > 72)
    content += `${'x'.repeat(Math.min(70, octets - content.length - 4))}\r\n`;
  return `${content}${'y'.repeat(octets - content.length - 2)}\r\n`;
}
