/** AUTH at Exim: Debian's example authenticators, and what TLS changes. User jura, password secret. */
import { createHmac } from 'node:crypto';
import type { Step } from './converse.ts';
import { EHLO, HELO, insider, JURA, letter, MAIL, outsider, sessions } from './postfix-say.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (user: string, password: string): string => base64(`\0${user}\0${password}`);
const GOOD = `AUTH PLAIN ${plain('jura', 'secret')}`;
const abroad: Step[] = [MAIL, 'RCPT TO:<bob@example.net>'];

/** The answer to CRAM-MD5's last challenge (RFC 2195). */
const cram = (user: string, password: string): Step => ({
  shown: `<base64 of "${user} " and the digest>`,
  answer: (reply) => {
    const challenge = /^334 (\S+)/.exec(reply)?.[1] ?? '';
    const digest = createHmac('md5', password).update(Buffer.from(challenge, 'base64')).digest('hex');
    return base64(`${user} ${digest}`);
  },
});

export const auth = sessions([
  ['EHLO', outsider, EHLO, 'QUIT'],
  ['PLAIN, at once', outsider, EHLO, GOOD, ...abroad, 'QUIT'],
  ['PLAIN, asked', outsider, EHLO, 'AUTH PLAIN', plain('jura', 'secret'), ...abroad, 'QUIT'],
  ['PLAIN, wrong password', outsider, EHLO, `AUTH PLAIN ${plain('jura', 'wrong')}`, ...abroad, GOOD, 'QUIT'],
  ['PLAIN, unknown user', outsider, EHLO, `AUTH PLAIN ${plain('nikdo', 'secret')}`, 'QUIT'],
  ['PLAIN, authorization identity', outsider, EHLO, `AUTH PLAIN ${base64('anna\0jura\0secret')}`, 'QUIT'],
  [
    'PLAIN, too few and too many parts',
    outsider,
    EHLO,
    `AUTH PLAIN ${base64('jura')}`,
    `AUTH PLAIN ${base64('a\0jura\0secret\0x')}`,
    'QUIT',
  ],
  ['PLAIN, empty', outsider, EHLO, 'AUTH PLAIN =', 'AUTH PLAIN', '', 'QUIT'],
  ['cancelled', outsider, EHLO, 'AUTH PLAIN', '*', 'AUTH LOGIN', '*', 'AUTH CRAM-MD5', '*', 'QUIT'],
  ['bad base64', outsider, EHLO, 'AUTH PLAIN !!!', 'AUTH PLAIN', '!!!', 'AUTH LOGIN', 'x', 'QUIT'],
  ['LOGIN', outsider, EHLO, 'AUTH LOGIN', base64('jura'), base64('secret'), ...abroad, 'QUIT'],
  ['LOGIN, name at once', outsider, EHLO, `AUTH LOGIN ${base64('jura')}`, base64('secret'), 'QUIT'],
  ['LOGIN, wrong password', outsider, EHLO, 'AUTH LOGIN', base64('jura'), base64('wrong'), 'QUIT'],
  ['CRAM-MD5', outsider, EHLO, 'AUTH CRAM-MD5', cram('jura', 'secret'), ...abroad, 'QUIT'],
  ['CRAM-MD5, wrong password', outsider, EHLO, 'AUTH CRAM-MD5', cram('jura', 'wrong'), 'QUIT'],
  ['CRAM-MD5, unknown user', outsider, EHLO, 'AUTH CRAM-MD5', cram('nikdo', 'secret'), 'QUIT'],
  ['CRAM-MD5 with an answer at once', outsider, EHLO, `AUTH CRAM-MD5 ${base64('x')}`, 'QUIT'],
  [
    'no such mechanism, none, bad',
    outsider,
    EHLO,
    'AUTH FOO',
    'AUTH',
    'AUTH DIGEST-MD5',
    'auth plain foo bar',
    'QUIT',
  ],
  ['AUTH twice', outsider, EHLO, GOOD, GOOD, 'QUIT'],
  ['AUTH in a transaction', outsider, EHLO, MAIL, GOOD, 'QUIT'],
  ['AUTH before HELO, after HELO', outsider, GOOD, HELO, GOOD, 'QUIT'],
  ['AUTH, then EHLO again, then relay', outsider, EHLO, GOOD, EHLO, ...abroad, 'QUIT'],
  [
    'AUTH= parameter of MAIL',
    outsider,
    EHLO,
    `${MAIL} AUTH=ann@example.org`,
    'RSET',
    GOOD,
    `${MAIL} AUTH=<>`,
    'QUIT',
  ],
  [
    'many bad passwords',
    outsider,
    EHLO,
    ...Array.from({ length: 6 }, () => `AUTH PLAIN ${plain('jura', 'wrong')}`),
    'QUIT',
  ],
  [
    'a letter of an authenticated client',
    outsider,
    EHLO,
    GOOD,
    'MAIL FROM:<jura@firma1.intr>',
    JURA,
    'DATA',
    letter('Subject: auth', '', 'x'),
    'QUIT',
  ],
]);

/** The same authenticators with TLS configured and not in use. */
export const beforeTls = sessions([
  ['EHLO', outsider, EHLO, 'QUIT'],
  ['AUTH PLAIN without TLS', outsider, EHLO, GOOD, 'AUTH LOGIN', 'QUIT'],
  ['AUTH CRAM-MD5 without TLS', insider, EHLO, 'AUTH CRAM-MD5', cram('jura', 'secret'), 'QUIT'],
  ['STARTTLS with argument, and after HELO', outsider, EHLO, 'STARTTLS now', HELO, 'STARTTLS', 'QUIT'],
  ['STARTTLS before anything', outsider, { send: 'STARTTLS\r\n', quietMs: 400 }],
  ['STARTTLS with a command behind it', outsider, EHLO, { send: 'STARTTLS\r\nNOOP\r\n', quietMs: 800 }],
  ['STARTTLS, EHLO, AUTH', outsider, EHLO, 'STARTTLS', { tls: {} }, MAIL, EHLO, GOOD, 'STARTTLS', 'QUIT'],
  ['TLS 1.2', outsider, EHLO, 'STARTTLS', { tls: { maxVersion: 'TLSv1.2' } }, EHLO, 'QUIT'],
  [
    'a letter over TLS',
    outsider,
    EHLO,
    'STARTTLS',
    { tls: {} },
    EHLO,
    MAIL,
    JURA,
    'DATA',
    letter('Subject: tls', '', 'x'),
    'QUIT',
  ],
  [
    'an authenticated letter over TLS',
    outsider,
    EHLO,
    'STARTTLS',
    { tls: {} },
    EHLO,
    GOOD,
    MAIL,
    JURA,
    'DATA',
    letter('Subject: tls', '', 'x'),
    'QUIT',
  ],
  ['STARTTLS, then clear text', outsider, EHLO, 'STARTTLS', { send: 'NOOP\r\n', quietMs: 800 }],
  ['STARTTLS in a transaction', outsider, EHLO, MAIL, 'STARTTLS', { send: '', quietMs: 200 }],
]);
