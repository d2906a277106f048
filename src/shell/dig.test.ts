import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { civilTime } from '../base/time.ts';
import type { DnsMessage, ResourceRecord } from '../dns/types.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import { type DigContext, digServerUnknown, formatDig, formatDigFailure } from './dig.ts';
import { type DigRequest, parseDigArguments } from './dig-arguments.ts';

function parse(line: string): DigRequest {
  const request = parseDigArguments(line.split(' ').filter((word) => word !== ''));
  if ('error' in request) throw new Error(request.error);
  return request[0]!;
}

function errorOf(line: string): string | null {
  const request = parseDigArguments(line.split(' '));
  return 'error' in request ? request.error : null;
}

function records(
  text: string,
  origin = text.includes(' SOA ') ? 'example.org' : '.',
): readonly ResourceRecord[] {
  const parsed = parseZoneFile(text.replaceAll(' | ', '\n'), origin);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.zone.records;
}

function reply(request: DigRequest, more: Partial<DnsMessage>): DnsMessage {
  return {
    id: 46174,
    response: true,
    authoritative: true,
    truncated: false,
    recursionDesired: request.recursion,
    recursionAvailable: true,
    rcode: 'NOERROR',
    question: request.question,
    answers: [],
    authority: [],
    additional: [],
    ...more,
  };
}

/** 26 January 2006, 13:10:15 in Prague. */
const CLOCK = { epochMs: 1_138_277_415_000, offsetMinutes: 60 };
const OLD: DigContext = {
  version: '9.2.4',
  server: { address: '195.113.106.168', port: 53 },
  elapsedMs: 0,
  time: civilTime(CLOCK, 0),
};
const NEW: DigContext = {
  version: '9.18',
  server: { address: '127.0.0.1', port: 25353 },
  elapsedMs: 4,
  time: civilTime({ epochMs: 1_795_402_939_000, offsetMinutes: 0 }, 0),
};

const FIRMA1 = {
  answers: records('firma1.intr 38400 MX 10 neo.firma1.intr.'),
  authority: records('firma1.intr 38400 NS neo.'),
  additional: records('neo.firma1.intr 38400 A 195.113.106.168'),
};

describe('parseDigArguments', () => {
  test.each([
    ['example.org', 'example.org', 'A'],
    ['example.org mx', 'example.org', 'MX'],
    ['mx example.org', 'example.org', 'MX'],
    ['-t mx firma1.intr', 'firma1.intr', 'MX'],
    ['-tmx Example.ORG.', 'example.org', 'MX'],
    ['IN mx example.org', 'example.org', 'MX'],
    ['-t mx mx', 'mx', 'MX'],
    ['-q mx', 'mx', 'A'],
    ['-q example.org mx', 'example.org', 'MX'],
    ['example.org srv', 'example.org', 'SRV'],
    ['example.org type65', 'example.org', 'HTTPS'],
    ['-t TYPE65000 example.org', 'example.org', 'TYPE65000'],
    ['ann@example.org', 'ann\\064example.org', 'A'],
    ['-x 192.0.2.1', '1.2.0.192.in-addr.arpa', 'PTR'],
    ['-x 192.0.2', '2.0.192.in-addr.arpa', 'PTR'],
    ['-x 192.0.2.1 -t any', '1.2.0.192.in-addr.arpa', 'ANY'],
    ['. ns', '', 'NS'],
    ['', '', 'NS'],
    ['mx', '', 'NS'],
  ])('%j asks for %j %s', (line, name, type) => expect(parse(line).question).toEqual({ name, type }));

  test('@server and port', () => {
    expect(parse('@ns1.example.org -p 5353 example.org')).toMatchObject({
      server: 'ns1.example.org',
      port: 5353,
    });
    expect(parse('example.org')).toMatchObject({ server: null, port: 53, recursion: true });
    expect(parse('+norecurse example.org').recursion).toBe(false);
    expect(parse('+norec example.org').recursion).toBe(false);
  });

  test('+options, in their order', () => {
    expect(parse('+noall +answer example.org').display).toEqual({
      cmd: false,
      comments: false,
      question: false,
      answer: true,
      authority: false,
      additional: false,
      stats: false,
      short: false,
      multiline: false,
    });
    expect(parse('+short +noshort example.org').display.short).toBe(false);
    expect(parse('+short +all example.org').display.short).toBe(true);
    expect(parse('+all example.org').display.short).toBe(false);
    expect(parse('+multiline +noall +answer example.org soa').display.multiline).toBe(true);
    expect(parse('+cd +do +ad +rdflag example.org').recursion).toBe(true);
    expect(parse('+comm +time=1 +noedns +tcp -4 example.org').display.comments).toBe(true);
  });

  test('several names: what stands before the first holds for all, what follows a name for it alone', () => {
    const requests = parseDigArguments('@ns -t mx +noall a +answer b -t txt +tcp -x 192.0.2.1'.split(' '));
    expect(requests).toMatchObject([
      { server: 'ns', question: { name: 'a', type: 'MX' }, tcp: false, display: { answer: true } },
      { server: 'ns', question: { name: 'b', type: 'TXT' }, tcp: true, display: { answer: false } },
      { server: 'ns', question: { name: '1.2.0.192.in-addr.arpa', type: 'MX' }, tcp: false },
    ]);
  });

  test('several names: each may have a server of its own; +short and the greeting are for all or none', () => {
    const requests = parseDigArguments('x @ns1 y @ns2 +short'.split(' '));
    expect(requests).toMatchObject([
      { server: 'ns1', question: { name: 'x' }, display: { short: true } },
      { server: 'ns2', question: { name: 'y' }, display: { short: true } },
    ]);
    expect(parseDigArguments('@ns1 x @ns2 y'.split(' '))).toMatchObject([
      { server: 'ns1', question: { name: 'x' } },
      { server: 'ns1', question: { name: 'y' } },
    ]);
    expect(parseDigArguments('x y +noall +answer'.split(' '))).toMatchObject([
      { display: { cmd: false, comments: true } },
      { display: { cmd: false, comments: false } },
    ]);
  });

  test('how often, how long, how', () => {
    expect(parse('+tries=1 +time=2 example.org')).toMatchObject({ tries: 1, timeoutMs: 2000 });
    expect(parse('+retry=1 +timeout=9 example.org')).toMatchObject({ tries: 2, timeoutMs: 9000 });
    expect(parse('example.org')).toMatchObject({ tries: 3, timeoutMs: 5000, tcp: false, trace: false });
    expect(parse('+vc +ignore +trace example.org')).toMatchObject({
      tcp: true,
      ignore: true,
      trace: true,
      display: { comments: false, stats: false, question: false, additional: false, authority: true },
    });
  });

  test('warnings', () => {
    expect(parse('-t wks example.org')).toMatchObject({
      question: { type: 'A' },
      warnings: [';; Warning, ignoring invalid type wks'],
    });
    expect(parse('example.org a mx')).toMatchObject({
      question: { type: 'MX' },
      warnings: [';; Warning, extra type option'],
    });
  });

  test.each([
    ['+foo example.org', 'Invalid option: +foo\nUsage:  dig [@global-server] [domain]'],
    ['+a example.org', 'Invalid option: +a\n'],
    ['+q example.org', 'Invalid option: +q\n'],
    ['+no example.org', 'Invalid option: +no\n'],
    ['-z example.org', 'Invalid option: -z\n'],
    ['example.org -t', 'Invalid option: -t\n'],
    ['-p 0 example.org', "dig: Couldn't parse port number"],
    ['a..b', "dig: 'a..b' is not a legal name (empty label)"],
    [`${'a'.repeat(64)}.org`, `dig: '${'a'.repeat(64)}.org' is not a legal name (label too long)`],
    [`${'a.'.repeat(150)}org`, 'is not a legal name (ran out of space)'],
    ['a\\999.org', "dig: 'a\\999.org' is not a legal name (bad escape)"],
    ['+time=x example.org', 'Invalid option: +time=x'],
  ])('%j is refused', (line, error) => expect(errorOf(line)).toContain(error));

  test('no words make it throw', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-t', '-x', '+', '@', '-', '-p', 'mx', '+no', '-q', '::1'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        const request = parseDigArguments(args);
        if (!('error' in request)) for (const one of request) formatDig(one, reply(one, FIRMA1), OLD);
      }),
    );
  });
});

describe('formatDig 9.2.4', () => {
  const request = parse('-t mx firma1.intr');

  // The Czech notes, whose picture lost the tabs and the double blanks of BIND 9.2.4.
  test('the notes: dig -t mx firma1.intr', () => {
    expect(formatDig(request, reply(request, FIRMA1), OLD).join('\n')).toBe(`
; <<>> DiG 9.2.4 <<>> -t mx firma1.intr
;; global options:  printcmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 46174
;; flags: qr aa rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 1

;; QUESTION SECTION:
;firma1.intr.\t\t\tIN\tMX

;; ANSWER SECTION:
firma1.intr.\t\t38400\tIN\tMX\t10 neo.firma1.intr.

;; AUTHORITY SECTION:
firma1.intr.\t\t38400\tIN\tNS\tneo.

;; ADDITIONAL SECTION:
neo.firma1.intr.\t38400\tIN\tA\t195.113.106.168

;; Query time: 0 msec
;; SERVER: 195.113.106.168#53(195.113.106.168)
;; WHEN: Thu Jan 26 13:10:15 2006
;; MSG SIZE  rcvd: 82
`);
  });

  test('ctime pads the day with a blank', () => {
    const lines = formatDig(request, reply(request, FIRMA1), {
      ...OLD,
      time: civilTime(CLOCK, -21 * 86_400_000),
    });
    expect(lines).toContain(';; WHEN: Thu Jan  5 13:10:15 2006');
  });

  test('greets before it reads options behind the name', () => {
    const late = parse('firma1.intr mx +noall +answer');
    const early = parse('+noall +answer firma1.intr mx');
    const answer = 'firma1.intr.\t\t38400\tIN\tMX\t10 neo.firma1.intr.';
    expect(formatDig(late, reply(late, FIRMA1), OLD)).toEqual([
      '',
      '; <<>> DiG 9.2.4 <<>> firma1.intr mx +noall +answer',
      ';; global options:  printcmd',
      answer,
    ]);
    expect(formatDig(early, reply(early, FIRMA1), OLD)).toEqual([answer]);
    expect(formatDig(late, reply(late, FIRMA1), NEW)).toEqual([answer]);
  });

  test('nobody answers', () => {
    expect(formatDigFailure(request, OLD)).toEqual([
      '',
      '; <<>> DiG 9.2.4 <<>> -t mx firma1.intr',
      ';; global options:  printcmd',
      ';; connection timed out; no servers could be reached',
    ]);
  });
});

// Expected texts: what dig 9.18.49 of Debian 12 printed for these messages.
describe('formatDig 9.18', () => {
  test('an answer', () => {
    const request = parse('@127.0.0.1 -p 25353 -t mx firma1.intr');
    expect(formatDig(request, reply(request, { ...FIRMA1, id: 9224 }), NEW).join('\n')).toBe(`
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @127.0.0.1 -p 25353 -t mx firma1.intr
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 9224
;; flags: qr aa rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 1

;; QUESTION SECTION:
;firma1.intr.\t\t\tIN\tMX

;; ANSWER SECTION:
firma1.intr.\t\t38400\tIN\tMX\t10 neo.firma1.intr.

;; AUTHORITY SECTION:
firma1.intr.\t\t38400\tIN\tNS\tneo.

;; ADDITIONAL SECTION:
neo.firma1.intr.\t38400\tIN\tA\t195.113.106.168

;; Query time: 4 msec
;; SERVER: 127.0.0.1#25353(127.0.0.1) (UDP)
;; WHEN: Mon Nov 23 03:02:19 UTC 2026
;; MSG SIZE  rcvd: 82
`);
  });

  test('NXDOMAIN without greeting and statistics', () => {
    const request = parse('+nostats +nocmd nobody.example.org');
    const soa = '@ 300 SOA ns1.example.org. host\\.master.example.org. 1 10800 3600 604800 300';
    expect(
      formatDig(request, reply(request, { id: 58430, rcode: 'NXDOMAIN', authority: records(soa) }), NEW),
    ).toEqual([
      ';; Got answer:',
      ';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 58430',
      ';; flags: qr aa rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 0',
      '',
      ';; QUESTION SECTION:',
      ';nobody.example.org.\t\tIN\tA',
      '',
      ';; AUTHORITY SECTION:',
      'example.org.\t\t300\tIN\tSOA\tns1.example.org. host\\.master.example.org. 1 10800 3600 604800 300',
      '',
    ]);
  });

  test('without recursion', () => {
    const request = parse('+noall +comments null.example.org mx');
    expect(formatDig(request, reply(request, { id: 466, recursionAvailable: false }), NEW)).toEqual([
      ';; Got answer:',
      ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 466',
      ';; flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 0',
      ';; WARNING: recursion requested but not available',
      '',
    ]);
  });

  test('long names push the columns aside', () => {
    const name = 'averyveryverylonghostnamethatisverylong.example.org';
    const request = parse(`+noall +question +answer ${name}`);
    expect(formatDig(request, reply(request, { answers: records(`${name} 3600 A 192.0.2.3`) }), NEW)).toEqual(
      [`;${name}. IN\tA`, `${name}. 3600 IN A 192.0.2.3`],
    );
    const root = parse('+noall +question');
    expect(formatDig(root, reply(root, {}), NEW)).toEqual([';.\t\t\t\tIN\tNS']);
  });

  test('+short', () => {
    const request = parse('+short www.example.org');
    const answers = records('www.example.org 60 CNAME example.org. | example.org 60 A 192.0.2.80');
    expect(formatDig(request, reply(request, { answers }), NEW)).toEqual(['example.org.', '192.0.2.80']);
    const odd = parse('-t foo example.org +short');
    expect(formatDig(odd, reply(odd, { answers: records('example.org 60 A 192.0.2.80') }), NEW)).toEqual([
      ';; Warning, ignoring invalid type foo',
      '192.0.2.80',
    ]);
  });

  // `recordings/dig.txt`: neo A, pobocka A, neo AAAA.
  test('records stand as they came', () => {
    const request = parse('+noall +additional example.org');
    const additional = records('a 60 A 192.0.2.1 | b 60 A 192.0.2.2 | a 60 AAAA 2001:db8::1');
    const owners = formatDig(request, reply(request, { additional }), NEW).map((line) => line.slice(0, 1));
    expect(owners.join('')).toBe('aba');
  });

  test('nobody answers', () => {
    const request = parse('@127.0.0.1 -p 25353 silent.example.org');
    expect(formatDigFailure(request, NEW)).toEqual([
      '',
      '; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @127.0.0.1 -p 25353 silent.example.org',
      '; (1 server found)',
      ';; global options: +cmd',
      ';; no servers could be reached',
    ]);
    expect(digServerUnknown('nosuch.invalid.')).toBe(
      "dig: couldn't get address for 'nosuch.invalid.': not found",
    );
  });
});
