/** Hostile peers: nothing throws, nothing hangs, every command has one reply, every client one end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Effect, Machine } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { SaslMechanism } from '../sasl/sasl.ts';
import { pop3Client } from './client.ts';
import { pop3ClientState } from './client-state.ts';
import { pop3Server } from './server.ts';
import { DIALECTS, serverOf } from './server.testing.ts';
import type { Pop3Answer, Pop3ClientAnswer, Pop3DialectName, Pop3ServerConfig } from './types.ts';

const octetText = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

/** Cuts a text at the places given, so that they become the arrivals of a connection. */
function piecesOf(text: string, cuts: readonly number[]): Octets[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end) as Octets);
}

function run<S, Q, A>(
  machine: Machine<S, Q, A>,
  state: S,
  arrivals: readonly Arrival<A>[],
  answer: (effect: Q) => A | undefined,
): readonly Effect<Q>[] {
  let held = driven(state);
  const all: Effect<Q>[] = [];
  let closed = false;
  const take = (arrival: Arrival<A>): void => {
    if (closed) return;
    const [next, effects] = drive(machine, held, arrival);
    held = next;
    all.push(...effects);
    closed = closed || effects.some(({ kind }) => kind === 'close');
    for (const effect of effects) {
      const given = effect.kind === 'ask' ? answer(effect.question) : undefined;
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  for (const arrival of arrivals) take(arrival);
  return all;
}

const word = fc.constantFrom(
  'USER anna',
  'PASS my secret',
  'STAT',
  'LIST',
  'RETR',
  'DELE',
  'NOOP',
  'RSET',
  'TOP',
  'UIDL',
  'QUIT',
  'APOP',
  'CAPA',
  'LAST',
  'STLS',
  'AUTH',
  'AUTH PLAIN',
  'AUTH LOGIN',
  'AUTH CRAM-MD5',
  'AGEAYg==',
  '*',
  'APOP anna c4c9334bac560ecc979e58001b3e22fb',
);
const argument = fc.constantFrom('', ' 1', ' 2', ' 3', ' 1 1', ' 0', ' -1', ' 1 99999999999999999999', ' x');
const ending = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n');
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(word, argument, ending).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(octetText, ending).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.nat(600).map((n) => `${'x'.repeat(n)}\r\n`) },
);

const serverAnswer = fc.constantFrom<Pop3Answer>(
  { kind: 'challenge', challenge: '<1.2@mail.example.org>' },
  { kind: 'refused', why: 'bad-login' },
  { kind: 'refused', why: 'unavailable', at: '2015-01-05 10:00:00' },
  {
    kind: 'maildrop',
    entries: [
      { uid: 'a', octets: 3 },
      { uid: 'b', octets: 0 },
    ],
  },
  { kind: 'refused', why: 'in-use' },
  { kind: 'message', content: '.\n\n.\r\n..x\r' as Octets },
  { kind: 'gone' },
  { kind: 'updated' },
);
const dialects = fc.constantFrom<Pop3DialectName>(...DIALECTS);
const configs = fc.record({
  plaintext: fc.boolean(),
  apop: fc.boolean(),
  mechanisms: fc.constantFrom<readonly SaslMechanism[]>([], ['PLAIN'], ['PLAIN', 'LOGIN', 'CRAM-MD5']),
});

test('the server gives every command line one reply, whatever comes and however it is answered', () => {
  fc.assert(
    fc.property(
      dialects,
      configs,
      fc.boolean(),
      fc.array(line, { maxLength: 40 }),
      octetText,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.array(serverAnswer, { minLength: 1, maxLength: 10 }),
      (dialect, config, loggedIn, lines, tail, cuts, answers) => {
        const typed = (loggedIn ? 'USER anna\r\nPASS my secret\r\n' : '') + lines.join('') + tail;
        const arrivals = piecesOf(typed, cuts).map((octets) => ({ kind: 'octets', octets }) as const);
        let asked = 0;
        const effects = run(
          pop3Server,
          serverOf(dialect, { ...config, plaintext: config.plaintext || loggedIn }),
          [{ kind: 'opened', peer: '192.0.2.1' }, ...arrivals],
          (question) => {
            if (question.kind === 'abandon') return undefined;
            if (question.kind === 'challenge')
              return { kind: 'challenge', challenge: '<1.2@mail.example.org>' };
            asked++;
            if (loggedIn && asked === 1) {
              return { kind: 'maildrop', entries: [{ uid: 'a', octets: 3 }] };
            }
            return answers[asked % answers.length];
          },
        );
        const replies = effects.flatMap((effect) =>
          effect.kind === 'send' && effect.note.kind === 'reply' && effect.note.verb !== 'SERVER'
            ? [[effect.octets, effect.note] as const]
            : [],
        );
        const heard = typed.split('\n').slice(0, -1);
        if (effects.some(({ kind }) => kind === 'close')) {
          expect(replies.length - 1).toBeLessThanOrEqual(heard.length);
        } else {
          expect(replies.length - 1).toBe(heard.length);
        }
        replies.slice(1).forEach(([octets, note], index) => {
          expect(`${heard[index]}\n`.startsWith(note.line)).toBe(true);
          // What a server repeats may hold any octet but LF.
          expect(octets).toMatch(/^(\+OK|-ERR|\+)( [^\n]*)?\r\n/);
          expect(octets.indexOf('\n')).toBeLessThan(dialect.startsWith('dovecot') ? 2100 : 512);
          if (note.lines > 1) expect(octets.endsWith('\r\n.\r\n')).toBe(true);
          else expect(octets.indexOf('\n')).toBe(octets.length - 1);
        });
      },
    ),
    { numRuns: 600 },
  );
});

const tls = fc.constantFrom<Pop3ServerConfig['tls']>('none', 'may', 'required', 'implicit');

test('inputs in any order do not confuse the server', () => {
  const input = fc.oneof(
    line.map((text) => ({ kind: 'octets', octets: text as Octets }) as const),
    serverAnswer.map((answer) => ({ kind: 'answer', answer }) as const),
    fc.constantFrom<Arrival<Pop3Answer>>(
      { kind: 'opened', peer: '' },
      { kind: 'secured', tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 } },
      { kind: 'timeout', name: 'idle' },
      { kind: 'timeout', name: 'other' },
      { kind: 'closed' },
    ),
  );
  fc.assert(
    fc.property(
      dialects,
      configs,
      tls,
      fc.array(input, { maxLength: 40 }),
      (dialect, config, how, inputs) => {
        let held = driven(serverOf(dialect, { ...config, tls: how }));
        let abandoned = 0;
        for (const arrival of inputs) {
          const [next, effects] = drive(pop3Server, held, arrival);
          held = next;
          abandoned += effects.filter((e) => e.kind === 'ask' && e.question.kind === 'abandon').length;
          // Before TLS stands where it comes first, and while it begins, nothing is said.
          if (held.state.awaitsTls && how === 'implicit')
            expect(effects.some((e) => e.kind === 'send')).toBe(false);
        }
        expect(abandoned).toBeLessThanOrEqual(1);
        expect(JSON.parse(JSON.stringify(held.state))).toEqual(held.state);
      },
    ),
    { numRuns: 400 },
  );
});

const said = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('+OK\r\n', '+OK 1 2\r\n', '-ERR no\r\n', '.\r\n', '1 a\r\n', '1 20\r\n'),
  },
  { weight: 2, arbitrary: fc.constantFrom('..\r\n', '\r\n', 'Subject: x\r\n', '2 b\n', '.\n', '9 9\r\n') },
  { weight: 1, arbitrary: octetText },
);

test('whatever a server says, the client ends once, with an error when it was cut off', () => {
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 40 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.boolean(),
      (parts, cuts, login) => {
        const text =
          (login ? '+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n+OK\r\n1 9\r\n.\r\n' : '') +
          parts.join('');
        const arrivals = piecesOf(text, cuts).map((octets) => ({ kind: 'octets', octets }) as const);
        const overs: string[] = [];
        const effects = run(
          pop3Client,
          pop3ClientState({ user: 'anna', password: 'x', replyTimeoutMs: 1000 }),
          [{ kind: 'opened', peer: '192.0.2.1' }, ...arrivals, { kind: 'closed' }],
          (question): Pop3ClientAnswer | undefined => {
            if (question.kind === 'over') overs.push(question.error);
            if (question.kind === 'over') return undefined;
            if (question.kind === 'fetched') return { kind: 'noted' };
            const uids = question.entries.map(({ uid }) => uid);
            return { kind: 'chosen', retrieve: uids, remove: [...uids, 'unheard of'] };
          },
        );
        expect(overs).toHaveLength(1);
        const saidQuit = effects.some(
          (e) => e.kind === 'send' && e.note.kind === 'command' && e.note.verb === 'QUIT',
        );
        if (!saidQuit) expect(overs[0]).not.toBe('');
      },
    ),
    { numRuns: 600 },
  );
});
