/** Letters for one destination, one after the other: which connections smtp(8) keeps, and for how long. */
import { FROM_JURA, insider, letter, NOTE, play } from './postfix-esmtp-say.ts';
import { LISTEN } from './postfix-esmtp-hosts.ts';
import type { Settings } from './postfix.ts';

/** One delivery at a time, and none before they are released together: else chance would say which finds what. */
export const ONE_BY_ONE: Settings = {
  ...LISTEN,
  initial_destination_concurrency: '1',
  default_destination_concurrency_limit: '1',
  smtpd_data_restrictions: 'check_client_access static:HOLD',
};

const several = (title: string, count: number, recipient: string) => ({
  ...play(
    25,
    title,
    insider,
    'EHLO pc1.firma1.intr',
    ...Array.from({ length: count }, () => [
      FROM_JURA,
      `RCPT TO:<${recipient}>`,
      'DATA',
      letter(...NOTE),
    ]).flat(),
    'QUIT',
  ),
  // The connection that is kept last is given up after 2 s; by 4 s all has been said of it.
  afterwards: ['postsuper -H ALL', 'postqueue -f', 'sleep 4'],
});

export const reused = [
  several('one letter', 1, 'karel@pobocka.firma1.intr'),
  several('two letters', 2, 'karel@pobocka.firma1.intr'),
  several('five letters', 5, 'karel@pobocka.firma1.intr'),
  several('three letters that are refused', 3, 'nikdo@pobocka.firma1.intr'),
];
