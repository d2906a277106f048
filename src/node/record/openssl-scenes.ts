/** What we type at `openssl s_client`. It reads the first letter of a line itself unless told not to: R, Q, K, k, B. */
import type { Keys } from './keyboard.ts';

export type Scene = readonly [words: string, ...presses: Keys[]];

const line = (text: string, thenMs?: number): Keys => ({
  keys: `${text}\r`,
  ...(thenMs === undefined ? {} : { thenMs }),
});
const WRAPPED = '-connect neo.firma1.intr:10465 -CAfile ca.pem';
const START = '-starttls smtp -connect neo.firma1.intr:10025 -CAfile ca.pem';
const EHLO = line('EHLO pc1.firma1.intr');
const envelope = [EHLO, line('MAIL FROM:<jura@firma1.intr>')];
const QUIT = line('quit', 600);

export const sessions: readonly Scene[] = [
  [WRAPPED, QUIT],
  [START, QUIT],
  [`${START} -tls1_2`, QUIT],
  [`${WRAPPED} -quiet`, EHLO, QUIT],
  [`${START} -quiet`, EHLO, QUIT],
  [`${START} -quiet -crlf`, EHLO, QUIT],
  [`${START} -brief`, EHLO, QUIT],
  [`${START} -brief -crlf`, EHLO, QUIT],
  [`${WRAPPED} -brief`, QUIT],
  [`${START} -brief`, line('QUIT', 600)],
  [`${START} -brief`, line('Quit', 600)],
  [`${START} -brief`, line('Q', 600)],
  [`${START} -quiet`, line('QUIT', 600)],
  [`${START} -ign_eof -brief`, line('QUIT', 600)],
  [`${START} -brief`, ...envelope, line('RCPT TO:<anna@firma1.intr>', 900), line('NOOP'), QUIT],
  [
    `${START} -brief`,
    ...envelope,
    line('rcpt to:<anna@firma1.intr>'),
    line('DATA'),
    line('Subject: x'),
    line(''),
    line('R'),
    line('.', 800),
    QUIT,
  ],
  [`${START} -brief -tls1_2`, ...envelope, line('RCPT TO:<anna@firma1.intr>', 900), line('NOOP'), QUIT],
  [`${START} -brief -tls1_2`, line('R', 900), line('NOOP'), QUIT],
  [`${START} -brief`, line('R', 900), line('NOOP'), QUIT],
  [`${START} -quiet`, ...envelope, line('RCPT TO:<anna@firma1.intr>', 900), QUIT],
  [`${START} -brief`, line('K', 700), line('NOOP'), QUIT],
  [`${START} -brief`, line('k', 700), line('NOOP'), QUIT],
  [`${START} -brief -tls1_2`, line('k', 700), line('NOOP'), QUIT],
  [`${START} -brief`, line('B', 700), line('NOOP'), QUIT],
  [`${START} -brief`, line('NOOP'), { keys: '\x04', thenMs: 800 }],
  [`${START} -quiet`, line('NOOP'), { keys: '\x04', thenMs: 800 }, QUIT],
  [`${START} -brief`, line('NOOP'), { keys: '\x03', thenMs: 800 }],
  [`${START} -name pc1.firma1.intr -brief`, QUIT],
  [`${WRAPPED} -showcerts`, QUIT],
];

const at = (port: number, ...options: string[]): Scene => [
  ['-connect', `neo.firma1.intr:${port}`, ...options].join(' '),
  line('quit', 500),
];
const CA = '-CAfile ca.pem';
const NAME = '-verify_hostname neo.firma1.intr';
const STRICT = '-verify_return_error';

export const verifying: readonly Scene[] = [
  at(20001, CA, '-brief'),
  at(20001, '-brief'),
  at(20001),
  at(20001, STRICT),
  at(20001, STRICT, '-brief'),
  at(20001, '-quiet'),
  at(20001, CA, NAME, '-brief'),
  at(20001, CA, NAME),
  at(20002, CA, '-brief'),
  at(20002, CA),
  at(20002, CA, STRICT),
  at(20003, CA, '-brief'),
  at(20003, CA, STRICT),
  at(20004, CA, '-brief'),
  at(20004, CA, NAME, '-brief'),
  at(20004, CA, NAME),
  at(20004, CA, NAME, STRICT),
  at(20005, CA, '-brief'),
  at(20005),
  at(20005, STRICT),
  at(20005, '-quiet'),
];

export const failures: readonly Scene[] = [
  ['-connect neo.firma1.intr:20007'],
  ['-connect nikde.firma1.intr:465'],
  ['-connect silent.example.net:465'],
  ['-connect neo.firma1.intr'],
  ['-connect neo.firma1.intr:foo'],
  ['-connect neo.firma1.intr:10027'],
  ['-connect neo.firma1.intr:10025 -quiet'],
  ['-starttls smtp -connect neo.firma1.intr:10027', line('NOOP', 600)],
  ['-starttls pop3 -connect neo.firma1.intr:10025', line('NOOP', 600)],
  ['-starttls foo -connect neo.firma1.intr:10025'],
  ['-starttls smtp -connect neo.firma1.intr:10465', { keys: '\x03', thenMs: 600 }],
  ['-connect neo.firma1.intr:20006', { keys: '\x03', thenMs: 600 }],
  ['-connect neo.firma1.intr:10465 -tls1_1', line('quit', 400)],
  ['-connect neo.firma1.intr:10465 -CAfile missing.pem', line('quit', 400)],
  ['-connect neo.firma1.intr:10465 -foo'],
  ['neo.firma1.intr:10465 -brief', line('quit', 400)],
  ['neo.firma1.intr:10465 extra', line('quit', 400)],
];

export const mail: readonly Scene[] = [
  [
    '-starttls pop3 -connect neo.firma1.intr:10110 -CAfile ca.pem',
    line('CAPA'),
    line('USER jura'),
    line('PASS heslo', 600),
    line('STAT'),
    line('quit', 600),
  ],
  [
    '-starttls pop3 -connect neo.firma1.intr:10110 -CAfile ca.pem -quiet',
    line('USER jura'),
    line('PASS heslo', 600),
    line('RETR 1'),
    line('QUIT', 600),
  ],
  [
    '-starttls pop3 -connect neo.firma1.intr:10110 -CAfile ca.pem -brief',
    line('user jura'),
    line('pass heslo', 600),
    line('RETR 1', 600),
    line('stat'),
    line('QUIT', 600),
  ],
  [
    '-starttls imap -connect neo.firma1.intr:10143 -CAfile ca.pem',
    line('a LOGIN jura heslo', 700),
    line('b SELECT INBOX'),
    line('c LOGOUT', 600),
  ],
  [
    '-starttls imap -connect neo.firma1.intr:10143 -CAfile ca.pem -quiet',
    line('a CAPABILITY'),
    line('b LOGOUT', 600),
  ],
  [
    '-starttls imap -connect neo.firma1.intr:10143 -CAfile ca.pem -brief -crlf',
    line('a NOOP'),
    line('Q LOGOUT', 600),
  ],
];
