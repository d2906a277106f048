/** Hostile peers: nothing throws, nothing hangs, every command has one reply, every client one end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Effect, Machine } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { pop3Client, pop3ClientState } from './client.ts';
import { COMMAND_LINE_LIMIT, pop3Server, pop3ServerState } from './server.ts';
import type { Pop3Answer, Pop3ClientAnswer, Pop3DialectName } from './types.ts';

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
);
const argument = fc.constantFrom('', ' 1', ' 2', ' 3', ' 1 1', ' 0', ' -1', ' 1 99999999999999999999', ' x');
const ending = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n');
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(word, argument, ending).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(octetText, ending).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.nat(600).map((n) => `${'x'.repeat(n)}\r\n`) },
);

const serverAnswer = fc.constantFrom<Pop3Answer>(
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
const dialects = fc.constantFrom<Pop3DialectName>('dovecot2006', 'dovecot', 'qpopper', 'telenet-pop');

test('the server gives every command line one reply, whatever comes and however it is answered', () => {
  fc.assert(
    fc.property(
      dialects,
      fc.boolean(),
      fc.array(line, { maxLength: 40 }),
      octetText,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.array(serverAnswer, { minLength: 1, maxLength: 10 }),
      (dialect, loggedIn, lines, tail, cuts, answers) => {
        const typed = (loggedIn ? 'USER anna\r\nPASS my secret\r\n' : '') + lines.join('') + tail;
        const arrivals = piecesOf(typed, cuts).map((octets) => ({ kind: 'octets', octets }) as const);
        let asked = 0;
        const effects = run(
          pop3Server,
          pop3ServerState({ hostname: 'mail.example.org', dialect }),
          [{ kind: 'opened', peer: '192.0.2.1' }, ...arrivals],
          (question) => {
            if (question.kind === 'abandon') return undefined;
            asked++;
            if (loggedIn && asked === 1) {
              return { kind: 'maildrop', entries: [{ uid: 'a', octets: 3 }] };
            }
            return answers[asked % answers.length];
          },
        );
        const replies = effects.flatMap((effect) =>
          effect.kind === 'send' && effect.note.kind === 'reply'
            ? [[effect.octets, effect.note] as const]
            : [],
        );
        const heard = typed.split('\n');
        const unended = heard.pop()!;
        if (unended.length > COMMAND_LINE_LIMIT) heard.push(unended);
        if (effects.some(({ kind }) => kind === 'close')) {
          expect(replies.length - 1).toBeLessThanOrEqual(heard.length);
        } else {
          expect(replies.length - 1).toBe(heard.length);
        }
        replies.slice(1).forEach(([octets, note], index) => {
          expect(`${heard[index]}\n`.startsWith(note.line)).toBe(true);
          expect(octets).toMatch(/^(\+OK|-ERR)( [ -~]*)?\r\n/);
          expect(octets.indexOf('\n')).toBeLessThan(512);
          if (note.lines > 1) expect(octets.endsWith('\r\n.\r\n')).toBe(true);
          else expect(octets.indexOf('\n')).toBe(octets.length - 1);
        });
      },
    ),
    { numRuns: 600 },
  );
});

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
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      let held = driven(pop3ServerState({ hostname: 'h', dialect: 'dovecot' }));
      let abandoned = 0;
      for (const arrival of inputs) {
        const [next, effects] = drive(pop3Server, held, arrival);
        held = next;
        abandoned += effects.filter((e) => e.kind === 'ask' && e.question.kind === 'abandon').length;
      }
      expect(abandoned).toBeLessThanOrEqual(1);
    }),
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
