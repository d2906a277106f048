/** Trees made at random, with servers that are dead, lame or hard to find, and links that lose. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAuthoritatively } from '../../dns/authority.ts';
import { sameRecord } from '../../dns/records.ts';
import type { DnsMessage, Zone } from '../../dns/types.ts';
import { parseZoneFile } from '../../dns/zone-file.ts';
import { ask, type DnsHost, openDns, queryOf, sentUpstream, zoneFile } from '../dns-world.testing.ts';

const LABELS = ['a', 'b', 'c'];
const label = fc.constantFrom(...LABELS);
const zoneName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const anyName = fc
  .array(fc.constantFrom(...LABELS, 'w'), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'));

/** A zone's server: in the zone itself with glue, or named elsewhere; good, lame, silent or not there. */
const server = fc.record({
  home: fc.option(zoneName, { nil: null }),
  kind: fc.constantFrom('good', 'good', 'good', 'lame', 'silent', 'nowhere'),
});
const zone = fc.record({
  origin: zoneName,
  servers: fc.array(server, { minLength: 1, maxLength: 3 }),
  data: fc.array(
    fc.record({ owner: fc.constantFrom('w', 'v', '*'), alias: fc.option(anyName, { nil: null }) }),
    { maxLength: 3 },
  ),
});
const tree = fc.uniqueArray(zone, { selector: ({ origin }) => origin, minLength: 1, maxLength: 7 });

type Tree = typeof tree extends fc.Arbitrary<infer T> ? T : never;

interface Grown {
  readonly hosts: Readonly<Record<string, DnsHost>>;
  /** Every zone whole, as if one server had them all. */
  readonly zones: readonly Zone[];
}

const parsed = (origin: string, text: string): Zone => {
  const read = parseZoneFile(text, origin);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read.zone;
};

/** Zone files and hosts; each zone is delegated in the nearest one above it. */
function grow(zones: Tree): Grown {
  const origins = ['', ...zones.map(({ origin }) => origin)];
  const above = (name: string): string =>
    origins
      .filter((origin) => origin === '' || name.endsWith(`.${origin}`))
      .sort((x, y) => y.length - x.length)[0]!;
  const lines = new Map<string, Set<string>>(origins.map((origin) => [origin, new Set(['@ NS a.root.'])]));
  const hosts: Record<string, DnsHost> = {};
  zones.forEach(({ origin, servers, data }, z) => {
    servers.forEach(({ home, kind }, s) => {
      const name = `ns${z}x${s}.${home ?? origin}`;
      const address = `198.51.${z}.${s + 1}`;
      const own = origins.includes(home ?? origin) ? (home ?? origin) : above(`x.${home ?? origin}`);
      lines.get(above(origin))!.add(`${origin}. NS ${name}.`);
      lines.get(own)!.add(`${name}. A ${address}`);
      // Glue, where the address lies below the cut.
      if (home === null) lines.get(above(origin))!.add(`${name}. A ${address}`);
      if (kind !== 'nowhere')
        hosts[`h${z}x${s}`] = {
          address,
          silent: kind === 'silent',
          zones: kind === 'good' ? { [origin]: '' } : {},
        };
    });
    const owners = new Set<string>();
    data.forEach(({ owner, alias }, i) => {
      if (owners.has(owner)) return;
      owners.add(owner);
      lines.get(origin)!.add(alias === null ? `${owner} A 203.0.${z}.${i + 1}` : `${owner} CNAME ${alias}.`);
    });
  });
  const texts = new Map([...lines].map(([origin, own]) => [origin, zoneFile([...own].join(' | '))]));
  for (const [id, host] of Object.entries(hosts))
    for (const origin of Object.keys(host.zones ?? {}))
      hosts[id] = { ...host, zones: { [origin]: texts.get(origin)! } };
  hosts.root = { address: '192.0.2.1', zones: { '.': `${texts.get('')!}a.root A 192.0.2.1\n` } };
  return { hosts, zones: [...texts].map(([origin, text]) => parsed(origin === '' ? '.' : origin, text)) };
}

const ROOTS = [{ name: 'a.root', addresses: ['192.0.2.1'] }];

/** More than a hundred queries for one question would be work without bound. */
const MAX_QUERIES = 50;

const sameAnswer = (got: DnsMessage, want: DnsMessage): boolean =>
  got.rcode === want.rcode &&
  got.answers.length === want.answers.length &&
  got.answers.every(
    (record, i) => sameRecord(record, want.answers[i]!) && record.ttl <= want.answers[i]!.ttl,
  );

test('every question ends, in time and with bounded work, in the right answer or SERVFAIL', () => {
  let right = 0;
  fc.assert(
    fc.property(
      tree,
      fc.array(anyName, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0, 0, 0.2),
      fc.nat(1000),
      (zones, names, loss, seed) => {
        const { hosts, zones: whole } = grow(zones);
        const links = Object.keys(hosts).map((id) => ({
          between: ['resolver', id] as const,
          latencyMs: 20,
          loss,
        }));
        const history = openDns(hosts, ROOTS, links, seed);
        for (const name of names) {
          const from = history.log.length;
          const start = history.world.now;
          const answer = ask(history, name);
          expect(answer, `${name} has an answer`).not.toBeNull();
          expect(history.world.now - start).toBeLessThan(15_000);
          expect(sentUpstream(history, from).length).toBeLessThanOrEqual(MAX_QUERIES);
          if (answer!.rcode === 'SERVFAIL') continue;
          const oracle = answerAuthoritatively(whole, queryOf(name, 'A'));
          expect(sameAnswer(answer!, oracle), JSON.stringify({ name, answer, oracle })).toBe(true);
          right++;
        }
        expect(history.world.states.get('resolver/resolver')).toMatchObject({ jobs: [] });
      },
    ),
    { numRuns: 120 },
  );
  // Trees in which nothing can be found would prove nothing.
  expect(right).toBeGreaterThan(60);
});

test('where every server is good and has glue, every question has its right answer', () => {
  const good = tree.map((zones) =>
    zones.map(({ origin, servers, data }) => ({
      origin,
      servers: servers.map(() => ({ home: null, kind: 'good' as const })),
      data,
    })),
  );
  fc.assert(
    fc.property(good, fc.array(anyName, { minLength: 1, maxLength: 4 }), (zones, names) => {
      const { hosts, zones: whole } = grow(zones);
      const history = openDns(hosts, ROOTS);
      for (const name of names) {
        const answer = ask(history, name);
        const oracle = answerAuthoritatively(whole, queryOf(name, 'A'));
        // Aliases in a circle have no right answer.
        if (oracle.rcode === 'NOERROR' && oracle.authority.length === 0) continue;
        expect(sameAnswer(answer!, oracle), JSON.stringify({ name, answer, oracle })).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
