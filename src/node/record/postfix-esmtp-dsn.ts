/** Letters with NOTIFY, RET, ENVID and ORCPT, and the reports that come of them. */
import type { Step } from './converse.ts';
import {
  asJura,
  BOB,
  EHLO,
  FROM_JURA,
  insider,
  letter,
  NOTE,
  outsider,
  overTls,
  type Play,
  play,
  wrapped,
} from './postfix-esmtp-say.ts';

const DESK = 'EHLO pc1.firma1.intr';
const note: readonly Step[] = ['DATA', letter(...NOTE), 'QUIT'];

const sent = (title: string, mail: string, ...rcpts: string[]): Play =>
  play(25, title, insider, DESK, `MAIL FROM:<jura@firma1.intr>${mail}`, ...rcpts, ...note);

const ANNA = 'RCPT TO:<anna@firma1.intr>';
const KAREL = 'RCPT TO:<karel@pobocka.firma1.intr>';
const NIKDO = 'RCPT TO:<nikdo@pobocka.firma1.intr>';
const EVA = 'RCPT TO:<eva@refused.example.net>';
const ALL = ' RET=HDRS ENVID=QQ+2B314159';

export const notified = [
  sent('NOTIFY=SUCCESS, local', '', `${ANNA} NOTIFY=SUCCESS`),
  sent(
    'NOTIFY=SUCCESS, local, RET, ENVID and ORCPT said',
    ALL,
    `${ANNA} NOTIFY=SUCCESS ORCPT=rfc822;Anna+2BX@firma1.intr`,
  ),
  sent('NOTIFY=SUCCESS, local, RET=FULL', ' RET=FULL', `${ANNA} NOTIFY=SUCCESS`),
  sent('NOTIFY=SUCCESS to an alias', ' ENVID=a1', 'RCPT TO:<vsichni@firma1.intr> NOTIFY=SUCCESS'),
  sent('NOTIFY=SUCCESS to an alias of one', ' ENVID=a2', 'RCPT TO:<abuse@firma1.intr> NOTIFY=SUCCESS'),
  sent(
    'NOTIFY=SUCCESS, two recipients, one asks',
    '',
    `${ANNA} NOTIFY=SUCCESS`,
    'RCPT TO:<jura@firma1.intr>',
  ),
  sent(
    'NOTIFY=SUCCESS, relayed to a server with DSN',
    ALL,
    `${KAREL} NOTIFY=SUCCESS ORCPT=rfc822;Karel@pobocka.firma1.intr`,
  ),
  sent('NOTIFY=SUCCESS,FAILURE to a server with DSN that refuses', ALL, `${NIKDO} NOTIFY=SUCCESS,FAILURE`),
  sent('NOTIFY=SUCCESS only, and the recipient is refused', ' RET=HDRS', `${NIKDO} NOTIFY=SUCCESS`),
  sent('NOTIFY=FAILURE, RET=FULL, ENVID', ' RET=FULL ENVID=f1', `${NIKDO} NOTIFY=FAILURE`),
  sent('no NOTIFY, RET=HDRS', ' RET=HDRS ENVID=f2', NIKDO),
  sent('NOTIFY=DELAY only, and the recipient is refused', '', `${NIKDO} NOTIFY=DELAY`),
  sent('NOTIFY=NEVER, recipient refused', '', `${NIKDO} NOTIFY=NEVER`),
  sent(
    'one NEVER, one with FAILURE, both refused',
    ' ENVID=f3',
    `${NIKDO} NOTIFY=NEVER`,
    'RCPT TO:<zadny@pobocka.firma1.intr> NOTIFY=FAILURE',
  ),
  sent(
    'NOTIFY=SUCCESS and an address beyond ASCII in ORCPT',
    '',
    `${ANNA} NOTIFY=SUCCESS ORCPT=utf-8;ann\\x{E1}@firma1.intr`,
  ),
  play(
    25,
    'null reverse-path, NOTIFY=SUCCESS',
    insider,
    DESK,
    'MAIL FROM:<> ENVID=n1',
    `${ANNA} NOTIFY=SUCCESS`,
    ...note,
  ),
];

export const withoutDsn = [
  sent(
    'NOTIFY=SUCCESS, relayed to a server without DSN',
    ALL,
    `${KAREL} NOTIFY=SUCCESS ORCPT=rfc822;Karel@pobocka.firma1.intr`,
  ),
  sent('NOTIFY=FAILURE, relayed to a server without DSN', '', `${KAREL} NOTIFY=FAILURE`),
  sent('NOTIFY=NEVER, refused by a server without DSN', '', `${NIKDO} NOTIFY=NEVER`),
];

const wait = ['sleep 3', 'postqueue -f', 'sleep 4', 'postqueue -f'];

/** delay_warning_time = 2s, maximal_queue_lifetime = 5s. */
export const delayed = [
  {
    ...sent('NOTIFY=DELAY', ' RET=FULL ENVID=d1', `${EVA} NOTIFY=DELAY ORCPT=rfc822;Eva@refused.example.net`),
    afterwards: wait,
  },
  { ...sent('NOTIFY=FAILURE: no warning', ' ENVID=d2', `${EVA} NOTIFY=FAILURE`), afterwards: wait },
  { ...sent('no NOTIFY: warning and failure', ' ENVID=d3', EVA), afterwards: wait },
  { ...sent('NOTIFY=NEVER', ' ENVID=d4', `${EVA} NOTIFY=NEVER`), afterwards: wait },
];

const fromNobody = play(
  25,
  'sender unknown too',
  insider,
  DESK,
  'MAIL FROM:<nikdo@pobocka.firma1.intr>',
  'RCPT TO:<zadny@pobocka.firma1.intr>',
  ...note,
);

export const doubleBounce = [fromNobody];

/** With notify_classes of nearly all kinds, postmaster reads along. */
export const toPostmaster = [
  { ...fromNobody, title: 'double bounce; port 25' },
  sent('a simple bounce', '', NIKDO),
  play(
    25,
    'policy and protocol errors',
    outsider,
    EHLO,
    'FOO',
    'MAIL FROM:<ann@example.org>',
    'RCPT TO:<nikdo@firma1.intr>',
    BOB,
    'QUIT',
  ),
  play(
    25,
    'gone inside a letter',
    outsider,
    EHLO,
    'MAIL FROM:<ann@example.org>',
    'RCPT TO:<anna@firma1.intr>',
    'DATA',
    { send: 'Subject: x\r\n', replies: 0 },
  ),
];

const kept = (mail: string, rcpt: string, text = 'x'): Step[] => [
  mail,
  rcpt,
  'DATA',
  letter('Subject: x', '', text),
  'QUIT',
];
const ANN = 'MAIL FROM:<ann@example.org>';

/** `Received` lines, one letter for each way in. */
export const received = [
  play(25, 'SMTP', outsider, 'HELO mail.example.org', ...kept(ANN, ANNA)),
  play(25, 'ESMTP', outsider, EHLO, ...kept(ANN, ANNA)),
  play(25, 'ESMTPS', outsider, ...overTls, ...kept(ANN, ANNA)),
  play(
    25,
    'ESMTPS by TLS 1.2',
    outsider,
    EHLO,
    'STARTTLS',
    { tls: { maxVersion: 'TLSv1.2' } },
    EHLO,
    ...kept(ANN, ANNA),
  ),
  play(
    25,
    'HELO under TLS',
    outsider,
    EHLO,
    'STARTTLS',
    { tls: {} },
    'HELO mail.example.org',
    ...kept(ANN, ANNA),
  ),
  play(25, 'UTF8SMTP', outsider, EHLO, ...kept(`${ANN} SMTPUTF8`, ANNA)),
  play(25, 'UTF8SMTPS', outsider, ...overTls, ...kept(`${ANN} SMTPUTF8`, ANNA)),
  play(587, 'ESMTPSA', outsider, ...overTls, asJura, ...kept(FROM_JURA, ANNA)),
  play(587, 'UTF8SMTPSA', outsider, ...overTls, asJura, ...kept(`${FROM_JURA} SMTPUTF8`, ANNA)),
  wrapped('ESMTPSA', outsider, EHLO, asJura, ...kept(FROM_JURA, ANNA)),
  play(
    25,
    'SMTPUTF8, addresses and header beyond ASCII',
    outsider,
    EHLO,
    ...kept('MAIL FROM:<j\xc3\xbcrgen@example.org> SMTPUTF8', ANNA, 'p\xc5\x99\xc3\xadklad'),
  ),
];

export const receivedClear = [
  play(587, 'ESMTPA', outsider, EHLO, asJura, ...kept(FROM_JURA, ANNA)),
  play(587, 'UTF8SMTPA', outsider, EHLO, asJura, ...kept(`${FROM_JURA} SMTPUTF8`, ANNA)),
  play(587, 'a login, then HELO', outsider, EHLO, asJura, 'HELO mail.example.org', ...kept(FROM_JURA, ANNA)),
];

const MIME = [
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
];

/** What goes on to the branch office, and what becomes of it when that server offers less. */
export const onwards = [
  play(25, 'an ordinary letter', insider, DESK, ...kept(FROM_JURA, KAREL)),
  play(
    25,
    'SMTPUTF8 that needs it',
    insider,
    DESK,
    ...kept('MAIL FROM:<jur\xc3\xa1@firma1.intr> SMTPUTF8', KAREL),
  ),
  play(25, 'SMTPUTF8 that does not need it', insider, DESK, ...kept(`${FROM_JURA} SMTPUTF8`, KAREL)),
  play(
    25,
    'BODY=8BITMIME',
    insider,
    DESK,
    ...kept(`${FROM_JURA} BODY=8BITMIME`, KAREL, 'p\xc5\x99\xc3\xadklad'),
  ),
  play(
    25,
    'BODY=8BITMIME, a MIME letter',
    insider,
    DESK,
    `${FROM_JURA} BODY=8BITMIME`,
    KAREL,
    'DATA',
    letter(...MIME, '', 'p\xc5\x99\xc3\xadklad'),
    'QUIT',
  ),
  play(25, 'AUTH=', insider, DESK, ...kept(`${FROM_JURA} AUTH=jura@firma1.intr`, KAREL)),
];
