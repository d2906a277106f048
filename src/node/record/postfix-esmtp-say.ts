/** The words our ESMTP scripts are made of. */
import { createHmac } from 'node:crypto';
import type { Session, Step } from './converse.ts';
import { ADDRESSES } from './room.ts';

export { ANNA, EHLO, HELO, JURA, letter, MAIL } from './postfix-say.ts';
export const { insider, outsider, nameless } = ADDRESSES;

/** A session, and shell commands run on neo afterwards. */
export type Play = Session & { readonly afterwards?: readonly string[] };

export const FROM_JURA = 'MAIL FROM:<jura@firma1.intr>';
export const BOB = 'RCPT TO:<bob@example.net>';

export function play(port: number, title: string, from: string, ...steps: Step[]): Play {
  return { title: `${title}; port ${port}`, from, to: { address: ADDRESSES.neo, port }, steps };
}

/** A session under TLS from the first octet, as on port 465. */
export const wrapped = (title: string, from: string, ...steps: Step[]): Play => ({
  ...play(465, title, from, ...steps),
  wrapped: true,
});

/** EHLO, STARTTLS and EHLO again. */
export const overTls: readonly Step[] = [
  'EHLO mail.example.org',
  'STARTTLS',
  { tls: {} },
  'EHLO mail.example.org',
];

/** A fresh connection for each line, after the same beginning. */
export const each = (port: number, from: string, before: readonly Step[], lines: readonly string[]): Play[] =>
  lines.map((line) => play(port, line, from, ...before, line, 'QUIT'));

/** Every line in one session, each but the first after RSET, so that no answer depends on the one before. */
export const fresh = (lines: readonly string[]): string[] => lines.flatMap((line) => [line, 'RSET']);

export const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

/** RFC 4616: authorization identity, authentication identity, password. */
export const plain = (user: string, password: string, actAs = ''): string =>
  base64(`${actAs}\0${user}\0${password}`);

/** RFC 2195: the answer to the challenge just heard. */
export const cram = (user: string, password: string): Step => ({
  shown: '<cram-md5-response>',
  answer: (reply) => {
    const challenge = Buffer.from(reply.slice('334 '.length), 'base64');
    return base64(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`);
  },
});

export const asJura = `AUTH PLAIN ${plain('jura', 'heslo')}`;
export const NOTE = ['From: jura@firma1.intr', 'To: somebody', 'Subject: note', '', 'A note.'];
