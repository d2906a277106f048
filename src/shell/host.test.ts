import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DnsMessage, Question, ResourceRecord } from '../dns/types.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import {
  formatHost,
  formatHostFailure,
  type HostContext,
  type HostRequest,
  hostFollowUps,
  hostServerUnknown,
  parseHostArguments,
} from './host.ts';

function parse(line: string): HostRequest {
  const request = parseHostArguments(line.split(' '));
  if ('error' in request) throw new Error(request.error);
  return request;
}

function records(
  text: string,
  origin = text.includes(' SOA ') ? 'example.org' : '.',
): readonly ResourceRecord[] {
  const parsed = parseZoneFile(text.replaceAll(' | ', '\n'), origin);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.zone.records;
}

function reply(question: Question, answers: string, more: Partial<DnsMessage> = {}): DnsMessage {
  return {
    id: 52004,
    response: true,
    authoritative: true,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    rcode: 'NOERROR',
    question,
    answers: records(answers),
    authority: [],
    additional: [],
    ...more,
  };
}

const CONTEXT: HostContext = { server: { address: '127.0.0.1', port: 25353 }, elapsedMs: 0, first: true };

const said = (line: string, answers: string, more: Partial<DnsMessage> = {}): readonly string[] => {
  const request = parse(line);
  return formatHost(request, reply(request.question, answers, more), CONTEXT);
};

describe('parseHostArguments', () => {
  test.each([
    ['example.org', 'example.org', 'A'],
    ['-t MX Example.org.', 'example.org', 'MX'],
    ['-tmx example.org', 'example.org', 'MX'],
    ['-vtmx example.org', 'example.org', 'MX'],
    ['-a example.org', 'example.org', 'ANY'],
    ['-a -v -t mx google.com', 'google.com', 'MX'],
    ['192.0.2.1', '1.2.0.192.in-addr.arpa', 'PTR'],
    ['-t mx 192.0.2.1', '1.2.0.192.in-addr.arpa', 'PTR'],
  ])('%j asks for %s %s', (line, name, type) => expect(parse(line).question).toEqual({ name, type }));

  test('server, port, flags', () => {
    expect(parse('-p 5353 -r -W 1 example.org ns1')).toMatchObject({
      server: 'ns1',
      port: 5353,
      recursion: false,
      verbose: false,
      byDefault: true,
    });
    expect(parse('-v example.org')).toMatchObject({ server: null, verbose: true, byDefault: true });
    expect(parse('example.org -v').server).toBe('-v');
  });

  test.each([
    [[], 'Usage: host [-aCdilrTvVw]'],
    [['-z', 'example.org'], 'host: illegal option -- z\nUsage: host'],
    [['-t'], 'host: option requires an argument -- t\nUsage: host'],
    [['-t', 'foo', 'example.org'], 'host: invalid type: foo\n'],
    [['-p', 'x', 'example.org'], 'host: invalid port'],
    [['a..b'], "host: 'a..b' is not a legal name (empty label)"],
  ])('%j is refused', (args, error) => {
    const request = parseHostArguments(args);
    expect('error' in request && request.error).toContain(error);
  });

  test('no words make it throw', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('-t', '-', '--', '-vp', '', '::1', 'mx'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (args) => {
        const request = parseHostArguments(args);
        if (!('error' in request)) formatHost(request, reply(request.question, ''), CONTEXT);
      }),
    );
  });
});

// Expected texts: the German notes, and what host 9.18.49 of Debian 12 printed for these messages.
describe('formatHost', () => {
  test('the notes: host -t MX example.org', () => {
    expect(
      said(
        '-t MX example.org',
        'example.org 60 MX 10 fks1.example.org. | example.org 60 MX 50 lax1.example.org.',
      ),
    ).toEqual([
      'example.org mail is handled by 10 fks1.example.org.',
      'example.org mail is handled by 50 lax1.example.org.',
    ]);
  });

  test.each([
    ['example.org', 'example.org 60 A 192.0.2.80', 'example.org has address 192.0.2.80'],
    ['-t aaaa h.example', 'h.example 60 AAAA 2001:db8::1', 'h.example has IPv6 address 2001:db8::1'],
    ['-t ns example.org', 'example.org 60 NS ns1.example.org.', 'example.org name server ns1.example.org.'],
    ['-t mx null.example.org', 'null.example.org 60 MX 0 .', 'null.example.org mail is handled by 0 .'],
    [
      '192.0.2.1',
      '1.2.0.192.in-addr.arpa 60 PTR fks1.example.org.',
      '1.2.0.192.in-addr.arpa domain name pointer fks1.example.org.',
    ],
    [
      '-t txt neo.firma1.intr',
      'neo.firma1.intr 60 TXT "hello \\"you\\"" second',
      'neo.firma1.intr descriptive text "hello \\"you\\"" "second"',
    ],
    [
      '-t soa example.org',
      '@ 60 SOA ns1.example.org. host\\.master.example.org. 1 10800 3600 604800 300',
      'example.org has SOA record ns1.example.org. host\\.master.example.org. 1 10800 3600 604800 300',
    ],
  ])('host %s', (line, answers, text) => expect(said(line, answers)).toEqual([text]));

  test('not found', () => {
    expect(said('Nobody.example.org.', '', { rcode: 'NXDOMAIN' })).toEqual([
      'Host Nobody.example.org. not found: 3(NXDOMAIN)',
    ]);
    expect(said('192.0.2.9', '', { rcode: 'NXDOMAIN' })).toEqual([
      'Host 9.2.0.192.in-addr.arpa. not found: 3(NXDOMAIN)',
    ]);
    expect(said('Servfail.example.org', '', { rcode: 'SERVFAIL' })).toEqual([
      'Host servfail.example.org not found: 2(SERVFAIL)',
    ]);
    expect(said('example.com', '', { rcode: 'REFUSED' })).toEqual(['Host example.com not found: 5(REFUSED)']);
  });

  test('no record of the type asked for; silence when none was asked for', () => {
    expect(said('-t mx fks1.example.org', '')).toEqual(['fks1.example.org has no MX record']);
    expect(said('fks1.example.org', '')).toEqual([]);
  });

  test('a server named by the user comes first, once', () => {
    const request = parse('-t mx fks1.example.org ns1');
    const answer = reply(request.question, '');
    expect(formatHost(request, answer, CONTEXT)).toEqual([
      'Using domain server:',
      'Name: ns1',
      'Address: 127.0.0.1#25353',
      'Aliases: ',
      '',
      'fks1.example.org has no MX record',
    ]);
    expect(formatHost(request, answer, { ...CONTEXT, first: false })).toEqual([
      'fks1.example.org has no MX record',
    ]);
  });

  test('by default AAAA and MX follow, of the name the alias led to', () => {
    const request = parse('www.example.org');
    const first = reply(
      request.question,
      'www.example.org 60 CNAME example.org. | example.org 60 A 192.0.2.80',
    );
    const followUps = hostFollowUps(request, first);
    expect(followUps).toEqual([
      { name: 'example.org', type: 'AAAA' },
      { name: 'example.org', type: 'MX' },
    ]);
    const later = { ...CONTEXT, first: false };
    expect([
      ...formatHost(request, first, CONTEXT),
      ...formatHost(request, reply(followUps[0]!, ''), later),
      ...formatHost(request, reply(followUps[1]!, 'example.org 60 MX 10 fks1.example.org.'), later),
    ]).toEqual([
      'www.example.org is an alias for example.org.',
      'example.org has address 192.0.2.80',
      'example.org mail is handled by 10 fks1.example.org.',
    ]);
    expect(hostFollowUps(request, { ...first, rcode: 'NXDOMAIN' })).toEqual([]);
    expect(hostFollowUps(parse('-t a www.example.org'), first)).toEqual([]);
  });

  test('host -v', () => {
    expect(
      said(
        '-v -t mx example.org',
        'example.org 3600 MX 10 fks1.example.org. | example.org 3600 MX 50 lax1.example.org.',
        {
          authority: records('example.org 3600 NS ns1.example.org.'),
          additional: records(
            'fks1.example.org 3600 A 192.0.2.1 | fks1.example.org 3600 AAAA 2001:db8::1 | ' +
              'lax1.example.org 3600 A 192.0.2.2 | ns1.example.org 3600 A 192.0.2.53',
          ),
        },
      ).join('\n'),
    ).toBe(`Trying "example.org"
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 52004
;; flags: qr aa rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 1, ADDITIONAL: 4

;; QUESTION SECTION:
;example.org.\t\t\tIN\tMX

;; ANSWER SECTION:
example.org.\t\t3600\tIN\tMX\t10 fks1.example.org.
example.org.\t\t3600\tIN\tMX\t50 lax1.example.org.

;; AUTHORITY SECTION:
example.org.\t\t3600\tIN\tNS\tns1.example.org.

;; ADDITIONAL SECTION:
fks1.example.org.\t3600\tIN\tA\t192.0.2.1
fks1.example.org.\t3600\tIN\tAAAA\t2001:db8::1
lax1.example.org.\t3600\tIN\tA\t192.0.2.2
ns1.example.org.\t3600\tIN\tA\t192.0.2.53

Received 165 bytes from 127.0.0.1#25353 in 0 ms`);
    expect(said('-v 192.0.2.9', '', { rcode: 'NXDOMAIN' })).toEqual([
      'Trying "9.2.0.192.in-addr.arpa"',
      'Host 9.2.0.192.in-addr.arpa. not found: 3(NXDOMAIN)',
      'Received 40 bytes from 127.0.0.1#25353 in 0 ms',
    ]);
  });

  test('nobody answers', () => {
    expect(formatHostFailure('9.18')).toBe(';; no servers could be reached');
    expect(formatHostFailure('9.2.4')).toBe(';; connection timed out; no servers could be reached');
    expect(hostServerUnknown('nosuch.invalid')).toBe(
      "host: couldn't get address for 'nosuch.invalid': not found",
    );
  });
});
