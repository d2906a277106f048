import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { message } from './arbitraries.testing.ts';
import type { DnsMessage, ResourceRecord } from './types.ts';
import { complaintAbout, decodeMessage, encodeMessage, fitMessage, MAX_UDP_OCTETS } from './wire.ts';

/** Octets from hexadecimal; texts in double quotes stand for their characters. */
function octetsOf(text: string): Octets {
  return text.replace(/"([^"]*)"|([0-9a-f]{2})|\s+/g, (_, quoted?: string, hex?: string) =>
    quoted !== undefined ? quoted : hex ? String.fromCharCode(Number.parseInt(hex, 16)) : '',
  ) as Octets;
}

const query: DnsMessage = {
  id: 0x1234,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: { name: 'example.org', type: 'MX' },
  answers: [],
  authority: [],
  additional: [],
};

const HEADER = '1234 0100 0001 0000 0000 0000';
const QUESTION = '07 "example" 03 "org" 00 000f 0001';

/** The answer of the Czech notes (`dig -t mx firma1.intr`), whose `MSG SIZE rcvd` says 82. */
const firma1: DnsMessage = {
  ...query,
  id: 46174,
  response: true,
  authoritative: true,
  recursionAvailable: true,
  question: { name: 'firma1.intr', type: 'MX' },
  answers: [
    { name: 'firma1.intr', ttl: 38400, data: { type: 'MX', preference: 10, exchange: 'neo.firma1.intr' } },
  ],
  authority: [{ name: 'firma1.intr', ttl: 38400, data: { type: 'NS', name: 'neo' } }],
  additional: [{ name: 'neo.firma1.intr', ttl: 38400, data: { type: 'A', address: '195.113.106.168' } }],
};

describe('encodeMessage', () => {
  test('a query', () => {
    expect(encodeMessage(query)).toBe(octetsOf(`${HEADER} ${QUESTION}`));
  });

  test('the answer of the notes, octet by octet, as long as dig said', () => {
    const octets = encodeMessage(firma1);
    expect(octets).toBe(
      octetsOf(`b45e 8580 0001 0001 0001 0001
        06 "firma1" 04 "intr" 00 000f 0001
        c00c 000f 0001 00009600 0008 000a 03 "neo" c00c
        c00c 0002 0001 00009600 0005 03 "neo" 00
        c02b 0001 0001 00009600 0004 c371 6aa8`),
    );
    expect(octets).toHaveLength(82);
  });

  test('what does not fit is left out and TC set (RFC 2181 §9)', () => {
    const many: ResourceRecord[] = Array.from({ length: 40 }, (_, i) => ({
      name: 'example.org',
      ttl: 60,
      data: { type: 'A', address: `192.0.2.${i}` },
    }));
    const cut = decodeMessage(encodeMessage({ ...query, answers: many }, MAX_UDP_OCTETS))!;
    expect(cut.truncated).toBe(true);
    // 12 octets of header, 17 of question, 16 a record.
    expect(cut.answers).toEqual(many.slice(0, Math.floor((512 - 12 - 17) / 16)));
    const fewer = decodeMessage(encodeMessage({ ...query, additional: many }, MAX_UDP_OCTETS))!;
    expect(fewer.truncated).toBe(false);
    expect(fewer.additional).toHaveLength(30);
  });

  test('names beyond the reach of a pointer are written out', () => {
    const texts: ResourceRecord[] = Array.from({ length: 80 }, (_, i) => ({
      name: 'example.org',
      ttl: 60,
      data: { type: 'TXT', texts: [`${i}${'x'.repeat(250)}`] },
    }));
    const far: ResourceRecord = {
      name: 'a.far.example',
      ttl: 60,
      data: { type: 'NS', name: 'a.far.example' },
    };
    const long = { ...query, answers: texts, additional: [far, far] };
    expect(decodeMessage(encodeMessage(long))).toEqual(long);
  });

  test('a record without a literal address leaves no trace', () => {
    const bad: ResourceRecord = { name: 'b.example.org', ttl: 1, data: { type: 'A', address: 'no address' } };
    const good: ResourceRecord = { name: 'b.example.org', ttl: 1, data: { type: 'A', address: '192.0.2.1' } };
    expect(decodeMessage(encodeMessage({ ...query, answers: [bad, good] }))?.answers).toEqual([good]);
  });

  test('names that never went through parseName do no harm', () => {
    for (const name of ['a..b', `${'a'.repeat(80)}.org`, 'ž.example', '.', '\\'])
      expect(typeof encodeMessage({ ...query, question: { name, type: 'A' } })).toBe('string');
  });
});

describe('decodeMessage', () => {
  test('the names of RFC 1035 §4.1.4 at their offsets 20, 40, 64 and 92', () => {
    const octets = octetsOf(`
      0001 8400 0001 0003 0000 0000
      07 "pad-012" 01 "F" 03 "ISI" 04 "ARPA" 00 0001 0001
      03 "pad" 03 "FOO" c014 0002 0001 00000e10 000a 07 "pad-056" c01a
      c028 000f 0001 00000e10 000e 000a 09 "pad-00080" c040
      00 0001 0001 00000e10 0004 0a020034`);
    expect(octets.slice(20, 32)).toBe(octetsOf('01 "F" 03 "ISI" 04 "ARPA" 00'));
    expect(octets.slice(40, 46)).toBe(octetsOf('03 "FOO" c014'));
    expect(octets.slice(64, 66)).toBe(octetsOf('c01a'));
    expect(octets.slice(92, 93)).toBe('\0');
    expect(decodeMessage(octets)).toMatchObject({
      id: 1,
      response: true,
      authoritative: true,
      question: { name: 'pad-012.f.isi.arpa', type: 'A' },
      answers: [
        { name: 'pad.foo.f.isi.arpa', ttl: 3600, data: { type: 'NS', name: 'pad-056.arpa' } },
        { name: 'foo.f.isi.arpa', data: { type: 'MX', preference: 10, exchange: 'pad-00080.arpa' } },
        { name: '', data: { type: 'A', address: '10.2.0.52' } },
      ],
    });
  });

  test('lower-cases names and keeps odd octets apart from dots', () => {
    const octets = octetsOf(`${HEADER} 07 "EXAMPLE" 03 "a.b" 02 0fff 00 0001 0001`);
    expect(decodeMessage(octets)?.question.name).toBe('example.a\\046b.\\015\\255');
  });

  test('skips EDNS OPT and types it does not know', () => {
    const octets = octetsOf(`1234 0100 0001 0001 0000 0001 ${QUESTION}
      c00c 0021 0001 0000003c 0007 0000 0000 0019 00
      00 0029 1000 00000000 0000`);
    expect(decodeMessage(octets)).toEqual(query);
  });

  test('a TTL with the high bit set is zero (RFC 2181 §8)', () => {
    const octets = octetsOf(
      `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0001 0001 ffffffff 0004 c0000201`,
    );
    expect(decodeMessage(octets)?.answers[0]?.ttl).toBe(0);
  });

  test('types this world has no records of are asked for like others (RFC 3597 §5)', () => {
    expect(decodeMessage(octetsOf(`${HEADER} 00 0021 0001`))?.question.type).toBe('SRV');
    expect(decodeMessage(octetsOf(`${HEADER} 00 fde8 0001`))?.question.type).toBe('TYPE65000');
  });

  test.each([
    ['nothing', ''],
    ['half a header', '1234 0100 0001'],
    ['no question', '1234 0100 0000 0000 0000 0000'],
    ['two questions', `1234 0100 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`],
    ['opcode STATUS', `1234 1100 0001 0000 0000 0000 ${QUESTION}`],
    ['class CHAOS', `${HEADER} 00 0010 0003`],
    ['the transfer of a zone', `${HEADER} 00 00fc 0001`],
    ['a pointer to itself', `${HEADER} c00c 0001 0001`],
    ['a pointer forward', `${HEADER} c00e 00 0001 0001`],
    ['two pointers round in circles', `${HEADER} 01 "a" c00c 0001 0001`],
    ['a reserved length octet', `${HEADER} 41 "${'a'.repeat(65)}" 00 0001 0001`],
    ['a label beyond the end', `${HEADER} 3f "abc"`],
    ['half a pointer', `${HEADER} c0`],
    [
      'an exchanger shorter than its data',
      `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 000f 0001 0000003c 0005 000a c00c 00`,
    ],
    ['a missing record', `1234 0100 0001 0001 0000 0000 ${QUESTION}`],
    ['data beyond the end', `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0001 0001 0000003c 0004 c000`],
    [
      'an address of three octets',
      `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0001 0001 0000003c 0003 c00002`,
    ],
    [
      'data longer than its name',
      `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0002 0001 0000003c 0003 c00c00`,
    ],
    [
      'a text longer than its data',
      `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0010 0001 0000003c 0002 0541`,
    ],
    ['half an SOA', `1234 0100 0001 0001 0000 0000 ${QUESTION} c00c 0006 0001 0000003c 0004 c00c c00c`],
  ])('null for %s', (_, text) => expect(decodeMessage(octetsOf(text))).toBeNull());

  test('a pointer leads back, and the next one further back', () => {
    // Data of an unknown type holds "a" and a pointer forward to "b"; the owner of the next record points to
    // "a".
    const hidden = '00 ff00 0001 00000000 0007 01 "a" c020 01 "b" 00';
    const octets = octetsOf(
      `1234 8000 0001 0002 0000 0000 00 0001 0001 ${hidden} c01c ff00 0001 00000000 0000`,
    );
    expect(octets.slice(0x1c, 0x1e)).toBe('\x01a');
    expect(decodeMessage(octets)).toBeNull();
  });

  test('an rcode unknown here is a server failure', () => {
    expect(decodeMessage(octetsOf(`1234 8109 0001 0000 0000 0000 ${QUESTION}`))?.rcode).toBe('SERVFAIL');
  });

  test('a name of more than 255 octets is none, even by pointers', () => {
    const label = `3f "${'a'.repeat(63)}"`;
    expect(decodeMessage(octetsOf(`${HEADER} ${label} ${label} ${label} ${label} 00 0001 0001`))).toBeNull();
  });

  test('thousands of names at the end of a long chain of pointers cost little', () => {
    // Data of a type nobody knows holds "a" and 8000 pointers, each to the one before; every further owner
    // points there.
    let chain: string = octetsOf('01 "a" 00');
    const start = octetsOf('1234 8000 0001 1389 0000 0000 00 0001 0001 00 ff00 0001 00000000 3e83');
    for (let to = start.length; chain.length < 0x3e83; to = start.length + chain.length - 2)
      chain += String.fromCharCode(0xc0 | (to >> 8), to & 255);
    const last = start.length + chain.length - 2;
    const owner = String.fromCharCode(0xc0 | (last >> 8), last & 255);
    const records = (owner + octetsOf('ff00 0001 00000000 0000')).repeat(5000);
    const began = performance.now();
    expect(decodeMessage((start + chain + records) as Octets)).toBeNull();
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('round trip', () => {
  test('the notes', () => expect(decodeMessage(encodeMessage(firma1))).toEqual(firma1));

  test('any message', () => {
    fc.assert(
      fc.property(message, (any) => {
        expect(decodeMessage(encodeMessage(any))).toEqual(any);
      }),
    );
  });

  test('no octets make it throw, and what it reads it can write', () => {
    const octets = fc.uint8Array({ maxLength: 120 }).map((codes) => String.fromCharCode(...codes) as Octets);
    fc.assert(
      fc.property(octets, (any) => {
        decodeMessage(any);
        decodeMessage((octetsOf('1234 8000 0001 0003 0001 0001 00 0001 0001') + any) as Octets);
      }),
      { numRuns: 500 },
    );
  });

  test('nor do messages with one octet changed or the end cut off', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), (any, place, code) => {
        const octets = encodeMessage(any);
        const at = place % octets.length;
        const changed = octets.slice(0, at) + String.fromCharCode(code) + octets.slice(at + 1);
        const read = decodeMessage(changed as Octets);
        if (read) expect(decodeMessage(encodeMessage(read))).toEqual(read);
        expect(decodeMessage(octets.slice(0, at) as Octets)).toBeNull();
      }),
    );
  });
});

describe('fitMessage', () => {
  test('tells what its octets tell', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 12, max: 600 }), (whole, limit) => {
        const { octets, message: fitted } = fitMessage(whole, limit);
        expect(decodeMessage(octets)).toEqual(fitted);
      }),
    );
  });

  test('a text that is too long for a datagram: nothing, and TC (RFC 1035 §4.2.1)', () => {
    const texts = ['x'.repeat(255), 'y'.repeat(255)];
    const long = {
      ...query,
      response: true,
      answers: [{ name: '', ttl: 1, data: { type: 'TXT' as const, texts } }],
    };
    expect(fitMessage(long, MAX_UDP_OCTETS).message).toMatchObject({ truncated: true, answers: [] });
    expect(fitMessage(long).message).toMatchObject({ truncated: false, answers: long.answers });
  });
});

describe('complaintAbout', () => {
  const complain = (hex: string) => complaintAbout(octetsOf(hex));

  test('octets that are no query: FORMERR', () => {
    expect(complain('1234 0100 0000 0000 0000 0000')).toBe(octetsOf('1234 8101 0000 0000 0000 0000'));
    expect(complain(`${HEADER} 07 "exam`)).toBe(octetsOf('1234 8101 0000 0000 0000 0000'));
  });

  test('another opcode, here STATUS: NOTIMP', () => {
    expect(complain('1234 1000 0001 0000 0000 0000')).toBe(octetsOf('1234 9004 0000 0000 0000 0000'));
  });

  // As BIND 9.18 answers.
  test.each([
    ['class CHAOS: REFUSED', '0010 0003', '8105'],
    ['AXFR: REFUSED', '00fc 0001', '8105'],
    ['MAILB, of old: NOTIMP', '00fd 0001', '8104'],
    ['OPT as a question: FORMERR', '0029 0001', '8101'],
  ])('with its question, the letters as they were: %s', (_, asked, flags) => {
    const question = `07 "eXample" 03 "ORG" 00 ${asked}`;
    expect(complain(`1234 0100 0001 0000 0000 0000 ${question}`)).toBe(
      octetsOf(`1234 ${flags} 0001 0000 0000 0000 ${question}`),
    );
  });

  test('a response, or no whole header: silence', () => {
    expect(complain('1234 8100 0000 0000 0000 0000')).toBeNull();
    expect(complain('1234 0100 0000')).toBeNull();
  });
});
