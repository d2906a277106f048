/** Recorded IMAP sessions with Dovecot, and what our service and store say to the same clients. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import type { NewMessage } from '../mail/mailbox.ts';
import { showChunk } from '../node/record/transcript.ts';
import type { SaslMechanism } from '../protocol/sasl/sasl.ts';
import type { ProgramEffect } from '../sim/types.ts';
import type { Host } from './imap-host.testing.ts';
import { connect, imapHost, PLAIN, take } from './imap-host.testing.ts';
import type { Differences, Recorded } from './recordings.testing.ts';
import { difference, octetsOf, readRecording } from './recordings.testing.ts';

/** The letters that INBOX holds at the start of a recording, as its head says. */
function lettersFor(head: string): readonly NewMessage[] {
  if (head.includes('INBOX before each session: empty.')) return [];
  const letters = readLetters();
  return head.includes('the first 4 letters') ? letters.slice(0, 4) : letters;
}

const FLAGS: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
};

function readLetters(): readonly NewMessage[] {
  const text = readFileSync(new URL('../node/recordings/dovecot-imap-letters.txt', import.meta.url), 'utf8');
  return text
    .split(/^# letter (?=\d)/m)
    .slice(1)
    .map((part) => {
      const [head = '', ...lines] = part.split('\n');
      const shown = lines.filter((line) => line.startsWith('M:')).map((line) => octetsOf(line.slice(3)));
      const letters = /flags ([A-Z]+)/.exec(head)?.[1] ?? '';
      return {
        // Files have LF line ends, but for those that have CRLF.
        content: octets(
          shown
            .map((line) => line.replace(/\r?\r\n$/, '\r\n'))
            .join('')
            .replace(/(?<!\r)\n/g, '\r\n'),
        ),
        internalDate: Date.parse(/internal date (\S+)/.exec(head)![1]!),
        flags: [...letters].map((letter) => FLAGS[letter]!),
      };
    });
}

function hostFor(head: string): Host {
  const mechanisms = /auth_mechanisms = (.*)/.exec(head)?.[1]?.toUpperCase().split(' ') ?? ['PLAIN'];
  return imapHost(lettersFor(head), {
    ...PLAIN,
    tls: head.includes('ssl = no') ? 'none' : 'may',
    plaintext: !head.includes('disable_plaintext_auth = yes'),
    mechanisms: mechanisms as readonly SaslMechanism[],
  });
}

interface Said {
  readonly lines: readonly string[];
  readonly closed: boolean;
}

function play(host: Host, session: Recorded, conn: number): Said {
  let said = '';
  let closed = false;
  const hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') said += effect.octets;
    if (effect.kind === 'close') closed = true;
  };
  connect(host, conn, session.client, hear);
  for (const line of session.sent) {
    if (closed) break;
    const wire = line.replaceAll('<queue-time>', 'Mon Jan  5 10:00:00') as Octets;
    take(host, { kind: 'octets', conn, octets: wire }, hear);
  }
  const ended = closed;
  if (!closed) take(host, { kind: 'closed', conn, why: 'fin' }, hear);
  // A reply is shown as the recorder shows it.
  return { lines: showChunk('S:', said).map((line) => line.slice(3)), closed: ended };
}

/** Dovecot's place-holders, and what stands for each. */
const HOLES: readonly (readonly [RegExp, string])[] = [
  [/<time>/g, '[\\d. +]+'],
  [/<now>/g, '.+'],
  [/<queue-time>/g, 'Mon Jan  5 10:00:00'],
  [/<uidvalidity(?:-\d+)?>/g, '\\d+'],
];

function patternOf(shown: string): RegExp {
  let pattern = shown.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  for (const [hole, source] of HOLES) pattern = pattern.replace(hole, source);
  return new RegExp(`^${pattern}$`, 's');
}

const isListed = (line: string): boolean => /^\* (?:LIST|LSUB|XLIST) /.test(line);

/**
 * What is compared: all but the names of capabilities after login (ours are fewer), modification sequences where the
 * client has asked for none (Dovecot begins to count them later), and the order of LIST.
 */
function compared(lines: readonly string[]): readonly string[] {
  const out: string[] = [];
  let listed: string[] = [];
  for (const line of lines) {
    if (isListed(line)) {
      listed.push(line.replace(/ ?\\UnMarked/, '').replace('( ', '('));
      continue;
    }
    out.push(...listed.sort());
    listed = [];
    if (/^\* OK \[HIGHESTMODSEQ \d+\] Highest$/.test(line)) continue;
    out.push(
      line.replace(
        /CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE [A-KM-Z][^\]]*/,
        'CAPABILITY …',
      ),
    );
  }
  return [...out, ...listed.sort()];
}

export function testImapRecording(name: string, differences: Differences, atLeast = 1 / 2): void {
  const { head, sessions } = readRecording(name);
  const goesOn = head.includes('Each session finds what the last one left.');
  let host = hostFor(head);
  const same = sessions.filter((session) => difference(session, differences) === undefined);
  test('has sessions to compare', () => expect(same.length).toBeGreaterThan(sessions.length * atLeast));
  test.each(sessions.map((session, i) => [session.title, session, i] as const))('%s', (_, session, i) => {
    if (!goesOn) host = hostFor(head);
    const { lines, closed } = play(host, session, i + 1);
    if (!same.includes(session)) return;
    const said = compared(lines);
    const expected = compared(session.shown);
    expect(said.map((line, k) => (patternOf(expected[k] ?? '').test(line) ? expected[k] : line))).toEqual(
      expected,
    );
    expect(closed).toBe(session.serverCloses);
  });
}
