/** What Debian's Sendmail logged, against the log of this MTA. */
import { describe, expect, test } from 'vitest';
import type { History } from '../../sim/types.ts';
import { facts } from '../world.testing.ts';
import type { Posting, Setting } from './post.testing.ts';
import { openPost, post, readPostings } from './post.testing.ts';

const SETTING: Setting = {
  ports: [10_225, 25],
  aliases: { postmaster: ['anna'], info: ['jura', 'anna'] },
  neo: { dialect: 'sendmail8', networks: ['192.0.2.0/28'] },
};

/** Titles of what needs a name service or a next host of its own, silence, or what this server does not do. */
const OTHERWISE: readonly RegExp[] = [
  /host itself|sendmail\(1\)|silent|too many hops/,
  /domain that does not|a domain with|such domain|an MX without|takes no mail|name server fails|network unreachable/,
  /SUCCESS, relayed|45[01] from|250, 451|refused by the branch|too big/,
  // One line for all recipients of a transaction; here each has its own.
  /two away/,
  // Sendmail tells the postmaster of what it cannot send back.
  /null reverse-path|sender unknown too/,
];

const shape = (line: string): string =>
  line
    .replace(/^\w{3} [ \d]\d [\d:]{8} \w+ |^<time> neo /, '')
    .replace(/\[(?:\d+|<pid>)\]:/, '[<pid>]:')
    .replace(/<queue-id(?:-\d+)?>|\b[0-9A-Za-z]{8}\d{6}\b/g, '<queue-id>')
    .replace(/queued as (?:<postfix-id(?:-\d+)?>|[0-9A-F]+)/, 'queued as <queue-id>')
    .replace(/\b(x?delay)=[\d:+]+/g, '$1=<delay>')
    .replace(/\bsize=\d+/, 'size=<size>')
    .replace(/\bpri=\d+/, 'pri=<pri>')
    .replace(/msgid=<<?[^@]*@[^>]*>/, 'msgid=<id>')
    .replace(/\(\d+\/\d+\)/, '(<uid>)')
    // Upstream's file calls the daemon MTA, Debian's MTA-v4.
    .replace(/daemon=MTA(?:-v4)?,/, 'daemon=MTA,')
    .replace(/ to MTA(?:-v4)?(?= after|$)/, ' to MTA')
    // The recorded host that is closed has another name.
    .replace(/relay=\S+ \[[\d.]+\], dsn=4.4.1/, 'relay=<host>, dsn=4.4.1')
    .replace(/refused by \S+$/, 'refused by <host>');

const log = (history: History): readonly string[] =>
  facts(history, 'logged')
    .filter(({ host }) => host === 'neo')
    .map(({ text }) => shape(text))
    .toSorted();

const recorded = ({ logged }: Posting): readonly string[] =>
  logged
    .filter((line) => line.startsWith('<time> neo '))
    .map(shape)
    .toSorted();

describe.each(['sendmail-log', 'sendmail-bounce'])('%s', (name) => {
  const postings = readPostings(name).filter(
    ({ title, sent }) =>
      sent.length > 0 &&
      (title === 'null reverse-path' ? name === 'sendmail-log' : !OTHERWISE.some((one) => one.test(title))),
  );
  test.each(postings.map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost(SETTING);
    post(history, posting, 10_225);
    expect(log(history)).toEqual(recorded(posting));
  });
});
