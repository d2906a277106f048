/** What mailboxes are for (RFC 6154): by their names, as Debian's Dovecot has it set, or as a client has said. */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

/** The mailboxes that have a use after these commands, as `LIST (SPECIAL-USE)` says them. */
function usesAfter(...commands: readonly string[]): readonly string[] {
  const host = imapHost([]);
  let said = '';
  connect(host, 1, '192.0.2.1', () => {});
  for (const command of ['LOGIN jura heslo', ...commands, 'LIST (SPECIAL-USE) "" *']) {
    said = '';
    take(host, { kind: 'octets', conn: 1, octets: octets(`a ${command}\r\n`) }, (effect) => {
      if (effect.kind === 'send') said += effect.octets;
    });
    expect(said).toMatch(/^a OK /m);
  }
  return [...said.matchAll(/^\* LIST \((.*)\) "\." (.*)\r$/gm)].map(([, use, name]) => `${name} ${use}`);
}

test('a name that has a use gives it to what is renamed to it, and keeps it', () => {
  expect(usesAfter('CREATE Sent', 'CREATE "Sent Messages"')).toEqual([
    'Sent \\Sent',
    '"Sent Messages" \\Sent',
  ]);
  expect(usesAfter('CREATE x', 'RENAME x Trash')).toEqual(['Trash \\Trash']);
  expect(usesAfter('CREATE Trash', 'RENAME Trash x')).toEqual([]);
  expect(usesAfter('CREATE Trash', 'RENAME Trash Junk')).toEqual(['Junk \\Junk']);
  expect(usesAfter('CREATE x.Junk', 'RENAME x y')).toEqual([]);
  expect(usesAfter('RENAME INBOX Drafts')).toEqual(['Drafts \\Drafts']);
});

test('a use that a client gives goes where the mailbox goes', () => {
  expect(usesAfter('CREATE x (USE (\\Archive))', 'RENAME x y')).toEqual(['y \\Archive']);
});
