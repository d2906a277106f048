/** Whatever octets come, nothing throws, everything stays bounded, and every whole package has its replies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Effect, Machine } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { qmtpClient, qmtpClientState } from './client.ts';
import { netstringsIn } from './netstring.ts';
import { CLIENT, LETTER, ns, packed, postman, saying, willing } from './qmtp.testing.ts';
import { qmtpServer, qmtpServerState } from './server.ts';
import type { QmtpAnswer, QmtpClientAnswer, QmtpVerdict, Transaction } from './types.ts';

const octetText = fc.array(fc.nat(255), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes));
const address = fc.oneof(
  fc.constantFrom('', 'b@b.example', 'two words@b.example', 'x'.repeat(1000), 'c\0'),
  octetText,
);
const wellFormed = fc
  .tuple(fc.constantFrom('\r', '\n'), octetText, address, fc.array(address, { maxLength: 4 }))
  .map(([first, text, sender, recipients]) => packed(first + text, sender, recipients));
/** Nearly a package: one octet more, less or other. */
const mutated = fc
  .tuple(wellFormed, fc.nat(), fc.constantFrom('0', '1', ':', ',', '-', '', 'x', '\n'), fc.nat(1))
  .map(([text, at, put, cut]) => {
    const place = at % text.length;
    return text.slice(0, place) + put + text.slice(place + cut);
  });
const stream = fc
  .array(fc.oneof({ weight: 4, arbitrary: wellFormed }, mutated, octetText), { maxLength: 6 })
  .map((parts) => parts.join(''));

/** Cuts a text at the places given, so that they become the arrivals of a connection. */
function piecesOf(text: string, cuts: readonly number[]): Octets[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end) as Octets);
}

function run<S, Q, A>(
  machine: Machine<S, Q, A>,
  state: S,
  arrivals: readonly Arrival<A>[],
  answer: (question: Q) => A | undefined,
) {
  let held = driven(state);
  const effects: Effect<Q>[] = [];
  let closed = false;
  const take = (arrival: Arrival<A>): void => {
    if (closed) return;
    const [next, out] = drive(machine, held, arrival);
    held = next;
    effects.push(...out);
    closed = out.some(({ kind }) => kind === 'close');
    for (const effect of out) {
      const given = effect.kind === 'ask' ? answer(effect.question) : undefined;
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  for (const arrival of arrivals) take(arrival);
  const sent = effects
    .flatMap((effect) => (effect.kind === 'send' ? [effect.octets] : []))
    .join('') as Octets;
  return { state: held.state, effects, closed, sent };
}

const OPENED = { kind: 'opened', peer: '192.0.2.1' } as const;
const arrivalsOf = (text: string, cuts: readonly number[]) => [
  OPENED,
  ...piecesOf(text, cuts).map((octets) => ({ kind: 'octets', octets }) as const),
];

const verdict = fc.constantFrom<QmtpVerdict>(
  { kind: 'queued', queueId: '1' },
  { kind: 'queued', queueId: '\r\n\xff' },
  { kind: 'refuse', why: 'relay-denied', text: '' },
  { kind: 'refuse', why: 'rejected', text: ' #own\r\nwords\u0161' },
  { kind: 'refuse', why: 'try-later', text: '   ' },
);

test('a server bears any octets, says netstrings only and the same however they come', () => {
  fc.assert(
    fc.property(
      stream,
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(verdict, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0, 20),
      (text, cuts, verdicts, sizeLimit) => {
        const agent = saying(...verdicts);
        const state = qmtpServerState({ sizeLimit });
        const whole = run(qmtpServer, state, arrivalsOf(text, []), agent);
        const cut = run(qmtpServer, state, arrivalsOf(text, cuts), agent);
        expect(cut.sent).toBe(whole.sent);
        expect(cut.closed).toBe(whole.closed);
        const replies = netstringsIn(whole.sent);
        expect(replies?.every((reply) => /^[KZD][!-~][ -~]*$/.test(reply))).toBe(true);
        expect(JSON.stringify(whole.state).length).toBeLessThan(8 * text.length + 1000);
      },
    ),
    { numRuns: 500 },
  );
});

test('well-formed packages get a reply for each recipient, and the server stays', () => {
  const packages = fc.array(
    fc.tuple(fc.constantFrom('\r', '\n'), octetText, address, fc.array(address, { maxLength: 4 })),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(packages, fc.array(fc.nat(), { maxLength: 4 }), (list, cuts) => {
      const text = list.map(([first, body, sender, to]) => packed(first + body, sender, to)).join('');
      const { sent, closed } = run(
        qmtpServer,
        qmtpServerState({ sizeLimit: 0 }),
        arrivalsOf(text, cuts),
        willing,
      );
      expect(closed).toBe(false);
      expect(netstringsIn(sent)).toHaveLength(list.reduce((sum, [, , , to]) => sum + to.length, 0));
    }),
    { numRuns: 300 },
  );
});

test('inputs in any order do not confuse the server', () => {
  const input = fc.oneof(
    stream.map((text) => ({ kind: 'octets', octets: text as Octets }) as const),
    fc.constantFrom<Arrival<QmtpAnswer>>(
      { kind: 'answer', answer: { kind: 'verdicts', verdicts: [], epochSeconds: 1.5 } },
      OPENED,
      { kind: 'secured', tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 } },
      { kind: 'timeout', name: 'session' },
      { kind: 'timeout', name: 'other' },
      { kind: 'closed' },
    ),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
      const { sent } = run(qmtpServer, qmtpServerState({ sizeLimit: 20 }), inputs, () => undefined);
      expect(netstringsIn(sent)).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('a client bears anything, gives every package one outcome and says over once', () => {
  const said = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('K', 'Zlater (#4.3.0)', 'D\0').map(ns) },
    { weight: 1, arbitrary: fc.constantFrom('0:,', '02:KK,', '3:Kxx;', '99999999999', '220 hi\r\n') },
    { weight: 1, arbitrary: octetText },
  );
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 10 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(fc.nat(3), { maxLength: 4 }),
      (parts, cuts, counts) => {
        const letters: readonly Transaction[] = counts.map((count, i) => ({
          ...LETTER,
          letter: `Q${i}`,
          forwardPaths: Array(count).fill('b@b.example'),
        }));
        const post = postman(...letters);
        const arrivals: Arrival<QmtpClientAnswer>[] = [
          ...arrivalsOf(parts.join(''), cuts),
          { kind: 'closed' },
        ];
        run(qmtpClient, qmtpClientState(CLIENT), arrivals, post.answer);
        expect(post.ends).toHaveLength(1);
        expect(post.outcomes.map(({ letter }) => letter).sort()).toEqual(
          letters.map(({ letter }) => letter).sort(),
        );
        for (const { letter, recipients } of post.outcomes) {
          expect(recipients).toHaveLength(counts[Number(letter.slice(1))]!);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('what a client sends, a server hears, in both encodings', () => {
  const lines = fc
    .array(
      octetText.map((text) => text.replaceAll('\n', '')),
      { maxLength: 6 },
    )
    .map((each) => each.join('\r\n') as Octets);
  const path = fc.constantFrom('b@b.example', '"two words"@b.example', '"a\\"b@c"@b.example', 'postmaster');
  fc.assert(
    fc.property(
      lines,
      path,
      fc.array(path, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('lf' as const, 'crlf' as const),
      (content, reversePath, forwardPaths, lineEnd) => {
        const letter = { letter: 'Q', reversePath, forwardPaths, content };
        const { sent } = run(
          qmtpClient,
          qmtpClientState({ ...CLIENT, lineEnd }),
          [OPENED],
          postman(letter).answer,
        );
        const { effects } = run(qmtpServer, qmtpServerState({ sizeLimit: 0 }), arrivalsOf(sent, []), willing);
        const asked = effects.flatMap((effect) => (effect.kind === 'ask' ? [effect.question] : []));
        expect(asked).toEqual([{ kind: 'package', reversePath, forwardPaths, content }]);
      },
    ),
    { numRuns: 300 },
  );
});
