/** What a login is good for: senders, relaying, AUTH= at MAIL. */
import {
  ANNA,
  asJura,
  BOB,
  EHLO,
  each,
  fresh,
  FROM_JURA,
  HELO,
  JURA,
  letter,
  MAIL,
  outsider,
  overTls,
  plain,
  play,
} from './postfix-esmtp-say.ts';

const AUTH_VALUES = [
  '<>',
  'jura@firma1.intr',
  'anna@firma1.intr',
  '<jura@firma1.intr>',
  'e+3Dmc2@example.com',
  'e+3dmc2@example.com',
  'a+zz@example.org',
  'a=b@example.org',
  'a+b@example.org',
  '',
  'jura',
];
const WITH_AUTH = AUTH_VALUES.map((value) => `${FROM_JURA} AUTH=${value}`);

export const parameter = [
  play(
    25,
    'MAIL AUTH= where AUTH is not offered',
    outsider,
    EHLO,
    `${MAIL} AUTH=<>`,
    `${MAIL} AUTH=ann@example.org`,
    'QUIT',
  ),
  play(587, 'MAIL AUTH= without a login', outsider, ...overTls, ...fresh(WITH_AUTH), 'QUIT'),
  play(
    587,
    'MAIL AUTH= with a login',
    outsider,
    ...overTls,
    asJura,
    ...fresh(WITH_AUTH),
    `${FROM_JURA} AUTH`,
    `${FROM_JURA} AUTH=<> AUTH=<>`,
    `${FROM_JURA} auth=<>`,
    'QUIT',
  ),
  play(587, 'MAIL AUTH= after HELO', outsider, ...overTls, HELO, `${FROM_JURA} AUTH=<>`, 'QUIT'),
];

const TRY = [
  'MAIL FROM:<anna@firma1.intr>',
  'MAIL FROM:<jura@firma1.intr>',
  'MAIL FROM:<JURA@FIRMA1.INTR>',
  'MAIL FROM:<jura+x@firma1.intr>',
  'MAIL FROM:<jura>',
  'MAIL FROM:<vsichni@firma1.intr>',
  'MAIL FROM:<nikdo@firma1.intr>',
  'MAIL FROM:<ann@example.org>',
  'MAIL FROM:<>',
].flatMap((mail) => [mail, BOB, 'RSET']);

export const senders = [
  play(587, 'jura tries senders', outsider, ...overTls, asJura, ...TRY, 'QUIT'),
  play(587, 'nobody logged in tries senders', outsider, ...overTls, ...TRY, 'QUIT'),
  play(25, 'port 25 does not ask', outsider, EHLO, FROM_JURA, JURA, ANNA, BOB, 'QUIT'),
  play(
    587,
    'sender of somebody else, recipient here',
    outsider,
    ...overTls,
    asJura,
    'MAIL FROM:<anna@firma1.intr>',
    JURA,
    'DATA',
    'QUIT',
  ),
  play(
    587,
    'relaying with a login',
    outsider,
    ...overTls,
    asJura,
    FROM_JURA,
    JURA,
    BOB,
    'RCPT TO:<karel@pobocka.firma1.intr>',
    'RCPT TO:<nikdo@firma1.intr>',
    'DATA',
    letter('From: jura@firma1.intr', 'Subject: x', '', 'x'),
    'QUIT',
  ),
  play(
    587,
    'all at once after the login',
    outsider,
    ...overTls,
    asJura,
    { send: `${FROM_JURA}\r\n${BOB}\r\nDATA\r\n`, replies: 3 },
    letter('x'),
    'QUIT',
  ),
  ...each(
    587,
    outsider,
    [...overTls, `AUTH PLAIN ${plain('anna', 'tajne')}`],
    ['VRFY bob@example.net', 'VRFY nikdo'],
  ),
];

/** Recipients that do not exist: Debian's submission takes them, and they bounce. */
export const unlisted = [
  play(
    587,
    'unknown recipients',
    outsider,
    ...overTls,
    asJura,
    FROM_JURA,
    'RCPT TO:<nikdo@firma1.intr>',
    'RCPT TO:<bob@>',
    'DATA',
    letter('Subject: x', '', 'x'),
    'VRFY nikdo',
    'QUIT',
  ),
];
