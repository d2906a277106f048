/** AUTH: the dialogues as they should go, or fail with a wrong password. */
import {
  asJura,
  base64,
  BOB,
  cram,
  EHLO,
  FROM_JURA,
  HELO,
  insider,
  MAIL,
  outsider,
  overTls,
  plain,
  play,
  wrapped,
} from './postfix-esmtp-say.ts';

const USER = base64('jura');
const PASSWORD = base64('heslo');
const WRONG = `AUTH PLAIN ${plain('jura', 'bowling')}`;

/** Port 587 where AUTH is allowed in clear. */
export const dialogues = [
  play(587, 'PLAIN with initial response', outsider, EHLO, asJura, 'QUIT'),
  play(587, 'PLAIN without', outsider, EHLO, 'AUTH PLAIN', plain('jura', 'heslo'), 'QUIT'),
  play(587, 'LOGIN', outsider, EHLO, 'AUTH LOGIN', USER, PASSWORD, 'QUIT'),
  play(587, 'LOGIN with initial response', outsider, EHLO, `AUTH LOGIN ${USER}`, PASSWORD, 'QUIT'),
  play(587, 'CRAM-MD5', outsider, EHLO, 'AUTH CRAM-MD5', cram('jura', 'heslo'), 'QUIT'),
  play(587, 'CRAM-MD5, wrong password', outsider, EHLO, 'AUTH CRAM-MD5', cram('jura', 'bowling'), 'QUIT'),
  play(587, 'CRAM-MD5, unknown user', outsider, EHLO, 'AUTH CRAM-MD5', cram('nikdo', 'heslo'), 'QUIT'),
  play(587, 'CRAM-MD5, digest without user', outsider, EHLO, 'AUTH CRAM-MD5', base64('jura'), 'QUIT'),
  play(587, 'CRAM-MD5 with initial response', outsider, EHLO, `AUTH CRAM-MD5 ${USER}`, 'NOOP', 'QUIT'),
  play(587, 'PLAIN, wrong password', outsider, EHLO, WRONG, 'NOOP', MAIL, 'QUIT'),
  play(587, 'PLAIN, unknown user', outsider, EHLO, `AUTH PLAIN ${plain('nikdo', 'heslo')}`, 'QUIT'),
  play(
    587,
    'PLAIN, user with domain',
    outsider,
    EHLO,
    `AUTH PLAIN ${plain('jura@firma1.intr', 'heslo')}`,
    'QUIT',
  ),
  play(587, 'PLAIN, user in capitals', outsider, EHLO, `AUTH PLAIN ${plain('JURA', 'heslo')}`, 'QUIT'),
  play(587, 'PLAIN, password in capitals', outsider, EHLO, `AUTH PLAIN ${plain('jura', 'HESLO')}`, 'QUIT'),
  play(
    587,
    'PLAIN, authorization identity the same',
    outsider,
    EHLO,
    `AUTH PLAIN ${plain('jura', 'heslo', 'jura')}`,
    'QUIT',
  ),
  play(
    587,
    'PLAIN, acting as somebody else',
    outsider,
    EHLO,
    `AUTH PLAIN ${plain('jura', 'heslo', 'anna')}`,
    'QUIT',
  ),
  play(587, 'PLAIN, empty password', outsider, EHLO, `AUTH PLAIN ${plain('jura', '')}`, 'QUIT'),
  play(587, 'PLAIN, empty user', outsider, EHLO, `AUTH PLAIN ${plain('', 'heslo')}`, 'QUIT'),
  play(587, 'PLAIN, no NUL inside', outsider, EHLO, `AUTH PLAIN ${base64('jura heslo')}`, 'QUIT'),
  play(587, 'PLAIN, one NUL', outsider, EHLO, `AUTH PLAIN ${base64('jura\0heslo')}`, 'QUIT'),
  play(
    587,
    'PLAIN, a line end behind the password',
    outsider,
    EHLO,
    `AUTH PLAIN ${base64('\0jura\0heslo\n')}`,
    'QUIT',
  ),
  play(587, 'LOGIN, wrong password', outsider, EHLO, 'AUTH LOGIN', USER, base64('bowling'), 'QUIT'),
  play(587, 'LOGIN, unknown user', outsider, EHLO, 'AUTH LOGIN', base64('nikdo'), PASSWORD, 'QUIT'),
  play(587, 'LOGIN, the words in clear', outsider, EHLO, 'AUTH LOGIN', 'jura', 'heslo', 'NOOP', 'QUIT'),
];

/** Port 587 and 465 as they should be, and port 25 without AUTH. */
export const properly = [
  play(
    587,
    'before TLS, then under TLS',
    outsider,
    EHLO,
    asJura,
    'AUTH LOGIN',
    'AUTH',
    ...overTls.slice(1),
    asJura,
    FROM_JURA,
    BOB,
    'QUIT',
  ),
  play(587, 'LOGIN', outsider, ...overTls, 'AUTH LOGIN', USER, PASSWORD, 'QUIT'),
  play(587, 'CRAM-MD5', outsider, ...overTls, 'AUTH CRAM-MD5', cram('anna', 'tajne'), 'QUIT'),
  play(587, 'wrong password', outsider, ...overTls, WRONG, 'QUIT'),
  play(587, 'from the own network', insider, ...overTls, asJura, FROM_JURA, BOB, 'QUIT'),
  wrapped('PLAIN', outsider, EHLO, asJura, FROM_JURA, BOB, 'QUIT'),
  wrapped('HELO, then AUTH', outsider, HELO, asJura, 'QUIT'),
  play(25, 'not offered', outsider, EHLO, 'AUTH', 'AUTH PLAIN', asJura, 'AUTH FOO', 'QUIT'),
  play(25, 'not offered under TLS either', outsider, ...overTls, asJura, 'QUIT'),
];

/** A client that took TLS away again: the login must not outlive STARTTLS. */
export const clearThenTls = [
  play(587, 'a login in clear, then STARTTLS', outsider, EHLO, asJura, ...overTls.slice(1), asJura, 'QUIT'),
];
