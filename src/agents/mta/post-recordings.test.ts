/** What Debian's Postfix logged, delivered and sent back, line by line, against what this MTA does. */
import { describe, expect, test } from 'vitest';
import { act, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { queueListing } from './queue-listing.ts';
import { selfSigned } from '../../protocol/tls/certificate.ts';
import type { Setting } from './post.testing.ts';
import { encodeUtf8 } from '../../base/octets.ts';
import {
  lettersOf,
  logOf,
  mtaOf,
  openPost,
  post,
  readPostings,
  recordedSaying,
  saidBy,
} from './post.testing.ts';

const OLD: Setting = {
  ports: [10_025, 10_026],
  aliases: { postmaster: ['anna'], root: ['anna'], info: ['jura', 'anna'] },
};
const NEW: Setting = {
  ports: [25, 25],
  aliases: {
    postmaster: ['jura'],
    abuse: ['jura'],
    vsichni: ['jura', 'anna'],
    'mailer-daemon': ['postmaster'],
  },
  neo: { tls: 'may', sizeLimit: 20_971_520 },
};

/** Sections that rest on what the recorded pobocka was told to do, or on a native name service. */
const OTHERWISE =
  /from the host itself|sendmail\(1\)|sender refused|4xx|transport|flush|held|delete|empty queue|no route|spam|letter too big$|AUTH=|NOTIFY=SUCCESS, relayed$|policy and protocol/;

const CERTIFICATE = selfSigned({ subject: 'pobocka.firma1.intr', notBefore: 0, days: 36_500 });

const RECORDINGS: readonly (readonly [string, Setting])[] = [
  ['postfix-bounce', { ...OLD, pobocka: { sizeLimit: 20_000 } }],
  ['postfix-relay', OLD],
  ['postfix-letters', OLD],
  ['postfix-maillog-refused', OLD],
  ['postfix-esmtp-dsn', NEW],
  ['postfix-esmtp-dsn-not-there', { ...NEW, pobocka: { without: ['DSN'] } }],
  [
    'postfix-esmtp-to-postmaster',
    { ...NEW, neo: { ...NEW.neo, notifyPostmaster: ['bounce', '2bounce', 'delay'] } },
  ],
  ['postfix-esmtp-double-bounce', NEW],
  ['postfix-esmtp-onwards', NEW],
  [
    'postfix-esmtp-onwards-tls',
    { ...NEW, neo: { ...NEW.neo, clientTls: 'may' }, pobocka: { tls: 'may', certificates: [CERTIFICATE] } },
  ],
  [
    'postfix-esmtp-onwards-less',
    { ...NEW, pobocka: { without: ['8BITMIME', 'PIPELINING', 'SIZE', 'DSN', 'SMTPUTF8', 'CHUNKING'] } },
  ],
];

const octetsShown = (line: string): string => encodeUtf8(line);

const bag = (lines: readonly string[]): readonly string[] => lines.toSorted();

/** smtp(8)'s debugging lines show the wire. */
const isWire = (line: string): boolean => /: [<>] pobocka|discard|<queue-id>: passing/.test(line);

describe.each(RECORDINGS)('%s', (name, setting) => {
  const postings = readPostings(name).filter(({ title, sent }) => sent.length > 0 && !OTHERWISE.test(title));
  test.each(postings.map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost(setting);
    post(history, posting, setting.ports[0]);
    const expected = (posting.logs.neo ?? []).filter((line) => !isWire(line));
    expect(bag(logOf(history, 'neo'))).toEqual(bag(expected));
    const said = recordedSaying(posting);
    if (said.length > 0) expect(saidBy(history, 'neo').map((line) => octetsShown(line))).toEqual(said);
    for (const [user, letters] of Object.entries(posting.letters)) {
      const host = user === 'karel' ? 'pobocka' : 'neo';
      expect(lettersOf(history, host, user)).toBe(letters);
    }
  });
});

/** A listing with ids and times of the recorded width. */
const listingShape = (text: string): readonly string[] =>
  text
    .replace(
      /^[0-9A-F]{8,12}[*!]?\s+\d+ \w{3} \w{3} [ \d]\d [\d:]{8}/gm,
      'QQQQQQQ <size> Day Mon dd hh:mm:ss',
    )
    .replace(/^QQQQQQQ\s+\d+ /gm, 'QQQQQQQ <size> ')
    .split('\n')
    .filter((line) => line !== '');

const listed = (history: History): readonly string[] => {
  const { now } = history.world;
  return listingShape(queueListing(mtaOf(history, 'neo'), { now, clock: history.scenario.clock }));
};

describe('postfix-queue', () => {
  const postings = readPostings('postfix-queue');
  const of = (title: string) => postings.find((posting) => posting.title === title)!;
  const played = (title: string): History => {
    const history = openPost(OLD);
    post(history, of(title), 10_025);
    return history;
  };

  test('empty queue', () => {
    expect(listed(openPost(OLD))).toEqual(['Mail queue is empty']);
    expect(of('empty queue').printed).toEqual(['Mail queue is empty', 'Mail queue is empty']);
  });

  test.each(['connection refused', 'null reverse-path in the queue'])('%s', (title) => {
    const history = played(title);
    const { logs, printed } = of(title);
    expect(bag(logOf(history, 'neo'))).toEqual(bag(logs.neo!));
    // The recorded queue holds the letters of the sections before, too; the newest is on top.
    const expected = listingShape(printed.join('\n'));
    expect(listed(history).slice(0, 4)).toEqual(expected.slice(0, 4));
    expect(listed(history).at(-1)).toBe('-- 0 Kbytes in 1 Request.');
  });

  test('second letter to a dead destination', () => {
    const history = played('connection refused');
    post(history, of('second letter to a dead destination'), 10_025);
    const expected = [of('connection refused'), of('second letter to a dead destination')];
    expect(bag(logOf(history, 'neo'))).toEqual(bag(expected.flatMap(({ logs }) => logs.neo!)));
    expect(listed(history).at(-1)).toBe('-- 0 Kbytes in 2 Requests.');
  });

  test('flush', () => {
    const history = played('connection refused');
    const before = logOf(history, 'neo').length;
    act(history, { kind: 'input', program: 'neo/mta', input: { kind: 'flush' } });
    runIdle(history);
    const mine = of('flush').logs.neo!.filter((line) =>
      /bob@refused|from=<jura|10099: Connection refused$/.test(line),
    );
    for (const line of logOf(history, 'neo').slice(before)) expect(mine).toContain(line);
  });
});

/** Recorded with seconds where life has hours and days. */
const inLife = (text: string): string =>
  text
    .replace('more than 0 hour(s)', 'more than 4 hour(s)')
    .replace('until it is 0 day(s)', 'until it is 5 day(s)');

describe.each([
  ['postfix-expired', OLD, /./],
  ['postfix-esmtp-dsn-delayed', NEW, /./],
] as const)('%s', (name, setting, titles) => {
  const postings = readPostings(name).filter(({ title }) => titles.test(title));
  test.each(postings.map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost({ ...setting, neo: { ...setting.neo, delayWarningMs: 4 * HOUR } });
    post(history, posting, setting.ports[0]);
    runUntil(history, history.world.now + 6 * 24 * HOUR);
    expect(lettersOf(history, 'neo', 'jura')).toBe(inLife(posting.letters.jura ?? ''));
    // Fewer tries were recorded than five days have.
    const kinds = (lines: readonly string[]) =>
      bag([...new Set(lines)]).filter((line) => !/zero result|reduce time|instructions/.test(line));
    expect(kinds(logOf(history, 'neo'))).toEqual(kinds(posting.logs.neo!));
    expect(mtaOf(history, 'neo').queue).toEqual([]);
  });
});

const HOUR = 3_600_000;
