import { describe, expect, test } from 'vitest';
import { readScenarioFiles, readStage, scenarioNames } from '../node/scenarios.ts';
import { REGISTRY } from '../shell/registry.ts';
import { act, createHistory, runIdle } from '../sim/history.ts';
import type { MuaConfig } from './mua/types.ts';
import { loadStage } from './scenario.ts';
import { facts } from './world.testing.ts';

const FILES = readScenarioFiles();

const GOOD = `format: posthorn-scenario/1
id: small
text: { en: Small }
clock: 2026-02-02T09:30:00+01:00
hosts:
  pc:
    ip: 192.0.2.10
    name: pc.example.com
    place: [0, 0]
  mail:
    ip: 192.0.2.25
    name: mail.example.com
    place: [100, 0]
    smtp: { local: [example.com] }
    pop: {}
    zones: [example.com]
accounts:
  - { address: dude@example.com, password: abide }
dns:
  example.com:
    - MX 10 mail.example.com.
    - www A 192.0.2.80
links:
  - { between: [pc, mail] }
`;

/** Problems of the good scenario with one thing changed, as `file:line: message`. */
function problems(from: string, to: string, more: Record<string, string> = {}): readonly string[] {
  expect(GOOD).toContain(from);
  const loaded = loadStage('small', { 'small.yaml': GOOD.replace(from, to), ...more });
  return 'problems' in loaded
    ? loaded.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)
    : [];
}

test('every scenario of the course loads', () => {
  const names = scenarioNames(FILES);
  expect(names).toEqual(expect.arrayContaining(['course-notes', 'firma1', 'firma1-2006', 'two-companies']));
  for (const name of names) expect(readStage(name).id).toBe(name);
});

/** The subject of this scenario is a wire that hides STARTTLS, and a mail program that insists on it. */
const MAY_FAIL: readonly string[] = ['stripped'];

describe('everybody who has a mail program', () => {
  const names = scenarioNames(FILES).filter((name) => !MAY_FAIL.includes(name));
  test.each(names)('%s: can write to everybody else, and be answered', (name) => {
    const { scenario } = readStage(name);
    const desks = scenario.hosts.flatMap((host) =>
      host.programs.flatMap(({ kind, name: program, config }) =>
        kind === 'mua'
          ? (config as MuaConfig).accounts.map(({ address }) => ({
              program: `${host.id}/${program}`,
              address,
            }))
          : [],
      ),
    );
    for (const from of desks)
      for (const to of desks) {
        const history = createHistory(scenario, REGISTRY);
        runIdle(history);
        const letter = { account: from.address, to: to.address, subject: 'x', body: 'y' };
        act(history, { kind: 'input', program: from.program, input: { kind: 'send', ...letter } });
        runIdle(history);
        act(history, { kind: 'input', program: to.program, input: { kind: 'fetch', account: to.address } });
        runIdle(history);
        const what = `${from.address} to ${to.address}`;
        expect(facts(history, 'submitted'), what).toMatchObject([{ ok: true }]);
        expect(facts(history, 'fetched'), what).toHaveLength(1);
      }
  });
});

test('the small one is good', () => {
  expect(loadStage('small', { 'small.yaml': GOOD })).toMatchObject({ stage: { id: 'small' } });
});

describe('a problem names file, line and what was expected', () => {
  test.each([
    [
      'a key that does not exist',
      '    place: [100, 0]',
      '    plaze: [100, 0]',
      'small.yaml:13: hosts.mail: Unrecognized key: "plaze"',
    ],
    [
      'a file where a mailbox is',
      '    pop: {}',
      '    pop: {}\n    files: { /var/mail/dude: x }',
      'small.yaml:16: hosts.mail.files./var/mail/dude: expected another place: the host has a file or a mailbox there',
    ],
    [
      'a file that is a directory of another',
      '    pop: {}',
      '    pop: {}\n    files: { /etc/x: y, /etc/x/y: z }',
      'small.yaml:16: hosts.mail.files./etc/x: expected a file: another path goes on below it',
    ],
    [
      'a path that climbs',
      '    pop: {}',
      '    pop: {}\n    files: { /tmp/../x: y }',
      'small.yaml:16: hosts.mail.files./tmp/../x: expected a path without "." and ".."',
    ],
    ['a key too many', 'clock:', 'colour: red\nclock:', 'small.yaml:4: file: Unrecognized key: "colour"'],
    [
      'a wrong type',
      'ip: 192.0.2.25',
      'ip: 42',
      /^small\.yaml:11: hosts\.mail\.ip: expected an address, or a list of them/,
    ],
    ['a missing key', '    name: pc.example.com\n', '', /^small\.yaml:6: hosts\.pc\.name: .*expected string/],
    [
      'a wrong format',
      'posthorn-scenario/1',
      'posthorn-scenario/9',
      /^small\.yaml:1: format: .*"posthorn-scenario\/1"/,
    ],
    [
      'a host name nobody can type',
      '  pc:',
      '  my pc:',
      /^small\.yaml:6: hosts.*: expected lower-case letters, digits and hyphens/,
    ],
    [
      'an unknown dialect',
      'smtp: {',
      'smtp: { dialect: exim,',
      /^small\.yaml:14: hosts\.mail\.smtp\.dialect: .*postfix3/,
    ],
    [
      'a link to nowhere',
      '[pc, mail]',
      '[pc, mall]',
      'small.yaml:24: links.0.between: expected the names of two hosts: there is no host "mall"',
    ],
    [
      'a link to what objects are made of',
      '[pc, mail]',
      '[pc, constructor]',
      /there is no host "constructor"/,
    ],
    ['a link to itself', '[pc, mail]', '[pc, pc]', /^small\.yaml:24: .*expected two different hosts/],
    [
      'a fraction of a millisecond',
      'mail] }',
      'mail], latency: 0.5 }',
      /^small\.yaml:24: links\.0\.latency: .*int/,
    ],
    [
      'no instant',
      '2026-02-02T09:30:00+01:00',
      'yesterday',
      /^small\.yaml:4: clock: expected an instant such as/,
    ],
    [
      'an account without a home',
      'dude@example.com',
      'dude@example.org',
      /^small\.yaml:18: accounts\.0\.address: expected an address in a domain of/,
    ],
    ['an account in capitals', 'dude@example.com', 'Dude@example.com', /^small\.yaml:18: .*lower case/],
    [
      'an address twice',
      'ip: 192.0.2.25',
      'ip: 192.0.2.10',
      /^small\.yaml:11: hosts\.mail\.ip: expected an address of its own: pc has/,
    ],
    [
      'no address',
      'ip: 192.0.2.25',
      'ip: somewhere',
      /^small\.yaml:11: hosts\.mail\.ip: expected an IPv4 or IPv6 address/,
    ],
    [
      'a POP3 server without mailboxes',
      '    smtp: { local: [example.com] }\n',
      '',
      /^small\.yaml:14: hosts\.mail\.pop: expected smtp or lmtp/,
    ],
    [
      'a zone that is not there',
      'zones: [example.com]',
      'zones: [example.net]',
      /^small\.yaml:16: hosts\.mail\.zones\.0: expected a zone of "dns"/,
    ],
    [
      'a bad zone line',
      'www A 192.0.2.80',
      'www A 192.0.2.800',
      /^small\.yaml:22: zone example\.com: expected an IPv4 address/,
    ],
    [
      'a zone file that is not there',
      '  example.com:\n    - MX 10 mail.example.com.\n    - www A 192.0.2.80',
      '  example.com: gone.zone',
      /^small\.yaml:20: dns\.example\.com: expected the name of a zone file: there is no gone\.zone/,
    ],
    ['damaged YAML', 'text: { en: Small }', 'text: { en: Small', /^small\.yaml:\d+: /],
    ['an alias without anchor', 'en: Small', 'en: *small', /^small\.yaml:\d+: .*small/],
    [
      'a scenario to extend that is not there',
      'id: small',
      'extends: large\nid: small',
      'small.yaml:2: expected the name of a scenario: there is no file large.yaml',
    ],
    [
      'a scenario that extends itself',
      'id: small',
      'extends: small\nid: small',
      /^small\.yaml:2: expected at most 5 scenarios/,
    ],
  ] as const)('%s', (_what, from, to, expected) => {
    const found = problems(from, to);
    expect(found).toContainEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('a zone file has lines of its own', () => {
    const zone = '$TTL 3600\n@ IN SOA ns hostmaster 1 2 3 4 5\n@ IN NS ns\nmail IN A nowhere\n';
    const inline = '  example.com:\n    - MX 10 mail.example.com.\n    - www A 192.0.2.80';
    expect(problems(inline, '  example.com: e.zone', { 'e.zone': zone })).toEqual([
      expect.stringMatching(/^e\.zone:4: zone example\.com: expected an IPv4 address/),
    ]);
  });

  test('a problem below is told of the file below', () => {
    const files = {
      ...FILES,
      'base.yaml': GOOD.replace('[pc, mail]', '[pc, mall]'),
      'top.yaml': 'extends: base\nformat: posthorn-scenario/1\nid: top\nclock: never\n',
    };
    const loaded = loadStage('top', files);
    expect(loaded).toMatchObject({
      problems: [
        { file: 'top.yaml', line: 4 },
        { file: 'base.yaml', line: 24 },
      ],
    });
    const broken = loadStage('top', { ...files, 'base.yaml': 'hosts: {' });
    expect(broken).toMatchObject({ problems: [{ file: 'base.yaml', line: 1 }] });
  });

  test('several problems are told at once', () => {
    expect(problems('192.0.2.25\n    name: mail.example.com', '42\n    name: 43').length).toBe(2);
  });

  test.each([
    '',
    '[]',
    '42',
    'null',
    '- a\n- b',
    '\u0000',
    '{}',
    '? [a]: b',
    '<<: *a',
    '__proto__: { polluted: true }',
  ])('nothing sensible: %j', (text) => {
    const loaded = loadStage('small', { 'small.yaml': text });
    expect('problems' in loaded && loaded.problems.length).toBeGreaterThan(0);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a name without a file', () => {
    expect(loadStage('constructor', {})).toMatchObject({ problems: [{ file: 'constructor.yaml', line: 1 }] });
    expect(loadStage('nothing', FILES)).toMatchObject({ problems: [{ file: 'nothing.yaml' }] });
  });

  test('an exploding document is refused, not unfolded', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${new Array(12).fill(i === 0 ? 'x' : `*a${i - 1}`).join(', ')}]`,
    );
    const loaded = loadStage('small', { 'small.yaml': levels.join('\n') });
    expect('problems' in loaded).toBe(true);
  });
});

describe('on top of another scenario', () => {
  test('objects are merged, everything else is replaced', () => {
    const files = {
      'small.yaml': GOOD,
      'other.yaml':
        'extends: small\nformat: posthorn-scenario/1\nid: other\nhosts: { pc: { place: [5, 6] } }\nlinks: []\n',
    };
    const loaded = loadStage('other', files);
    expect(loaded).toMatchObject({
      stage: {
        id: 'other',
        hosts: [
          { id: 'pc', x: 5, y: 6 },
          { id: 'mail', x: 100 },
        ],
        lines: [],
      },
    });
  });

  test('firma1 in 2006 is firma1 with other words', () => {
    const [now, then] = [readStage('firma1'), readStage('firma1-2006')];
    expect(then.hosts.map(({ id, address }) => [id, address])).toEqual(
      now.hosts.map(({ id, address }) => [id, address]),
    );
    expect(then.scenario.clock.epochMs).toBe(Date.UTC(2006, 1, 1, 11, 52));
  });
});

test('the stage says what the map needs', () => {
  const { hosts, ports } = readStage('firma1');
  const neo = hosts.find(({ id }) => id === 'neo')!;
  expect(neo).toMatchObject({
    mark: 'MX 10',
    zone: 'firma1.intr',
    mailboxes: ['jura', 'anna'],
    shell: { user: 'root' },
  });
  expect(neo.badges.map(({ role }) => role)).toEqual([
    'MSA',
    'MSA',
    'MTA',
    'QMTP',
    'MDA',
    'POP3',
    'POP3',
    'IMAP',
    'IMAP',
    'DNS',
  ]);
  expect(neo.badges.filter(({ role }) => role === 'IMAP').map(({ port }) => port)).toEqual([143, 993]);
  expect(hosts.find(({ id }) => id === 'mx2')!.mark).toBe('MX 50');
  expect(hosts.find(({ id }) => id === 'store')!.badges).toEqual([
    { role: 'LMTP', port: 24 },
    { role: 'MDA' },
    { role: 'POP3', port: 110 },
  ]);
  expect(ports).toMatchObject({ 24: 'lmtp', 25: 'smtp', 53: 'dns', 110: 'pop3', 587: 'smtp' });
  expect(ports).toMatchObject({ 143: 'imap', 993: 'imap', 995: 'pop3' });
});
