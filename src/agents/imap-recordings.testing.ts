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

const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 * 1024 };

function hostFor(head: string): Host {
  const mechanisms = /auth_mechanisms = (.*)/.exec(head)?.[1]?.toUpperCase().split(' ') ?? ['PLAIN'];
  const [, number, unit] = /quota_rule = \*:storage=(\d+)([KM])/.exec(head) ?? [];
  const config = {
    ...PLAIN,
    tls: head.includes('ssl = no') ? 'none' : 'may',
    plaintext: !head.includes('disable_plaintext_auth = yes'),
    offsetMinutes: head.includes('Time zone: CET-1') ? 60 : 0,
    mechanisms: mechanisms as readonly SaslMechanism[],
  } as const;
  return imapHost(lettersFor(head), config, { quota: Number(number ?? 0) * (UNITS[unit ?? ''] ?? 0) });
}

/** Sessions beside each other: who says what, in the order of time. */
interface Several {
  readonly title: string;
  readonly steps: readonly { readonly who: string; readonly wire: Octets }[];
  /** What each of them hears, as it stands in the recording. */
  readonly shown: ReadonlyMap<string, readonly string[]>;
}

function readSeveral(name: string): readonly Several[] {
  const text = readFileSync(new URL(`../node/recordings/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split(/^# --- /m)
    .slice(1)
    .filter((section) => /^[CS][1-9P]:/m.test(section))
    .map((section) => {
      const [title = '', ...lines] = section.split('\n');
      const steps: { who: string; wire: Octets }[] = [];
      const shown = new Map<string, string[]>();
      for (const line of lines) {
        const [, side, who, said = ''] = /^([CS])([1-9P]):(?: (.*))?$/.exec(line) ?? [];
        if (who === undefined) continue;
        if (side === 'C') steps.push({ who, wire: octetsOf(said) as Octets });
        else if (shown.has(who)) shown.get(who)!.push(said);
        else {
          shown.set(who, [said]);
          steps.push({ who, wire: '' as Octets });
        }
      }
      return { title, steps, shown };
    });
}

/** What each session hears from us. */
function playSeveral(host: Host, { steps }: Several): ReadonlyMap<string, readonly string[]> {
  const said = new Map<number, string>();
  const hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') said.set(effect.conn, (said.get(effect.conn) ?? '') + effect.octets);
  };
  const connOf = (who: string): number => (who === 'P' ? 10 : Number(who));
  for (const { who, wire } of steps) {
    const program = who === 'P' ? 'pop3' : 'imap';
    const conn = connOf(who);
    if (wire === '') connect(host, conn, '192.0.2.10', hear, program);
    else take(host, { kind: 'octets', conn, octets: wire }, hear, program);
  }
  const names = [...new Set(steps.map(({ who }) => who))];
  return new Map(
    names.map(
      (who) => [who, showChunk('S:', said.get(connOf(who)) ?? '').map((line) => line.slice(3))] as const,
    ),
  );
}

/** Sessions beside each other; `differences` are told by the titles. */
export function testSeveral(name: string, differences: Differences): void {
  const { head } = readRecording(name);
  const several = readSeveral(name);
  test.each(several.map((each) => [each.title, each] as const))('%s', (title, each) => {
    const ours = playSeveral(hostFor(head), each);
    if (differences.some(([, pattern]) => pattern.test(title))) return;
    for (const [who, shown] of each.shown) expectSame(ours.get(who) ?? [], shown);
  });
}

/** Line by line, but for what is compared in its own way. */
function expectSame(ours: readonly string[], shown: readonly string[]): void {
  const said = compared(ours);
  const expected = compared(shown);
  expect(said.map((line, k) => (patternOf(expected[k] ?? '').test(line) ? expected[k] : line))).toEqual(
    expected,
  );
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
  [/<uidvalidity(?:-\d+)?>/g, '[\\da-f]+'],
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
    expectSame(lines, session.shown);
    expect(closed).toBe(session.serverCloses);
  });
}
