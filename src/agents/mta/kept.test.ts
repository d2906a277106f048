/** Connections that Postfix keeps for the next letter: recorded ones, and what may go wrong with them. */
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../protocol/tls/certificate.ts';
import { act, createHistory, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import {
  facts,
  mailbox,
  openTold,
  power,
  scenarioWith,
  sessionsOf,
  withMta,
  type FickleConfig,
} from '../world.testing.ts';
import type { Posting, Setting } from './post.testing.ts';
import { logOf, mtaOf, openPost, post, readPostings, recordedSaying, saidBy } from './post.testing.ts';
import type { MtaConfig } from './types.ts';

const ONE_BY_ONE: Setting = { ports: [25, 25], aliases: {}, neo: { destinationConcurrency: 1 } };
const CERTIFICATE = selfSigned({ subject: 'pobocka.firma1.intr', notBefore: 0, days: 36_500 });

/** The recorded letters were held, and then released together; and nobody logged TLS. */
const isOtherwise = (line: string): boolean =>
  /postsuper|: [<>] pobocka|TLS connection established/.test(line);

const bag = (lines: readonly string[] = []): readonly string[] => lines.toSorted();

describe.each([
  ['postfix-esmtp-reuse', ONE_BY_ONE],
  [
    'postfix-esmtp-reuse-tls',
    {
      ...ONE_BY_ONE,
      neo: { ...ONE_BY_ONE.neo, clientTls: 'may' },
      pobocka: { tls: 'may', certificates: [CERTIFICATE] },
    },
  ],
] as const)('%s', (name, setting: Setting) => {
  test.each(readPostings(name).map((posting) => [posting.title, posting] as const))('%s', (_, posting) => {
    const history = openPost(setting);
    post(history, posting, 25);
    expect(saidBy(history, 'neo')).toEqual(recordedSaying(posting));
    const { neo, pobocka } = posting.logs;
    const own = (lines: readonly string[]) =>
      bag(lines.filter((line) => !isOtherwise(line) && !line.includes('/smtpd[')));
    expect(own(logOf(history, 'neo'))).toEqual(own(neo!));
    const server = (lines: readonly string[]) =>
      lines.filter((line) => line.includes('/smtpd[') && !isOtherwise(line));
    expect(server(logOf(history, 'pobocka'))).toEqual(server(pobocka!));
    expect(mtaOf(history, 'neo')).toMatchObject({ queue: [], deliveries: [], kept: [], surges: [] });
  });
});

const letters = (count: number): Posting['sent'] => [
  'EHLO pc1\r\n',
  ...Array.from({ length: count }, (_, i) => [
    'MAIL FROM:<jura@firma1.intr>\r\n',
    'RCPT TO:<karel@pobocka.firma1.intr>\r\n',
    'DATA\r\n',
    `Subject: letter ${i + 1}\r\n\r\nx\r\n.\r\n`,
  ]).flat(),
  'QUIT\r\n',
];

const typing = (history: History, count: number): void =>
  act(history, {
    kind: 'input',
    program: 'pc1/typist',
    input: { port: 25, pieces: letters(count), closes: false },
  });

/** Neo, one delivery at a time, and a pobocka that says what it is told to in each session. */
function send(count: number, sessions: FickleConfig['sessions'], neo: Partial<MtaConfig> = {}): History {
  const plain = openPost({ ...ONE_BY_ONE, neo: { ...ONE_BY_ONE.neo, ...neo } });
  const history = openTold(plain.scenario, { pobocka: sessions }, plain.registry);
  typing(history, count);
  runIdle(history, 400_000);
  return history;
}

const LETTER = ['MAIL', 'RCPT', 'DATA'];
const uses = (history: History): readonly (string | undefined)[] =>
  logOf(history, 'neo').flatMap((line) =>
    line.includes('/smtp[') && line.includes(': to=') ? [/conn_use=(\d+)/.exec(line)?.[1]] : [],
  );

describe('a kept connection', () => {
  test('closes without a word two seconds after its last letter', () => {
    const history = send(3, [{}]);
    const gone = history.log.filter(
      ({ host, what }) => host === 'neo' && what.kind === 'closed' && what.side === 'client',
    );
    expect(sessionsOf(history, 'neo')).toEqual([
      ['EHLO', ...LETTER, 'QUIT'],
      ['EHLO', ...LETTER, 'RSET', ...LETTER],
    ]);
    const last = facts(history, 'relayed').at(-1)!.at;
    expect(gone.at(-1)!.at - last).toBe(2000);
  });

  test('serves no letter that comes by itself', () => {
    const history = openPost(ONE_BY_ONE);
    for (let i = 0; i < 4; i++) {
      typing(history, 1);
      runUntil(history, history.world.now + 1500);
    }
    runIdle(history);
    expect(uses(history)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each([
    ['refuses RSET', { RSET: '421 4.3.2 going down' }],
    ['does not know RSET', { RSET: '502 5.5.2 what?' }],
    ['hangs up at RSET', { RSET: 'close' }],
    ['is silent', { RSET: 'silence' }],
  ] as const)('whose server %s is given up, and the letter goes by a new one', (_, replies) => {
    const history = send(3, [{}, replies, {}]);
    expect(facts(history, 'relayed')).toHaveLength(3);
    expect(facts(history, 'deferred')).toEqual([]);
    expect(sessionsOf(history, 'neo')).toHaveLength(3);
    expect(sessionsOf(history, 'neo')[2]).toEqual(['EHLO', ...LETTER]);
    expect(mtaOf(history, 'neo')).toMatchObject({ queue: [], deliveries: [], kept: [] });
  });

  test('whose server goes away meanwhile is forgotten', () => {
    const history = openPost(ONE_BY_ONE);
    typing(history, 3);
    while (mtaOf(history, 'neo').kept.length === 0 || facts(history, 'relayed').length < 3)
      runUntil(history, history.world.now + 1);
    power(history, 'pobocka', false);
    runIdle(history);
    expect(mtaOf(history, 'neo').kept).toEqual([]);
    power(history, 'pobocka', true);
    typing(history, 1);
    runIdle(history);
    expect(mailbox(history, 'pobocka', 'karel')).toHaveLength(4);
  });

  test('does not outlive its host', () => {
    const history = openPost(ONE_BY_ONE);
    typing(history, 5);
    while (facts(history, 'relayed').length < 3) runUntil(history, history.world.now + 1);
    power(history, 'neo', false);
    power(history, 'neo', true);
    runIdle(history);
    const subjects = mailbox(history, 'pobocka', 'karel').map(
      (letter) => /^Subject: (.*)\r$/m.exec(letter)?.[1],
    );
    const accepted = facts(history, 'accepted').filter(({ host }) => host === 'neo').length;
    expect(new Set(subjects).size).toBe(accepted);
    expect(mtaOf(history, 'neo')).toMatchObject({ kept: [], surges: [], deliveries: [] });
    expect(mtaOf(history, 'neo').queue).toEqual([]);
  });

  /** The other host is far away: a delivery with its own connection takes 24 s. A letter is accepted at each instant. */
  function spaced(instants: readonly number[]): readonly (readonly string[])[] {
    const plain = openPost({ ports: [25, 25], aliases: {} });
    const links = [{ between: ['pc1', 'neo'] as const, latencyMs: 5 }];
    const scenario = { ...plain.scenario, links, defaultLink: { latencyMs: 2000 } };
    const history = createHistory(scenario, plain.registry);
    runIdle(history);
    const start = history.world.now;
    for (const instant of instants) {
      runUntil(history, start + instant);
      typing(history, 1);
    }
    runIdle(history);
    expect(mailbox(history, 'pobocka', 'karel')).toHaveLength(instants.length);
    return sessionsOf(history, 'neo');
  }

  test.each([
    ['letters that overlap, but do not follow upon each other', [0, 10_000, 30_000], [true, true, true]],
    ['one that follows upon another: it keeps its own', [0, 10_000, 24_500], [true, true, false]],
    ['one in the second after: it still follows', [0, 10_000, 25_500], [true, true, false]],
    ['one in the second after that: it does not', [0, 10_000, 26_500], [true, true, true]],
    [
      'one more while others are under way: keeping goes on',
      [0, 10_000, 24_500, 30_000],
      [true, true, false, false],
    ],
    [
      'one that comes after that time: keeping has ended',
      [0, 10_000, 24_500, 52_000],
      [true, true, false, true],
    ],
  ])('%s', (_, instants, goodbyes) => {
    const said = spaced(instants);
    expect(said.map((verbs) => verbs.at(-1) === 'QUIT')).toEqual(goodbyes);
  });

  test('a last RSET that goes wrong is not the reason why a letter waits', () => {
    const history = send(1, [{ RCPT: '450 4.2.0 Greylisted', RSET: 'close' }]);
    const [waits] = logOf(history, 'neo').filter((line) => line.includes('status=deferred'));
    expect(waits).toContain('said: 450 4.2.0 Greylisted (in reply to RCPT TO command)');
  });

  test('is used for five minutes at most, and then ends with QUIT', () => {
    const plain = openPost(ONE_BY_ONE);
    const links = [{ between: ['pc1', 'neo'] as const, latencyMs: 20 }];
    const scenario = { ...plain.scenario, links, defaultLink: { latencyMs: 700 } };
    const history = createHistory(scenario, plain.registry);
    runIdle(history);
    typing(history, 90);
    runIdle(history);
    // One makes way for keeping, one is kept as long as may be, and one serves the rest.
    expect(sessionsOf(history, 'neo').map((said) => said.at(-1))).toEqual(['QUIT', 'QUIT', 'DATA']);
    expect(mailbox(history, 'pobocka', 'karel')).toHaveLength(90);
    const opened = history.log.filter(
      ({ host, what }) => host === 'neo' && what.kind === 'opened' && what.side === 'client',
    );
    const age = opened[2]!.at - opened[1]!.at;
    expect(age).toBeGreaterThan(300_000);
    expect(age).toBeLessThan(310_000);
  });

  test.each([
    ['near: both are kept', 20],
    ['far: the first is given up before the second is done', 300],
  ])('to a host that was not the first choice does not become the first: %s', (_, latencyMs) => {
    const history = exchangers({ mx1: [{ RCPT: '450 4.2.0 Greylisted' }] }, 5, { latencyMs });
    expect(mailbox(history, 'store', 'walter')).toHaveLength(5);
    const said = sessionsOf(history, 'neo');
    // mx1 says no each time, and is asked first each time.
    const refused = ['MAIL', 'RCPT', 'RSET'];
    expect(said.flat().filter((verb) => verb === 'RCPT')).toHaveLength(10);
    if (latencyMs > 20) return;
    expect(said).toEqual([
      ['EHLO', ...refused, 'QUIT'],
      ['EHLO', ...LETTER, 'QUIT'],
      ['EHLO', ...refused, ...['RSET', ...refused], ...['RSET', ...refused], ...['RSET', ...refused]],
      ['EHLO', ...LETTER, ...['RSET', ...LETTER], ...['RSET', ...LETTER], ...['RSET', ...LETTER]],
    ]);
  });

  /** firma1 near by, with exchangers that say what they are told to; letters for Walter, one delivery at a time. */
  function exchangers(
    sessions: Readonly<Record<string, FickleConfig['sessions'] | 'nobody'>>,
    count: number,
    { neo = {} as Partial<MtaConfig>, forMs = 250_000, more = '', latencyMs = 20 } = {},
  ): History {
    const wires = { links: [], defaultLink: { latencyMs } };
    const plain = { ...scenarioWith('firma1', more), ...wires };
    const history = openTold(
      withMta(plain, 'neo', { destinationConcurrency: 1, clientTls: 'none', ...neo }),
      sessions,
    );
    for (let i = 0; i < count; i++) {
      const letter = { account: 'jura@firma1.intr', to: 'walter@example.org', subject: `${i}`, body: 'x' };
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'send', ...letter } });
    }
    runUntil(history, history.world.now + forMs);
    return history;
  }

  const said = (history: History, verb: string): number =>
    sessionsOf(history, 'neo')
      .flat()
      .filter((one) => one === verb).length;

  test('does not send a letter round and round: each exchanger is asked once', () => {
    const later = [{ RCPT: '450 4.2.0 Greylisted' }];
    const history = exchangers({ mx1: later, mx2: later }, 4);
    expect(said(history, 'RCPT')).toBe(8);
    expect(facts(history, 'deferred')).toHaveLength(4);
  });

  test('to the second exchanger serves its destination where the first is dead', () => {
    const history = exchangers({ mx1: [{ CONNECT: '554 5.3.2 no service here' }] }, 4);
    expect(mailbox(history, 'store', 'walter')).toHaveLength(4);
    // The first delivery makes room for keeping, the second keeps, the others go straight to mx2.
    expect(sessionsOf(history, 'neo').map((verbs) => verbs.length)).toEqual([1, 5, 1, 12]);
  });

  test.each([
    ['is not known by it', '501 5.1.3 what?'],
    ['has no such command', '502 5.5.2 what?'],
    ['wants no parameters', '555 5.5.4 what?'],
  ])('is not kept where a server %s', (_, RCPT) => {
    const history = send(3, [{ RCPT }]);
    expect(sessionsOf(history, 'neo')).toHaveLength(3);
    expect(facts(history, 'bounced')).toHaveLength(3);
  });

  test.each([
    ['a surplus reply', '250 Ok\r\n250 extra'],
    ['half of one', '250 Ok\r\n250-half'],
    ['nonsense', '250 Ok\r\nhello'],
    ['a farewell', '250 Ok\r\n421 4.3.2 going down'],
  ])('is closed at once behind %s, and no answer is taken for another', (_, reply) => {
    const history = send(4, [{ 'END-OF-DATA': reply }]);
    expect(facts(history, 'relayed')).toHaveLength(4);
    expect(sessionsOf(history, 'neo')).toHaveLength(4);
    expect([...history.world.conns.values()]).toEqual([]);
  });

  test('whose server says nothing to RSET holds a letter for twenty seconds', () => {
    const history = send(3, [{}, { RSET: 'silence' }, {}]);
    const times = facts(history, 'relayed').map(({ at }) => at);
    expect(Math.round((times[2]! - times[1]!) / 1000)).toBe(20);
  });

  test('is no more spoken of once it is gone and no other host can be reached', () => {
    const history = exchangers({ mx2: 'nobody' }, 4, { forMs: 0 });
    const reused = () =>
      mtaOf(history, 'neo').deliveries.some(({ session, handed }) => session.use > 1 && handed);
    while (!reused()) runUntil(history, history.world.now + 1);
    power(history, 'mx1', false);
    runUntil(history, history.world.now + 400_000);
    const waiting = logOf(history, 'neo').filter((line) => line.includes('status=deferred'));
    expect(waiting.length).toBeGreaterThan(0);
    for (const line of waiting.filter((one) => one.includes('relay=none')))
      expect(line).not.toContain('conn_use');
    expect(waiting.some((line) => line.includes('relay=none'))).toBe(true);
  });

  test('that goes without TLS because TLS failed is not kept', () => {
    const broken = { EHLO: '250-hello\r\n250 STARTTLS', STARTTLS: '220 go\r\nnonsense' };
    const history = send(3, [broken, {}, broken, {}, broken, {}], { clientTls: 'may' });
    expect(facts(history, 'relayed')).toHaveLength(3);
    expect(sessionsOf(history, 'neo')).toHaveLength(6);
  });

  test('bears the name under which the letter looked for its host', () => {
    const other = 'dns: { example.net: ["MX 10 other", "other A 203.0.113.10"] }\n';
    const history = exchangers({ mx1: [{}] }, 3, { forMs: 0, more: other });
    for (const to of ['a@example.net', 'b@example.net', 'c@example.net']) {
      const letter = { account: 'jura@firma1.intr', to, subject: 'x', body: 'x' };
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'send', ...letter } });
    }
    runUntil(history, history.world.now + 60_000);
    const places = logOf(history, 'neo').flatMap((line) =>
      line.includes('conn_use=')
        ? [/to=<.*@(.*)>, relay=(.*)\[203\.0\.113\.10\]/.exec(line)!.slice(1, 3).join(' ')]
        : [],
    );
    expect(new Set(places)).toEqual(
      new Set(['example.org mx1.example.org', 'example.net other.example.net']),
    );
  });

  /** Neo hands on what is for elsewhere to a relay host, with a login; and what is for pobocka to the same host, without. */
  test('without a login serves nobody who has one', () => {
    const server = { protocol: 'smtp', host: 'pobocka.firma1.intr', port: 25 } as const;
    const history = openPost({
      ...ONE_BY_ONE,
      neo: {
        destinationConcurrency: 1,
        relayHost: '[pobocka.firma1.intr]',
        transports: { 'pobocka.firma1.intr': server },
        clientLogin: { user: 'neo', password: 'x' },
      },
      pobocka: { auth: { mechanisms: ['PLAIN'], tlsOnly: false, oldLine: false }, passwords: { neo: 'x' } },
    });
    const pieces = [
      ...letters(3).slice(0, -1),
      ...letters(3)
        .slice(1)
        .map((line) => line.replace('karel@pobocka.firma1.intr', 'x@elsewhere.example')),
    ];
    act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
    runUntil(history, history.world.now + 5000);
    const refused = logOf(history, 'neo').filter((line) => line.includes('Relay access denied'));
    expect(refused).toEqual([]);
    expect(facts(history, 'relayed').filter(({ host }) => host === 'neo')).toHaveLength(6);
  });

  test('to a relay host is not for a domain of the same name', () => {
    const neo: Partial<MtaConfig> = {
      relayHost: 'example.org',
      transports: { 'example.org': { protocol: 'lmtp', host: 'store.example.org', port: 24 } },
    };
    const history = exchangers({}, 0, { neo });
    for (const to of [
      'walter@example.org',
      'walter@example.org',
      'walter@example.org',
      'x@elsewhere.example',
    ]) {
      const letter = { account: 'jura@firma1.intr', to, subject: 'x', body: 'x' };
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'send', ...letter } });
    }
    runUntil(history, history.world.now + 60_000);
    const other = logOf(history, 'neo').filter((line) => line.includes('x@elsewhere.example'));
    expect(other.filter((line) => line.includes('relay=store.example.org'))).toEqual([]);
    expect(other.some((line) => line.includes('relay=mx1.example.org'))).toBe(true);
  });

  test('is Postfix’s own way', () => {
    for (const dialect of ['sendmail8', 'exim4', 'qmail'] as const)
      for (const said of sessionsOf(send(3, [{}], { dialect }), 'neo')) expect(said).not.toContain('RSET');
  });
});
