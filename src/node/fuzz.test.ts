/**
 * Random and mutated lines at every server machine: none throws, none goes on for ever, none keeps more than its share.
 * Ten thousand lines a protocol here; `FUZZ_LINES=1000000 npx vitest run src/node/fuzz.test.ts` is the nightly length.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { complaintAbout, decodeMessage, encodeMessage } from '../dns/wire.ts';
import { splitMessage } from '../mail/message.ts';
import type { Driven, Machine } from '../protocol/machine.ts';
import { drive, driven } from '../protocol/machine.ts';
import { pop3Server, pop3ServerState } from '../protocol/pop3/server.ts';
import type { Pop3Answer } from '../protocol/pop3/types.ts';
import type { QmtpAnswer } from '../protocol/qmtp/types.ts';
import { qmtpServer, qmtpServerState } from '../protocol/qmtp/server.ts';
import { DIALECTS } from '../protocol/smtp/dialects/dialect.ts';
import { smtpServer, smtpServerState } from '../protocol/smtp/server.ts';
import type { DialectName, SmtpAnswer, SmtpQuestion } from '../protocol/smtp/types.ts';
import { tlsHear, tlsServer } from '../protocol/tls/session.ts';
import { selfSigned } from '../protocol/tls/certificate.ts';
import { PREFERENCE } from '../protocol/tls/versions.ts';

const LINES = Number(process.env.FUZZ_LINES ?? 10_000);
const LINES_PER_RUN = 40;
const RUNS = Math.ceil(LINES / LINES_PER_RUN);
/** Octets that a session may hold: its buffers, its letter (the limit below), its envelope. */
const MOST_HELD = 400_000;

/** What clients said to real servers. */
const CORPUS: readonly string[] = (() => {
  const folder = new URL('./recordings/', import.meta.url);
  const lines = new Set<string>();
  for (const file of readdirSync(folder))
    for (const [, said] of readFileSync(new URL(file, folder), 'utf8').matchAll(/^C: (.{1,300})$/gm))
      lines.add(said!.replace(/<(?:end|LF|CR|SP|NUL|TAB)>/g, ''));
  return [...lines];
})();

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const noise = fc.array(octet, { maxLength: 80 }).map((parts) => parts.join(''));

/** A line of the corpus with a piece cut out, doubled, or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...CORPUS),
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.constantFrom('cut', 'double', 'insert', 'keep'),
    noise,
  )
  .map(([line, place, length, how, more]) => {
    const at = line.length === 0 ? 0 : place % line.length;
    const piece = line.slice(at, at + length);
    if (how === 'cut') return line.slice(0, at) + line.slice(at + length);
    if (how === 'double') return line.slice(0, at) + piece.repeat(3) + line.slice(at + length);
    return how === 'insert' ? line.slice(0, at) + more + line.slice(at) : line;
  });
const ending = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '');
const long = fc.nat({ max: 20_000 }).map((length) => 'x'.repeat(length));
const line = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: mutated },
      { weight: 3, arbitrary: noise },
      { weight: 1, arbitrary: long },
    ),
    ending,
  )
  .map(([text, end]) => text + end);
const lines = fc.array(line, { minLength: LINES_PER_RUN, maxLength: LINES_PER_RUN });

/** Feeds lines to a machine, its questions answered at once; a session that ends begins anew. */
function feed<S, Q, A>(
  machine: Machine<S, Q, A>,
  fresh: () => S,
  answers: (question: Q) => A | null,
  said: readonly string[],
): void {
  let held: Driven<S> = driven(fresh());
  let closed = true;
  const take = (arrival: Parameters<typeof drive<S, Q, A>>[2]): void => {
    let next: typeof arrival | null = arrival;
    while (next !== null) {
      const [after, effects] = drive(machine, held, next);
      held = after;
      next = null;
      for (const effect of effects) {
        if (effect.kind === 'close') closed = true;
        if (effect.kind !== 'ask') continue;
        const answer = answers(effect.question);
        if (answer !== null) next = { kind: 'answer', answer };
      }
    }
  };
  for (const text of said) {
    if (closed) {
      held = driven(fresh());
      closed = false;
      take({ kind: 'opened', peer: '192.0.2.1' });
    }
    take({ kind: 'octets', octets: text as Octets });
    if (held.buffer.length > 30_000) expect(held.buffer.length).toBeLessThan(MOST_HELD);
  }
  expect(JSON.stringify(held).length).toBeLessThan(MOST_HELD);
}

const check = (property: (said: readonly string[]) => void): void => {
  fc.assert(fc.property(lines, property), { numRuns: RUNS });
};
const TIMEOUT = 60_000 + LINES * 5;

const smtpAnswer = (question: SmtpQuestion): SmtpAnswer => {
  switch (question.kind) {
    case 'message':
      return { kind: 'queued', queueId: 'Q' };
    case 'login':
      return { kind: 'login', login: question.credentials.user === 'jura' ? 'jura' : null };
    case 'challenge':
      return { kind: 'challenge', challenge: '<1.2@neo.firma1.intr>' };
    case 'expn':
      return { kind: 'expanded', mailboxes: ['jura@firma1.intr', 'anna@firma1.intr'] };
    case 'etrn':
      return { kind: 'queueing' };
    default:
      return { kind: 'accept' };
  }
};

describe('SMTP', () => {
  test.each(Object.keys(DIALECTS) as DialectName[])(
    '%s',
    (dialect) => {
      for (const variant of ['smtp', 'lmtp'] as const) {
        const fresh = () =>
          smtpServerState({
            hostname: 'neo.firma1.intr',
            dialect,
            variant,
            sizeLimit: 50_000,
            recipientLimit: 100,
            heloRequired: false,
            tls: 'may',
            auth: { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'], tlsOnly: false, oldLine: true },
            without: [],
          });
        fc.assert(
          fc.property(lines, (said) => feed(smtpServer, fresh, smtpAnswer, said)),
          { numRuns: Math.ceil(RUNS / 8) },
        );
      }
    },
    TIMEOUT,
  );
});

test(
  'POP3',
  () => {
    const fresh = () =>
      pop3ServerState({
        hostname: 'neo.firma1.intr',
        dialect: 'dovecot',
        tls: 'none',
        plaintext: true,
        mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
        apop: true,
      });
    const entries = [
      { uid: 'u1', octets: 20 },
      { uid: 'u2', octets: 30 },
    ];
    check((said) =>
      feed(
        pop3Server,
        fresh,
        (question): Pop3Answer | null => {
          if (question.kind === 'challenge') return { kind: 'challenge', challenge: '<1.2@neo.firma1.intr>' };
          if (question.kind === 'login') return { kind: 'maildrop', entries };
          if (question.kind === 'retrieve')
            return { kind: 'message', content: 'Subject: x\r\n\r\nx\r\n' as Octets };
          return question.kind === 'update' ? { kind: 'updated' } : null;
        },
        said,
      ),
    );
  },
  TIMEOUT,
);

test(
  'QMTP',
  () => {
    const netstrings = fc
      .array(fc.oneof(noise, line), { maxLength: 6 })
      .map((parts) => parts.map((part) => `${part.length}:${part},`).join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(netstrings, line), { maxLength: LINES_PER_RUN }), (said) =>
        feed(
          qmtpServer,
          () => qmtpServerState({ sizeLimit: 50_000 }),
          (question): QmtpAnswer => ({
            kind: 'verdicts',
            verdicts: question.forwardPaths.map(() => ({ kind: 'queued', queueId: 'Q' })),
            epochSeconds: 1,
          }),
          said,
        ),
      ),
      { numRuns: RUNS },
    );
  },
  TIMEOUT,
);

test(
  'TLS',
  () => {
    const chain = [selfSigned({ subject: 'neo.firma1.intr', notBefore: 0, days: 1 })];
    const fresh = () => tlsServer({ side: 'server', chain, versions: PREFERENCE });
    check((said) => {
      let state = fresh();
      for (const text of said) {
        // A server that has hung up hears nothing: each line meets one that listens.
        const heard = tlsHear(state, `\x16\x03\x01${text}` as Octets, 0, 0.5);
        state = heard.end ? fresh() : heard.state;
      }
      expect(JSON.stringify(state).length).toBeLessThan(MOST_HELD);
    });
  },
  TIMEOUT,
);

/** An id, a response, one question and two answers. */
const DNS_HEADER =
  '\x00\x4d\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00\x07example\x03org\x00\x00\x0f\x00\x01\xc0\x0c';

test(
  'DNS messages, and letters',
  () => {
    check((said) => {
      for (const text of said) {
        // Behind a true header, so that what follows is read as question and records.
        const wire = `${DNS_HEADER}${text}` as Octets;
        const message = decodeMessage(wire);
        if (message !== null) encodeMessage(message);
        complaintAbout(wire);
        decodeMessage(text as Octets);
        splitMessage(text as Octets);
      }
    });
  },
  TIMEOUT,
);
