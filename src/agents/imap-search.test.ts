/** What SEARCH leaves behind for `$` (RFC 5182), and modification sequences as large as they can be (RFC 7162). */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

const letter = { content: octets('Subject: x\r\n\r\nx\r\n'), internalDate: 0, flags: [] };

/** What is said to the last of these commands in INBOX. */
function lastWords(...commands: readonly string[]): readonly string[] {
  const host = imapHost([letter, letter]);
  let said = '';
  connect(host, 1, '192.0.2.1', () => {});
  for (const command of ['LOGIN jura heslo', 'EXAMINE INBOX', ...commands]) {
    said = '';
    take(host, { kind: 'octets', conn: 1, octets: octets(`a ${command}\r\n`) }, (effect) => {
      if (effect.kind === 'send') said += effect.octets;
    });
  }
  return said.split('\r\n').slice(0, -1);
}

const ALL = 'UID SEARCH RETURN (SAVE) ALL';
const FOUND = ['* 1 FETCH (UID 1)', '* 2 FETCH (UID 2)', expect.stringMatching(/^a OK /)];

test('a search that fails leaves nothing behind, if it was to leave something', () => {
  expect(lastWords(ALL, 'SEARCH RETURN (SAVE) CHARSET foo ALL')).toEqual([
    expect.stringMatching(/^a NO \[BADCHARSET\] /),
  ]);
  expect(lastWords(ALL, 'SEARCH RETURN (SAVE) CHARSET foo ALL', 'FETCH $ (UID)')).toEqual([
    expect.stringMatching(/^a OK /),
  ]);
  expect(lastWords(ALL, 'SEARCH RETURN (COUNT) CHARSET foo ALL', 'FETCH $ (UID)')).toEqual(FOUND);
  expect(lastWords(ALL, 'SEARCH CHARSET foo ALL', 'FETCH $ (UID)')).toEqual(FOUND);
});

test('a search that is none leaves what was there', () => {
  expect(lastWords(ALL, 'SEARCH RETURN (SAVE) NONSENSE', 'FETCH $ (UID)')).toEqual(FOUND);
});

test.each(['9223372036854775807', '9007199254740993', '18446744073709551615'])('MODSEQ %s', (modseq) => {
  expect(lastWords(`SEARCH MODSEQ ${modseq}`)).toEqual([
    expect.stringMatching(/^\* OK \[HIGHESTMODSEQ \d+\] /),
    '* SEARCH',
    expect.stringMatching(/^a OK /),
  ]);
  expect(lastWords(`SEARCH NOT MODSEQ ${modseq}`)).toContain('* SEARCH 1 2 (MODSEQ 2)');
});

test('MODSEQ beyond all bounds', () => {
  expect(lastWords('SEARCH MODSEQ 100000000000000000000')).toEqual([expect.stringMatching(/^a BAD /)]);
});
