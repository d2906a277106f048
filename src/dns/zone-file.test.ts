import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { data } from './arbitraries.testing.ts';
import { isSubdomain, parseName } from './names.ts';
import { formatRecord, sameRecord } from './records.ts';
import type { ResourceRecord, Zone } from './types.ts';
import { formatZoneFile, parseZoneFile, type ZoneFileError } from './zone-file.ts';

function recordsOf(text: string, origin = 'example.org'): readonly string[] {
  const parsed = parseZoneFile(text, origin);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  expect(parsed.zone.origin).toBe(origin);
  return parsed.zone.records.map(formatRecord);
}

function errorsOf(text: string): readonly ZoneFileError[] {
  const parsed = parseZoneFile(text, 'example.org');
  return 'errors' in parsed ? parsed.errors : [];
}

test('the master file of RFC 1035 §5.3', () => {
  const text = `@   IN  SOA     VENERA      Action\\.domains (
                                 20     ; SERIAL
                                 7200   ; REFRESH
                                 600    ; RETRY
                                 3600000; EXPIRE
                                 60)    ; MINIMUM

        NS      A.ISI.EDU.
        NS      VENERA
        NS      VAXA
        MX      10      VENERA
        MX      20      VAXA

A       A       26.3.0.103

VENERA  A       10.1.0.52
        A       128.9.0.32

VAXA    A       10.2.0.27
        A       128.9.0.33
`;
  expect(recordsOf(text, 'isi.edu')).toEqual([
    'isi.edu. 60 IN SOA venera.isi.edu. action\\.domains.isi.edu. 20 7200 600 3600000 60',
    'isi.edu. 60 IN NS a.isi.edu.',
    'isi.edu. 60 IN NS venera.isi.edu.',
    'isi.edu. 60 IN NS vaxa.isi.edu.',
    'isi.edu. 60 IN MX 10 venera.isi.edu.',
    'isi.edu. 60 IN MX 20 vaxa.isi.edu.',
    'a.isi.edu. 60 IN A 26.3.0.103',
    'venera.isi.edu. 60 IN A 10.1.0.52',
    'venera.isi.edu. 60 IN A 128.9.0.32',
    'vaxa.isi.edu. 60 IN A 10.2.0.27',
    'vaxa.isi.edu. 60 IN A 128.9.0.33',
  ]);
});

describe('parseZoneFile', () => {
  test('TTL and class in either order, $TTL, $ORIGIN, final dots', () => {
    const text = `$TTL 1h
@ 60 IN A 192.0.2.1
@ IN 61 MX 10 mx1
@ in mx 20 mx2.example.net.
www CNAME @
$ORIGIN sub
a IN AAAA 2001:DB8:0:0::25
$TTL 2d ; two days
b.example.org. PTR host.
`;
    expect(recordsOf(text)).toEqual([
      'example.org. 60 IN A 192.0.2.1',
      'example.org. 61 IN MX 10 mx1.example.org.',
      'example.org. 3600 IN MX 20 mx2.example.net.',
      'www.example.org. 3600 IN CNAME example.org.',
      'a.sub.example.org. 3600 IN AAAA 2001:db8::25',
      'b.example.org. 172800 IN PTR host.',
    ]);
  });

  test('without $TTL the last TTL stated holds (RFC 1035 §5.1)', () => {
    expect(recordsOf('a 60 A 192.0.2.1\nb A 192.0.2.2\n')).toEqual([
      'a.example.org. 60 IN A 192.0.2.1',
      'b.example.org. 60 IN A 192.0.2.2',
    ]);
  });

  test('texts: quotes, several strings, escapes, semicolons, words, UTF-8', () => {
    expect(
      recordsOf(
        '$TTL 1\n@ TXT "v=spf1 mx -all" word "a \\"b\\" ; (c)\\\\" "\\255"\nx TXT "é" ( "on"\n "two lines" )\n',
      ),
    ).toEqual([
      'example.org. 1 IN TXT "v=spf1 mx -all" "word" "a \\"b\\" ; (c)\\\\" "\\255"',
      'x.example.org. 1 IN TXT "\\195\\169" "on" "two lines"',
    ]);
  });

  test('CR LF, comments, empty lines, no newline at the end', () => {
    expect(
      recordsOf('; a comment\r\n\r\n$TTL 1\r\n@ A 192.0.2.1 ; here\r\n   ; and here\r\n\tA 192.0.2.2'),
    ).toEqual(['example.org. 1 IN A 192.0.2.1', 'example.org. 1 IN A 192.0.2.2']);
  });

  test('an escaped dot at the end does not make a name absolute', () => {
    expect(recordsOf('$TTL 1\nx\\. A 192.0.2.1\ny\\\\.example.org. A 192.0.2.2')).toEqual([
      'x\\..example.org. 1 IN A 192.0.2.1',
      'y\\092.example.org. 1 IN A 192.0.2.2',
    ]);
  });

  test('a type that is also the owner', () => {
    expect(recordsOf('mx 60 IN A 192.0.2.1')).toEqual(['mx.example.org. 60 IN A 192.0.2.1']);
    expect(recordsOf('$TTL 1\n10 A 192.0.2.1')).toEqual(['10.example.org. 1 IN A 192.0.2.1']);
  });

  test('a record written twice counts once', () => {
    expect(recordsOf('$TTL 1\n@ A 192.0.2.1\n@ A 192.0.2.1')).toHaveLength(1);
  });

  test('the forgotten final dot, as in life', () => {
    expect(recordsOf('$TTL 1\n@ MX 10 mx.example.org')).toEqual([
      'example.org. 1 IN MX 10 mx.example.org.example.org.',
    ]);
  });

  test.each([
    ['@ A 192.0.2.1', 1, 'TTL'],
    ['$TTL 1\n@ MX mx.example.org.', 2, 'expected a preference (0 to 65535), found “mx.example.org.”'],
    ['$TTL 1\n@ MX 65536 mx', 2, 'expected a preference'],
    ['$TTL 1\n@ MX 10', 2, 'expected the name of a mail exchanger, found the end of the record'],
    ['$TTL 1\n\n@ A mx.example.org.', 3, 'expected an IPv4 address'],
    ['$TTL 1\n@ A 2001:db8::1', 2, 'expected an IPv4 address'],
    ['$TTL 1\n@ AAAA 192.0.2.1', 2, 'expected an IPv6 address'],
    ['$TTL 1\n@ A 192.0.2.1 192.0.2.2', 2, 'expected nothing more'],
    ['$TTL 1\nMX 10 mx', 2, '“MX” was read as the owner: a line without one begins with white space'],
    [
      '$TTL 1\n@ WKS x',
      2,
      'expected a TTL, the class IN, or a type (A AAAA MX NS CNAME TXT PTR SOA), found “WKS”',
    ],
    ['$TTL 1\n@ 60 IN WKS x', 2, 'expected a type'],
    ['$TTL 1\n@ CH TXT "x"', 2, 'found “CH”'],
    ['$TTL 1\n@ IN', 2, 'found the end of the line'],
    ['$TTL 1\n A 192.0.2.1', 2, 'expected an owner name'],
    ['$TTL 1\na..b A 192.0.2.1', 2, 'expected a domain name'],
    ['$TTL 1\na.example.com. A 192.0.2.1', 2, 'expected a name in example.org., found a.example.com.'],
    ['$TTL 1\na CNAME b\na A 192.0.2.1', 3, 'beside the CNAME'],
    ['$TTL 1\na A 192.0.2.1\na CNAME b', 3, 'beside the CNAME'],
    ['$TTL 1\na CNAME b\na CNAME c', 3, 'beside the CNAME'],
    ['$TTL 1\na SOA a b 1 1 1 1 1', 2, 'expected the SOA at the origin'],
    ['$TTL 1\n@ SOA a b 1 1 1 1 1\n@ SOA a b 2 1 1 1 1', 3, 'one SOA'],
    ['$TTL 1\n@ SOA a b 1 1 1 1', 2, 'expected the minimum TTL in seconds, found the end'],
    ['$TTL 1\n@ SOA a b ( 1 1\n 1 1 1', 2, 'expected a “)”'],
    ['$TTL 1\n@ A ) 192.0.2.1', 2, 'expected a “(”'],
    ['$TTL 1\n@ TXT "x', 2, 'expected a closing quote'],
    ['$TTL 1\n@ TXT "x\\"', 2, 'expected a closing quote'],
    ['$TTL 1\n@ TXT "\\999"', 2, 'expected a decimal code'],
    [`$TTL 1\n@ TXT ${'x'.repeat(256)}`, 2, 'at most 255 octets'],
    ['$TTL 1\n@ TXT', 2, 'expected a text'],
    ['$TTL', 1, 'expected a time'],
    ['$TTL 99999999999', 1, 'expected a time'],
    ['$ORIGIN a..b', 1, 'expected a domain name'],
    ['$INCLUDE other.zone', 1, 'expected $ORIGIN or $TTL, found “$INCLUDE”'],
  ])('%j: line %i, %s', (text, line, message) => {
    const errors = errorsOf(text);
    expect(errors[0]?.line).toBe(line);
    expect(errors[0]?.message).toContain(message);
  });

  test('tells of several errors in the order of lines, but not of thousands', () => {
    expect(errorsOf('$TTL x\n@ A x\n@ 1 TXT "y\n').map((error) => error.line)).toEqual([1, 2, 3]);
    expect(errorsOf('a..b A x\n'.repeat(5000))).toHaveLength(20);
  });

  test('an origin that is no name', () => {
    expect(parseZoneFile('', 'a..b')).toHaveProperty('errors');
    expect(parseZoneFile('', 'Example.ORG.')).toEqual({ zone: { origin: 'example.org', records: [] } });
  });

  test('ends on any text, quickly', () => {
    const piece = fc.constantFrom(
      '@',
      ' ',
      '\n',
      '(',
      ')',
      '"',
      ';',
      '\\',
      'MX',
      '10',
      '$TTL',
      '60',
      'a.b',
      '.',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        parseZoneFile(pieces.join(''), 'example.org');
      }),
    );
    const began = performance.now();
    for (const hostile of ['(', '"', '\\', ';', ' ', 'a', '"\\'])
      parseZoneFile(`@ TXT ${hostile.repeat(100_000)}`, 'example.org');
    parseZoneFile(`$TTL 1\n${'a TXT x\n'.repeat(10_000)}`, 'example.org');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('formatZoneFile', () => {
  test('reads like a zone file', () => {
    const text = `$ORIGIN example.org.
$TTL 3600
@\tIN\tMX\t10 mx1.example.org.
\t60\tIN\tTXT\t"v=spf1 mx -all"
mx1\tIN\tA\t192.0.2.1
`;
    const parsed = parseZoneFile(text, 'example.org');
    expect('zone' in parsed && formatZoneFile(parsed.zone)).toBe(text);
  });

  test('round trip', () => {
    const origin = fc.constantFrom('', 'org', 'example.org', 'x\\046y.org');
    const owner = fc.constantFrom('', 'a', 'b.a', '*', '_dmarc', 'a\\046b', 'q\\064', '-');
    const part = fc.record({ owner, ttl: fc.integer({ min: 0, max: 0x7fffffff }), data });
    fc.assert(
      fc.property(origin, fc.array(part, { maxLength: 8 }), (of, parts) => {
        const zone: Zone = { origin: of, records: zoneRecords(of, parts) };
        expect(parseZoneFile(formatZoneFile(zone), of === '' ? '.' : of)).toEqual({ zone });
      }),
    );
  });
});

/** Records a zone may hold: no twins, no CNAME beside other data, one SOA at the origin. */
function zoneRecords(
  origin: string,
  parts: readonly { owner: string; ttl: number; data: ResourceRecord['data'] }[],
): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (const { owner, ttl, data } of parts) {
    const name = parseName([owner, origin].filter((part) => part !== '').join('.') || '.')!;
    if (!isSubdomain(name, origin)) continue;
    if (data.type === 'SOA' && (name !== origin || records.some((record) => record.data.type === 'SOA')))
      continue;
    const there = records.filter((record) => record.name === name);
    if (there.length > 0 && (data.type === 'CNAME' || there.some((record) => record.data.type === 'CNAME')))
      continue;
    const record: ResourceRecord = { name, ttl, data };
    if (!there.some((other) => sameRecord(other, record))) records.push(record);
  }
  return records;
}
