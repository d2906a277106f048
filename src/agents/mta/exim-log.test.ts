/** What Debian's Exim wrote about letters it took, delivered, kept and gave up, against the mainlog of this MTA. */
import { describe, expect, test } from 'vitest';
import type { History } from '../../sim/types.ts';
import { facts } from '../world.testing.ts';
import type { Posting, Setting } from './post.testing.ts';
import { openPost, post, readPostings } from './post.testing.ts';

const SETTING: Setting = {
  ports: [10_025, 25],
  aliases: { postmaster: ['anna'], root: ['anna'], info: ['jura', 'anna'] },
  neo: { dialect: 'exim4' },
};

/** Titles of what needs a name service or a next host of its own, or what this server does not do, as tabled for its replies. */
const OTHERWISE: readonly RegExp[] = [
  /from the host itself|sendmail\(1\)/,
  /domain|network unreachable|second letter|an MX without address|name server fails|4xx|refused by the branch|too big for/,
  /unqualified From|space before the colon|very long line|bare <LF>/,
  /extension|leads away|black hole|alias that|one of them named too/,
  /PRDR|SMTPUTF8|headers only|NOTIFY=/,
  // Exim freezes what it cannot bounce.
  /null reverse-path(?!$)|null reverse-path$|sender unknown too/,
];

const shape = (line: string): string =>
  line
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '<time> ')
    .replace(/<exim-id-\d+>|\b[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}\b/g, '<exim-id>')
    .replace(/queued as (?:<queue-id(?:-\d+)?>|[0-9A-F]+)/, 'queued as <queue-id>')
    // The recorded next host has another name.
    .replace(/H=\S+ \[\S+\] Connection/, 'H=<host> Connection')
    .replace(/ K (?=S=|C=)/, ' ')
    .replace(/Ok: \d+ bytes queued/, 'Ok: queued')
    .replace(/\bS=\S+/, 'S=<size>');

/** Lines that show what came next on the wire are not written here. */
const isKnown = (line: string): boolean => !line.includes('SMTP protocol synchronization error');

const mainlog = (history: History): readonly string[] =>
  facts(history, 'logged')
    .filter(({ host }) => host === 'neo')
    .map(({ text }) => shape(text))
    .filter((line) => !line.includes('unexpected disconnection'))
    .toSorted();

const recorded = ({ logged }: Posting): readonly string[] =>
  logged
    .filter((line) => !line.startsWith('<time> pobocka ') && isKnown(line))
    .map(shape)
    .toSorted();

describe.each(['exim-letters', 'exim-bounce', 'exim-queue'])('%s', (name) => {
  const postings = readPostings(name).filter(
    ({ title, sent }) => sent.length > 0 && !OTHERWISE.some((pattern) => pattern.test(title)),
  );
  test.each(postings.map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost(SETTING);
    post(history, posting, 10_025);
    expect(mainlog(history)).toEqual(recorded(posting));
  });
});

test('a second letter to a host that did not answer waits for it', () => {
  const postings = readPostings('exim-queue');
  const history = openPost(SETTING);
  const both = ['connection refused', 'second letter to a dead host'].map(
    (title) => postings.find((posting) => posting.title === title)!,
  );
  for (const posting of both) post(history, posting, 10_025);
  expect(mainlog(history)).toEqual(both.flatMap(recorded).toSorted());
});
