/** Mailbox names with IMAP4rev2 enabled: UTF-8 on the wire, in which `&` is a character like others (RFC 9051 §5.1). */
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { encodeUtf8 } from '../base/octets.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

/** A session that has logged in; what it is told, without times and UIDs of mailboxes. */
function session() {
  const host = imapHost([]);
  let heard = '';
  const hear = (effect: { readonly kind: string; readonly octets?: string }): void => {
    if (effect.kind === 'send') heard += effect.octets;
  };
  const say = (line: string, octets = encodeUtf8(line)): readonly string[] => {
    heard = '';
    take(host, { kind: 'octets', conn: 1, octets: `${octets}\r\n` as Octets }, hear);
    return heard
      .split('\r\n')
      .slice(0, -1)
      .map((said) => said.replace(/ \([\d.]+ \+ [\d.]+ secs\)/, ''));
  };
  connect(host, 1, '192.0.2.1', hear);
  say('a LOGIN jura heslo');
  return say;
}

function rev2() {
  const say = session();
  say('a ENABLE IMAP4rev2');
  return say;
}

const wire = (text: string): string => encodeUtf8(text);

test.each(['Tom & Jerry', 'R&D', '&AWA-', 'Škola', 'Škola & školka', '&'])('%s', (name) => {
  const say = rev2();
  expect(say(`b CREATE "${name}"`)).toEqual(['b OK Create completed.']);
  expect(say('c LIST "" *')).toContain(`* LIST (\\HasNoChildren) "." "${wire(name)}"`);
  expect(say(`d LIST "" "${name}*"`)).toHaveLength(2);
  expect(say(`e STATUS "${name}" (MESSAGES)`)[0]).toBe(`* STATUS "${wire(name)}" (MESSAGES 0)`);
  expect(say(`f GETQUOTAROOT "${name}"`)[0]).toBe(`* QUOTAROOT "${wire(name)}"`);
  expect(say(`g SELECT "${name}"`).at(-1)).toContain('g OK [READ-WRITE] Select completed');
  expect(say(`h RENAME "${name}" "${name} 2"`)).toEqual(['h OK Rename completed.']);
  expect(say(`i SUBSCRIBE "${name} 2"`)).toEqual(['i OK Subscribe completed.']);
  expect(say(`j LSUB "" "${name}*"`)[0]).toBe(`* LSUB () "." "${wire(`${name} 2`)}"`);
  expect(say(`k DELETE "${name} 2"`)[0]).toMatch(/^k OK/);
});

test('what is no UTF-8 is no name', () => {
  const say = rev2();
  expect(say('', 'b CREATE "\xe9"' as Octets)).toEqual(['b NO Mailbox name is not valid mUTF-7.']);
});

test('without IMAP4rev2 the same mailbox has its name in modified UTF-7 (RFC 3501 §5.1.3)', () => {
  const say = session();
  say('b CREATE "&AWA-kola"');
  expect(say('c LIST "" *')).toContain('* LIST (\\HasNoChildren) "." &AWA-kola');
  say('d ENABLE IMAP4rev2');
  expect(say('e LIST "" *')).toContain(`* LIST (\\HasNoChildren) "." "${wire('Škola')}"`);
});
