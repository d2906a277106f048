/** Bunches of commands. */
import type { Step } from './converse.ts';
import { ANNA, EHLO, HELO, JURA, MAIL, outsider, play } from './postfix-esmtp-say.ts';

const NIKDO = 'RCPT TO:<nikdo@firma1.intr>';
const bunch = (...lines: string[]): Step => ({ send: `${lines.join('\r\n')}\r\n`, quietMs: 300 });
const TEXT = ['Subject: p', '', 'x', '.'];

export const pipelining = [
  play(25, 'a whole transaction in one packet', outsider, EHLO, bunch(MAIL, JURA, 'DATA', ...TEXT), 'QUIT'),
  play(
    25,
    'one bad recipient between good ones',
    outsider,
    EHLO,
    bunch(MAIL, JURA, NIKDO, ANNA, 'DATA'),
    bunch(...TEXT, 'QUIT'),
  ),
  play(
    25,
    'every recipient bad, and the letter is in the packet too',
    outsider,
    EHLO,
    bunch(MAIL, NIKDO, 'DATA', ...TEXT, 'QUIT'),
  ),
  play(25, 'MAIL bad', outsider, EHLO, bunch(`${MAIL} SIZE=99999999`, JURA, 'DATA', 'QUIT')),
  play(
    25,
    'dot, QUIT and the next MAIL in one packet',
    outsider,
    EHLO,
    bunch(MAIL, JURA, 'DATA'),
    bunch(...TEXT, 'QUIT', MAIL),
  ),
  play(
    25,
    'dot, the next MAIL and QUIT in one packet',
    outsider,
    EHLO,
    bunch(MAIL, JURA, 'DATA'),
    bunch(...TEXT, MAIL, JURA, 'DATA'),
    bunch(...TEXT, 'QUIT'),
  ),
  play(
    25,
    'EHLO and what follows in one packet, greeting awaited',
    outsider,
    bunch(EHLO, MAIL, JURA, 'RSET', 'QUIT'),
  ),
  play(25, 'HELO and what follows in one packet', outsider, bunch(HELO, MAIL, JURA, 'RSET', 'QUIT')),
  play(
    25,
    'after HELO, each in its time, then a bunch',
    outsider,
    HELO,
    bunch(MAIL, JURA),
    bunch('DATA', ...TEXT),
    'QUIT',
  ),
  play(
    25,
    'VRFY, NOOP and ETRN with others behind',
    outsider,
    EHLO,
    bunch('NOOP', 'VRFY jura', 'ETRN pobocka.firma1.intr', 'NOOP'),
    bunch('EXPN x', 'HELP', 'QUIT'),
  ),
  play(
    25,
    'DATA with the letter in the same packet, refused',
    outsider,
    EHLO,
    bunch('DATA', ...TEXT),
    'QUIT',
  ),
];

const unasked = (title: string, ...lines: string[]) => ({
  ...play(25, title, outsider, { send: lines.map((line) => `${line}\r\n`).join(''), quietMs: 2500 }, 'QUIT'),
  greeting: false as const,
});

/** At a server that takes a moment to greet. */
export const early = [
  unasked('EHLO before the greeting', EHLO),
  unasked('EHLO and more before the greeting', EHLO, MAIL, JURA, 'QUIT'),
  unasked('HELO before the greeting', HELO),
];
