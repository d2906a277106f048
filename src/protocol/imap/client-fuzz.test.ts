/** Hostile servers: nothing throws, nothing hangs, every session has one end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Effect } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { imapClient, imapClientState } from './client.ts';
import { JURA } from './client.testing.ts';
import type { ImapClientAnswer, ImapClientConfig, ImapClientQuestion } from './types.ts';

const octetText = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

/** Cuts a text at the places given, so that they become the arrivals of a connection. */
function piecesOf(text: string, cuts: readonly number[]): Octets[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end) as Octets);
}

interface Run {
  readonly effects: readonly Effect<ImapClientQuestion>[];
  readonly overs: readonly string[];
}

function run(config: Partial<ImapClientConfig>, arrivals: readonly Arrival<ImapClientAnswer>[]): Run {
  let held = driven(imapClientState({ ...JURA, ...config }));
  const effects: Effect<ImapClientQuestion>[] = [];
  const overs: string[] = [];
  const listed = new Map<number, boolean>();
  let closed = false;
  const answerTo = (question: ImapClientQuestion): ImapClientAnswer | undefined => {
    switch (question.kind) {
      case 'choose': {
        if (question.whole) listed.clear();
        for (const { uid } of question.entries) {
          expect(listed.has(uid)).toBe(false);
          listed.set(uid, true);
        }
        const uids = question.entries.map(({ uid }) => uid);
        return { kind: 'chosen', retrieve: [...uids, 77], see: uids, remove: [...uids, 78] };
      }
      case 'fetched':
        expect(listed.has(question.uid)).toBe(true);
        return { kind: 'noted' };
      case 'changed':
        expect(listed.get(question.uid)).toBe(true);
        return undefined;
      case 'gone':
        // Only what was listed goes, and it goes once.
        expect(listed.get(question.uid)).toBe(true);
        listed.set(question.uid, false);
        return undefined;
      case 'over':
        overs.push(question.error);
        return undefined;
    }
  };
  const take = (arrival: Arrival<ImapClientAnswer>): void => {
    if (closed) return;
    const [next, out] = drive(imapClient, held, arrival);
    held = next;
    effects.push(...out);
    closed ||= out.some(({ kind }) => kind === 'close');
    for (const effect of out) {
      const given = effect.kind === 'ask' ? answerTo(effect.question) : undefined;
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  for (const arrival of arrivals) take(arrival);
  return { effects, overs };
}

const saidLogout = (effects: Run['effects']): boolean =>
  effects.some(
    (effect) => effect.kind === 'send' && effect.note.kind === 'command' && effect.note.verb === 'LOGOUT',
  );

const number = fc.constantFrom('0', '1', '2', '3', '4', '99', '4294967295', '4294967296');
const items = fc.constantFrom(
  'UID 1',
  'UID 2',
  'UID 3',
  'UID x',
  'FLAGS (\\Seen)',
  'FLAGS ()',
  'FLAGS (\\Deleted $a)',
  'FLAGS 3',
  'RFC822.SIZE 5',
  'BODY[] {3}\r\nabc',
  'BODY[] {0}\r\n',
  'BODY[] {4}\r\nabc',
  'BODY[] NIL',
  'BODY[] "x"',
  'X ((()',
);
const fetch = fc
  .tuple(number, fc.array(items, { maxLength: 4 }))
  .map(([n, parts]) => `* ${n} FETCH (${parts.join(' ')})\r\n`);
const tagged = fc
  .tuple(fc.nat({ max: 12 }), fc.constantFrom('OK', 'OK', 'OK', 'NO', 'BAD'))
  .map(([n, status]) => `A${n} ${status} words\r\n`);
const untagged = fc.oneof(
  fc.tuple(number, fc.constantFrom('EXISTS', 'EXPUNGE', 'RECENT')).map(([n, what]) => `* ${n} ${what}\r\n`),
  fc.constantFrom(
    '+ go\r\n',
    '+\r\n',
    '* OK [UIDVALIDITY 7] x\r\n',
    '* OK [UIDVALIDITY 8] x\r\n',
    '* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\n',
    '* BYE x\r\n',
    '* LIST () "/" {3}\r\nabc\r\n',
    '* OK {5}\r\n',
    '\r\n',
    '{3}\r\n',
  ),
);
const said = fc.oneof(
  { weight: 4, arbitrary: tagged },
  { weight: 4, arbitrary: untagged },
  { weight: 4, arbitrary: fetch },
  { weight: 1, arbitrary: octetText },
);

const BEGUN = [
  '* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] hi\r\n',
  'A1 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in\r\n',
  '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nA2 OK there\r\n',
  '* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2)\r\nA3 OK all\r\n',
];

/** What a server might say next, tags in their order, so that the session gets somewhere. */
const plausible = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('tag') },
    { weight: 2, arbitrary: fetch },
    { weight: 2, arbitrary: untagged },
  ),
  { maxLength: 40 },
);

function inOrder(parts: readonly string[], from: number): string {
  let tag = from;
  return parts.map((part) => (part === 'tag' ? `A${tag++} OK x\r\n` : part)).join('');
}

test('whatever a server says, the client ends once, with an error when it was cut off', () => {
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 40 }),
      plausible,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.nat({ max: BEGUN.length }),
      fc.boolean(),
      (parts, next, cuts, begun, stay) => {
        const text = BEGUN.slice(0, begun).join('') + inOrder(next, begun) + parts.join('');
        const arrivals = piecesOf(text, cuts).map((octets) => ({ kind: 'octets', octets }) as const);
        const { effects, overs } = run({ stay }, [
          { kind: 'opened', peer: '192.0.2.1' },
          ...arrivals,
          { kind: 'closed' },
        ]);
        expect(overs).toHaveLength(1);
        if (!saidLogout(effects)) expect(overs[0]).not.toBe('');
      },
    ),
    { numRuns: 2000 },
  );
});

test('how the octets are cut changes nothing that is said', () => {
  const sentOf = ({ effects }: Run): string =>
    effects
      .map((effect) => (effect.kind === 'send' ? effect.octets : effect.kind === 'close' ? '<close>' : ''))
      .join('');
  fc.assert(
    fc.property(plausible, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (parts, cuts, stay) => {
      const text = BEGUN.join('') + inOrder(parts, BEGUN.length);
      const cut = piecesOf(text, cuts).map((octets) => ({ kind: 'octets', octets }) as const);
      const whole = { kind: 'octets', octets: text as Octets } as const;
      expect(sentOf(run({ stay }, cut))).toBe(sentOf(run({ stay }, [whole])));
    }),
    { numRuns: 1000 },
  );
});

test('inputs in any order do not confuse the client, and nothing secret is said before TLS', () => {
  const input = fc.oneof(
    said.map((text) => ({ kind: 'octets', octets: text as Octets }) as const),
    fc.constantFrom(...BEGUN).map((text) => ({ kind: 'octets', octets: text as Octets }) as const),
    fc.constantFrom<Arrival<ImapClientAnswer>>(
      { kind: 'opened', peer: '' },
      { kind: 'secured', tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 } },
      { kind: 'timeout', name: 'reply' },
      { kind: 'timeout', name: 'poll' },
      { kind: 'answer', answer: { kind: 'leave' } },
      { kind: 'answer', answer: { kind: 'noted' } },
      { kind: 'answer', answer: { kind: 'chosen', retrieve: [1, 2], see: [1], remove: [3] } },
    ),
  );
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 40 }),
      fc.constantFrom<ImapClientConfig['tls']>('none', 'encrypt', 'implicit'),
      fc.boolean(),
      (inputs, tls, stay) => {
        const { effects, overs } = run({ tls, stay }, [...inputs, { kind: 'closed' }]);
        expect(overs).toHaveLength(1);
        const isSecured = inputs.some(({ kind }) => kind === 'secured');
        if (tls !== 'none' && !isSecured)
          for (const effect of effects)
            if (effect.kind === 'send')
              expect(effect.octets).toMatch(/^A\d+ (CAPABILITY|STARTTLS|LOGOUT)\r\n$/);
      },
    ),
    { numRuns: 1500 },
  );
});
