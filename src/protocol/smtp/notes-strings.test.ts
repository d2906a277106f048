/**
 * Every reply that the course notes show or mention (shared/LESSONS.md 7, by its lines) can be provoked in some dialect.
 * The older ones have no enhanced status codes, so those are left out of the comparison, and so is the case of letters.
 */
import { describe, expect, test } from 'vitest';
import { matches } from '../transcript.testing.ts';
import type { Agent } from './server.testing.ts';
import { speakTo, unless } from './server.testing.ts';
import type { DialectName, Refusal, SmtpQuestion, SmtpServerConfig } from './types.ts';

/** How a reply comes about: the lines a client says, and what the agent refuses. */
interface Provoked {
  readonly where: string;
  readonly reply: string;
  readonly dialect: DialectName;
  readonly says: readonly string[];
  readonly refuses?: readonly [SmtpQuestion['kind'], Refusal, string?];
  /** `unknown_local_recipient_reject_code`. */
  readonly code?: number;
  readonly config?: Partial<SmtpServerConfig>;
}

const HELO = 'HELO local.domain.name';
const MAIL = 'MAIL FROM: mail@domain.ext';
const RCPT = 'RCPT TO: mail@otherdomain.ext';
const LETTER = ['DATA', 'Subject: x', '', 'x', '.'];
const AUTH = { mechanisms: ['PLAIN', 'LOGIN'], tlsOnly: false, oldLine: false };

const STRINGS: readonly Provoked[] = [
  // What goes well.
  { where: 'S0:256', reply: '220 mail.domain.ext ESMTP Sendmail *; *', dialect: 'sendmail8', says: [] },
  {
    where: 'S0:275',
    reply: '250 mail.domain.ext Hello local.domain.name [192.0.2.1], pleased to meet you',
    dialect: 'sendmail8',
    says: [HELO],
  },
  { where: 'S0:279', reply: '250 mail@domain.ext... Sender ok', dialect: 'sendmail8', says: [HELO, MAIL] },
  {
    where: 'S0:286',
    reply: '250 mail@otherdomain.ext... Recipient ok',
    dialect: 'sendmail8',
    says: [HELO, MAIL, RCPT],
  },
  {
    where: 'S0:310',
    reply: '250 ID0001 Message accepted for delivery',
    dialect: 'sendmail8',
    says: [HELO, MAIL, RCPT, ...LETTER],
  },
  { where: 'S0:314', reply: '221 mail.domain.ext closing connection', dialect: 'sendmail8', says: ['QUIT'] },
  { where: 'S0:341', reply: '220 mail.domain.ext bizsmtp ESMTP server ready', dialect: 'bizsmtp', says: [] },
  {
    where: 'S0:348',
    reply: '250 mail.domain.ext hello [192.0.2.1], pleased to meet you',
    dialect: 'bizsmtp',
    says: [HELO],
  },
  {
    where: 'S0:354',
    reply: '354 enter mail, end with "." on a line by itself',
    dialect: 'bizsmtp',
    says: [HELO, MAIL, RCPT, 'DATA'],
  },
  {
    where: 'S0:361',
    reply: '250 Message accepted for delivery (ID0001)',
    dialect: 'bizsmtp',
    says: [HELO, MAIL, RCPT, ...LETTER],
  },
  { where: 'S3:85', reply: '220 mail.domain.ext ESMTP Postfix', dialect: 'postfix2006', says: [] },
  { where: 'S3:85', reply: '250 Ok', dialect: 'postfix2006', says: ['MAIL FROM:nekdo@firma1.intr'] },
  {
    where: 'S3:95',
    reply: '354 End data with <CR><LF>.<CR><LF>',
    dialect: 'postfix2006',
    says: [MAIL, RCPT, 'DATA'],
  },
  {
    where: 'S3:95',
    reply: '250 Ok: queued as ID0001',
    dialect: 'postfix2006',
    says: [MAIL, RCPT, ...LETTER],
  },
  { where: 'S3:95', reply: '221 Bye', dialect: 'postfix2006', says: ['QUIT'] },
  { where: 'S4:61', reply: '250 2.1.5 Ok', dialect: 'postfix3', says: [HELO, MAIL, RCPT] },
  { where: 'S0:438', reply: '214 End of HELP info', dialect: 'sendmail8', says: ['HELP'] },
  { where: 'S3:120', reply: '252 jura', dialect: 'postfix3', says: ['VRFY jura'] },
  // What goes wrong.
  {
    where: 'S0:319',
    reply: '501 nouser@nosuchplace.here... Sender domain must exist',
    dialect: 'sendmail8',
    says: [HELO, 'MAIL FROM: nouser@nosuchplace.here'],
    refuses: ['mail', 'sender-domain-unknown'],
  },
  { where: 'S0:325', reply: '503 Need MAIL before RCPT', dialect: 'sendmail8', says: [HELO, RCPT] },
  { where: 'S0:325', reply: '503 Need MAIL before RCPT', dialect: 'pre-esmtp', says: [HELO, RCPT] },
  {
    where: 'S0:330',
    reply: '550 mail@otherdomain.ext... Relaying Denied',
    dialect: 'sendmail8',
    says: [HELO, MAIL, RCPT],
    refuses: ['rcpt', 'relay-denied'],
  },
  {
    where: 'S0:419',
    reply: '452 Insufficient disk space; try again later',
    dialect: 'sendmail8',
    says: [HELO, MAIL],
    refuses: ['mail', 'insufficient-storage'],
  },
  {
    where: 'S0:335',
    reply: '503 <unknown[192.0.2.1]>: Client host rejected: Improper use of SMTP command pipelining',
    dialect: 'postfix3',
    says: [HELO, `${MAIL}\r\n${RCPT}`],
    config: { typeAhead: 'refused' },
  },
  {
    where: 'S0:335',
    reply: '554 SMTP synchronization error',
    dialect: 'exim4',
    says: [HELO, `${MAIL}\r\n${RCPT}`],
  },
  {
    where: 'S1:213',
    reply: "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    dialect: 'qmail',
    says: [HELO, MAIL, RCPT],
    refuses: ['rcpt', 'relay-denied'],
  },
  {
    where: 'S3:120',
    reply: '550 <nikdo>: Recipient address rejected: User unknown in local recipient table',
    dialect: 'postfix3',
    says: ['VRFY nikdo'],
    refuses: ['vrfy', 'user-unknown'],
  },
  {
    where: 'S3:120',
    reply: '502 VRFY command is disabled',
    dialect: 'postfix3',
    says: ['VRFY jura'],
    config: { without: ['VRFY'] },
  },
  { where: 'S3:124', reply: '500 Command unrecognized', dialect: 'pre-esmtp', says: ['EHLO pc'] },
  {
    where: 'S3:316',
    reply: '554 <mail@otherdomain.ext>: Relay access denied',
    dialect: 'postfix2006',
    says: [MAIL, RCPT],
    refuses: ['rcpt', 'relay-denied'],
  },
  {
    where: 'S3:431',
    reply: '550 <mail@otherdomain.ext>: Recipient address rejected: User unknown in local recipient table',
    dialect: 'postfix2006',
    says: [MAIL, RCPT],
    refuses: ['rcpt', 'user-unknown'],
  },
  {
    where: 'S3:431',
    reply: '450 <mail@otherdomain.ext>: Recipient address rejected: User unknown in local recipient table',
    dialect: 'postfix2006',
    says: [MAIL, RCPT],
    refuses: ['rcpt', 'user-unknown'],
    code: 450,
  },
  {
    where: 'S3:445',
    reply: '552 Message size exceeds fixed limit',
    dialect: 'postfix3',
    says: [HELO, 'MAIL FROM:<a@a.example> SIZE=20971521'],
    config: { sizeLimit: 20_971_520 },
  },
  {
    where: 'S3:445',
    reply: '552 Error: message too large',
    dialect: 'postfix2006',
    says: [MAIL, RCPT, ...LETTER],
    config: { sizeLimit: 5 },
  },
  {
    where: 'S3:478',
    reply: '535 Error: authentication failed: *',
    dialect: 'postfix3',
    says: ['EHLO pc', 'AUTH PLAIN AGp1cmEAaGVzbG8='],
    config: { auth: AUTH },
  },
  {
    where: 'S3:478',
    reply: '454 Temporary authentication failure: *',
    dialect: 'postfix3',
    says: ['EHLO pc', 'AUTH PLAIN AGp1cmEAaGVzbG8='],
    refuses: ['login', 'try-later'],
    config: { auth: AUTH },
  },
  {
    where: 'S4:45',
    reply: '554 Service unavailable; Client host [192.0.2.1] blocked using zen.example.org',
    dialect: 'postfix3',
    says: [HELO, MAIL, RCPT],
    refuses: [
      'rcpt',
      'rejected',
      'Service unavailable; Client host [192.0.2.1] blocked using zen.example.org',
    ],
  },
  // LESSONS 3, M18: some servers want the brackets.
  {
    where: 'M18',
    reply: '555 syntax error (#5.5.4)',
    dialect: 'qmail',
    says: [`MAIL FROM:${'a'.repeat(901)}`],
  },
];

const plain = (line: string): string =>
  line
    .replace(/^(\d{3})-/, '$1 ')
    .replace(/ [245]\.\d\.\d+ /, ' ')
    .toLowerCase();

describe('the replies of the notes', () => {
  test.each(STRINGS.map((entry) => [entry.where, entry.reply, entry] as const))(
    '%s: %s',
    (_, reply, { dialect, says, refuses, code, config }) => {
      const agent: Agent = unless((question) => {
        if (question.kind === 'connect')
          return {
            kind: 'accept',
            greetingDate: 'Thu, 17 Oct 2019 08:30:00 +0200',
            clientName: dialect === 'sendmail8' ? 'local.domain.name' : '',
          };
        if (refuses === undefined || question.kind !== refuses[0]) return undefined;
        return { kind: 'refuse', why: refuses[1], text: refuses[2] ?? '', ...(code && { code }) };
      });
      const all = { hostname: 'mail.domain.ext', dialect, ...config };
      const { greeting, said } = speakTo(
        all,
        says.map((line) => `${line}\r\n`),
        agent,
      );
      const heard = (greeting + said).split('\r\n').map(plain);
      expect(heard.some((line) => matches(line, plain(reply)))).toBe(true);
    },
  );
});

/** In the notes, and not SMTP's to say. */
const ELSEWHERE: readonly (readonly [string, string])[] = [
  ['-ERR [AUTH] Password supplied for "userName" is incorrect.', 'POP3, S0:413'],
  ['-ERR [AUTH] PAM authentication failed for user "userName": Authentication failure (7)', 'POP3, S0:417'],
  ['-ERR [SYS/TEMP] Unable to copy mail spool file, quota exceeded (122)', 'POP3, S0:421'],
  ['-ERR [IN-USE] … lock busy! Is another session active? (11)', 'POP3, S0:424'],
  ['Overquota locking file …; lock proceeding anyway', 'a POP3 server’s log, S0:427'],
  ['Unable to process From lines (envelopes) …', 'a POP3 server’s log, S0:429'],
  ['loops back to myself', 'a queue’s log and its notification, S3:316'],
  ['Connection closed by foreign host.', 'telnet, S0:314'],
  ['verify error 18', 'openssl s_client, S3:523'],
];

test('nothing said elsewhere is an SMTP reply', () => {
  for (const [text] of ELSEWHERE) expect(text).not.toMatch(/^[2-5]\d\d[ -]/);
});
