/** Letters that find no room in a mailbox: what Postfix, Exim and Sendmail said, and what these servers say. */
import { describe, expect, test } from 'vitest';
import { facts, open, queueOf, runDays, send, type } from '../world.testing.ts';
import type { StoreConfig } from '../message-store.ts';
import type { Posting, Setting } from './post.testing.ts';
import { openPost, post, readPostings } from './post.testing.ts';

const FULL: Partial<StoreConfig> = { disk: 1 };
const QUOTA: Partial<StoreConfig> = { quota: 1 };

const SERVERS: readonly (readonly [string, Setting])[] = [
  ['postfix', { ports: [10_025, 10_026], aliases: {} }],
  ['exim', { ports: [10_025, 25], aliases: {}, neo: { dialect: 'exim4' } }],
  ['sendmail', { ports: [10_225, 25], aliases: {}, neo: { dialect: 'sendmail8' } }],
];

/** What became of the letter, without what differs from one run to the next. */
const fate = (line: string): string =>
  line
    .replace(/^.*?(?:\]: |(?=[^ ]+ == ))/, '')
    .replace(/^(?:<queue-id[^>]*>|<exim-id[^>]*>|[^ :]+):? /, '')
    .replace(/\b(x?delays?)=[^,]+/g, '$1=<delay>')
    .replace(/\bpri=\d+/, 'pri=<pri>')
    // Where upstream's test configuration has it, and where Debian has it.
    .replace(/\(\S+mail\.local\)/, '(mail.local)');

const isFate = (line: string): boolean => /(?:to=|== ).*jura@firma1\.intr/.test(line);

const recorded = (posting: Posting): readonly string[] =>
  posting.logged
    .map((line) => line.replace(/^J: /, ''))
    .filter(isFate)
    .map(fate);

describe.each(SERVERS)('%s', (name, setting) => {
  const postings = readPostings(`${name}-mailbox-troubles`);
  test.each([
    ['a letter for a full disk', FULL],
    ['a letter over quota', QUOTA],
  ] as const)('%s', (title, store) => {
    const posting = postings.find((each) => each.title === title)!;
    const history = openPost({ ...setting, store });
    post(history, posting, setting.ports[0]);
    const lines = facts(history, 'logged').flatMap(({ host, text }) => (host === 'neo' ? [text] : []));
    expect(lines.filter(isFate).slice(0, 1).map(fate)).toEqual(recorded(posting));
  });
});

describe('in a scenario', () => {
  test('over quota Postfix sends the letter back, and says so', () => {
    const history = open('firma1', 'hosts: { neo: { quota: 100, mailboxes: mbox } }');
    send(history, 'anna@firma1.intr');
    expect(facts(history, 'bounced')[0]?.why).toBe(
      'cannot update mailbox /var/mail/anna for user anna. error writing message: Disk quota exceeded',
    );
  });

  test('a Maildir has its own words', () => {
    const history = open('firma1', 'hosts: { neo: { disk: 100 } }');
    send(history, 'anna@firma1.intr');
    expect(facts(history, 'deferred')[0]?.why).toBe(
      'maildir delivery failed: error writing message: No space left on device',
    );
    expect(queueOf(history, 'neo')).toHaveLength(1);
  });

  test('a lock file that somebody left: the letter waits until it is gone, nobody gets in by POP3', () => {
    const history = open('firma1', 'hosts: { neo: { mailboxes: mbox } }');
    type(history, 'neo', 'touch /var/mail/anna.lock');
    send(history, 'anna@firma1.intr');
    expect(facts(history, 'deferred')[0]?.why).toBe(
      'cannot update mailbox /var/mail/anna for user anna. unable to create lock file /var/mail/anna.lock: File exists',
    );
    type(history, 'neo', 'rm /var/mail/anna.lock');
    runDays(history, 1);
    expect(facts(history, 'delivered').map(({ mailbox }) => mailbox)).toEqual(['anna']);
  });

  test('LMTP: Dovecot says it to the client', () => {
    const history = open('firma1', 'hosts: { store: { quota: 100 } }');
    send(history, 'walter@example.org');
    expect(facts(history, 'bounced')[0]?.why).toContain(
      'said: 552 5.2.2 <walter@example.org> Quota exceeded (mailbox for user is full) (in reply to end of DATA command)',
    );
  });
});
