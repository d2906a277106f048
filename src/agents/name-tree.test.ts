/** The scenario `name-tree`: what its map shows, its lame and its dead servers, and mail across all of it. */
import { describe, expect, test } from 'vitest';
import { facts, fetch, mailbox, open, runDays, screen, send, type } from './world.testing.ts';
import type { DnsNote } from '../protocol/note.ts';
import type { History } from '../sim/types.ts';

/** Queries on their way from the resolver: `host: name type`, with `!` those over TCP. */
const asked = (history: History, by = 'resolver'): readonly string[] =>
  history.log.flatMap(({ host, what }) => {
    if (host !== by || (what.kind !== 'datagram' && what.kind !== 'segment')) return [];
    const note = what.note as Partial<DnsNote>;
    const tcp = what.kind === 'segment' ? '!' : '';
    return note.kind === 'dns' && !note.response ? [`${what.to}${tcp}: ${note.name} ${note.rrtype}`] : [];
  });

const typed = (...lines: readonly string[]): { readonly history: History; readonly said: string } => {
  const history = open('name-tree');
  type(history, 'pc', ...lines);
  return { history, said: screen(history, 'pc') };
};

describe('names', () => {
  test('from the root to example.org, past the server that does not have it', () => {
    const { history, said } = typed('host -t mx example.org');
    expect(said).toContain('example.org mail is handled by 10 mx.example.org.\n');
    expect(asked(history)).toEqual([
      'root: example.org MX',
      'orgtld: example.org MX',
      'nscom: example.org MX',
      'ns1: example.org MX',
    ]);
  });

  test('a chain of aliases through three zones, past the server that is off', () => {
    const { history, said } = typed('dig www.example.org +short');
    expect(said).toContain('web.example.net.\nhost.example.com.\n192.0.2.80\n');
    expect(asked(history)).toEqual(
      expect.arrayContaining(['nsold: host.example.com A', 'nscom: host.example.com A']),
    );
  });

  test('a key too long for a datagram comes by TCP, twice', () => {
    const { history, said } = typed('dig feb2026._domainkey.example.org txt');
    expect(said).toContain(';; Truncated, retrying in TCP mode.\n');
    expect(said).toMatch(/"v=DKIM1; k=rsa; p=\S{237}" "\S{255}" "\S{244}"\n/);
    expect(said).toContain('#53(198.51.100.53) (TCP)');
    expect(asked(history).at(-1)).toBe('ns1!: feb2026._domainkey.example.org TXT');
    expect(asked(history, 'pc').at(-1)).toBe('resolver!: feb2026._domainkey.example.org TXT');
  });

  test.each([
    ['host lost.example.org', 'Host lost.example.org not found: 2(SERVFAIL)\n'],
    ['host -t mx nomail.example.org', 'nomail.example.org mail is handled by 0 .\n'],
    [
      'host -t mx anything.lists.example.org',
      'anything.lists.example.org mail is handled by 10 mx.example.org.\n',
    ],
    ['host 203.0.113.25', '25.113.0.203.in-addr.arpa domain name pointer mx.example.org.\n'],
    ['host 198.51.100.25', '25.100.51.198.in-addr.arpa domain name pointer mail.example.net.\n'],
    ['host nowhere.test', 'Host nowhere.test not found: 3(NXDOMAIN)\n'],
    ['host mail', 'mail.example.net has address 198.51.100.25\n'],
  ])('%s', (command, answer) => {
    expect(typed(command).said).toContain(answer);
  });

  test('dig +trace goes the same way, by itself', () => {
    const { said } = typed('dig +trace mail.example.net');
    expect(said).toContain('net.\t\t\t172800\tIN\tNS\ta.gtld.example.\n');
    expect(said).toMatch(/;; Received \d+ bytes from 198\.51\.100\.54#53\(ns\.example\.net\) in 200 ms\n/);
    expect(said).toContain('mail.example.net.\t3600\tIN\tA\t198.51.100.25\n');
  });
});

describe('mail', () => {
  const sent = (to: string): History => {
    const history = open('name-tree');
    send(history, to, { account: 'dude@example.net' });
    return history;
  };

  test.each([
    ['by MX', 'walter@example.org'],
    ['without MX, by the address (RFC 5321 §5.1)', 'walter@nomx.example.org'],
    [
      'by an MX that is an alias, which is not allowed and works (RFC 2181 §10.3)',
      'walter@alias.example.org',
    ],
  ])('%s', (_, to) => {
    expect(mailbox(sent(to), 'mx', 'walter')).toHaveLength(1);
  });

  test.each([
    ['a null MX: no mail wanted (RFC 7505)', 'walter@nomail.example.org', '5.1.0'],
    ['a null MX of a domain without any address', 'walter@example.com', '5.1.0'],
    ['no such domain', 'walter@nowhere.test', '5.4.4'],
    ['an MX that is an address: Postfix goes there, and is refused', 'walter@address.example.org', '5.7.1'],
  ])('%s: the letter comes back', (_, to, status) => {
    const history = sent(to);
    const bounce = mailbox(history, 'mail', 'dude');
    expect(bounce).toHaveLength(1);
    expect(bounce[0]).toContain(`Status: ${status}`);
  });

  test('a domain whose only server is off: the letter waits, and comes back after days', () => {
    const history = sent('walter@lost.example.org');
    expect(mailbox(history, 'mail', 'dude')).toHaveLength(0);
    runDays(history, 6);
    expect(mailbox(history, 'mail', 'dude')[0]).toContain('Status: 4.4.');
  });

  test('is fetched at the other end', () => {
    const history = sent('walter@example.org');
    fetch(history);
    expect(facts(history, 'fetched')).toMatchObject([{ account: 'walter@example.org', host: 'walterpc' }]);
  });
});
