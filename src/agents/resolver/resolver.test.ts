import { describe, expect, test } from 'vitest';
import type { DnsNote } from '../../protocol/note.ts';
import { act, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { open, power, screen, type } from '../world.testing.ts';

/** Questions that reached a host: `[instant, name, type]`. */
const asked = (history: History, host: string) =>
  history.log.flatMap(({ at, what }) => {
    if (what.kind !== 'datagram' || what.to !== host) return [];
    const note = what.note as DnsNote;
    return note.response ? [] : [`${note.name} ${note.rrtype} ${Math.round(at / 1000)}`];
  });
const names = (history: History, host: string): readonly string[] =>
  asked(history, host).map((question) => question.slice(0, question.lastIndexOf(' ')));

/** Looks one name up; only AAAA and A questions differ between tools, so MX is asked. */
const lookUp = (history: History, name: string, host = 'pc'): void =>
  type(history, host, `host -t MX ${name}`);

describe('the caching resolver', () => {
  test('asks once, and answers from its cache for the time to live (RFC 1035 §3.2.1)', () => {
    const history = open('firma1');
    lookUp(history, 'example.org');
    expect(names(history, 'ns')).toEqual(['example.org MX']);
    lookUp(history, 'example.org', 'neo');
    runUntil(history, 3_590_000);
    lookUp(history, 'example.org');
    expect(names(history, 'ns')).toHaveLength(1);
    expect(names(history, 'resolver')).toHaveLength(3);
    // $TTL 3600 in the zone file
    runUntil(history, 3_602_000);
    lookUp(history, 'example.org');
    expect(names(history, 'ns')).toHaveLength(2);
    expect(screen(history, 'pc').match(/mail is handled by 10 mx1\.example\.org/g)).toHaveLength(3);
  });

  test('remembers that a name does not exist for the minimum of the SOA (RFC 2308 §5)', () => {
    const history = open('firma1');
    lookUp(history, 'nobody.example.org');
    lookUp(history, 'nobody.example.org');
    runUntil(history, 295_000);
    lookUp(history, 'nobody.example.org');
    expect(names(history, 'ns')).toEqual(['nobody.example.org MX']);
    expect(screen(history, 'pc').match(/not found: 3\(NXDOMAIN\)/g)).toHaveLength(3);
    runUntil(history, 302_000);
    lookUp(history, 'nobody.example.org');
    expect(names(history, 'ns')).toHaveLength(2);
  });

  test('and that a name has no record of a type', () => {
    const history = open('firma1');
    lookUp(history, 'mx1.example.org');
    lookUp(history, 'mx1.example.org');
    expect(names(history, 'ns')).toEqual(['mx1.example.org MX']);
    expect(screen(history, 'pc')).toContain('mx1.example.org has no MX record\n');
  });

  test('one question to each name server is enough for all who ask at the same time', () => {
    const history = open('firma1');
    for (const host of ['pc', 'neo', 'mx1', 'walterpc'])
      act(history, {
        kind: 'input',
        program: `${host}/shell`,
        input: { kind: 'line', text: 'host -t MX example.org' },
      });
    runIdle(history);
    expect(names(history, 'ns')).toEqual(['example.org MX']);
    for (const host of ['pc', 'neo', 'mx1', 'walterpc'])
      expect(screen(history, host)).toContain('example.org mail is handled by 50 mx2.example.org.\n');
  });

  test('asks whoever has the zone', () => {
    const history = open('firma1');
    lookUp(history, 'firma1.intr');
    lookUp(history, 'pobocka.firma1.intr');
    expect(names(history, 'neo')).toEqual(['firma1.intr MX', 'pobocka.firma1.intr MX']);
    expect(names(history, 'ns')).toEqual([]);
  });

  test('a name outside every zone does not exist, says the root', () => {
    const history = open('firma1');
    lookUp(history, 'nowhere.test');
    expect(screen(history, 'pc')).toContain('Host nowhere.test not found: 3(NXDOMAIN)\n');
    expect(names(history, 'ns')).toEqual(['nowhere.test MX']);
  });

  test('asks a silent name server three times, says SERVFAIL, and does not remember that', () => {
    const history = open('firma1');
    power(history, 'ns', false);
    lookUp(history, 'example.org');
    expect(asked(history, 'ns').map((question) => Number(question.split(' ')[2]))).toEqual([0, 2, 3]);
    expect(screen(history, 'pc')).toMatch(/SERVFAIL|no servers could be reached/);
    power(history, 'ns', true);
    lookUp(history, 'example.org');
    expect(screen(history, 'pc')).toContain('example.org mail is handled by 10 mx1.example.org.\n');
  });

  test('has forgotten everything after a restart', () => {
    const history = open('firma1');
    lookUp(history, 'example.org');
    power(history, 'resolver', false);
    power(history, 'resolver', true);
    lookUp(history, 'example.org');
    expect(names(history, 'ns')).toHaveLength(2);
  });

  test('goes on asking on a link that loses', () => {
    const history = open(
      'firma1',
      'links: [{ between: [resolver, ns], loss: 0.4 }, { between: [pc, resolver], loss: 0.4 }]',
    );
    for (let i = 0; i < 20; i++) lookUp(history, `x${i}.example.org`);
    const answered = screen(history, 'pc').match(/NXDOMAIN/g)?.length ?? 0;
    // About one in four exchanges gets through all four ways; of those with three tries more than half do.
    expect(answered).toBeGreaterThan(5);
    const repeated = names(history, 'ns').length - new Set(names(history, 'ns')).size;
    expect(repeated).toBeGreaterThan(3);
  });
});

describe('authority', () => {
  test('a name server answers for its zones alone, and refers to the others', () => {
    const history = open('firma1');
    type(
      history,
      'pc',
      'dig @192.0.2.54 firma1.intr MX',
      'dig @10.2.3.168 firma1.intr MX',
      'dig @10.2.3.168 example.org MX',
    );
    const answers = screen(history, 'pc').split('->>HEADER<<-').slice(1);
    expect(answers).toHaveLength(3);
    expect(answers[0]).toContain('ANSWER: 0, AUTHORITY: 1');
    expect(answers[1]).toMatch(/status: NOERROR.*flags: qr aa rd.*ANSWER: 1/s);
    expect(answers[2]).toContain('status: REFUSED');
  });
});
