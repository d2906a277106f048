/** Every command in every state, against the RFCs' own tables of what is allowed where. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { ReplyNote } from '../note.ts';
import { apopDigest } from '../sasl/sasl.ts';
import {
  OLD_POP3_COMMANDS,
  POP3_COMMANDS,
  POP3_STATE_CLAUSES,
  POP3_STATES,
  pop3Command,
} from './commands.ts';
import { TIMESTAMP, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';
import type { Pop3StateName } from './session.ts';
import type { Pop3Answer, Pop3DialectName } from './types.ts';

const DIGEST = apopDigest('my secret', TIMESTAMP);
const PLAIN = 'AUTH PLAIN AGFubmEAbXkgc2VjcmV0';

// RFC 1939 §9 (summary), RFC 2449 §5, RFC 2595 §4, RFC 5034 §4 and RFC 1460: the commands of each state, as a client
// types them here, with the code of their reply.
const LINES: Readonly<Record<string, { authorization: string; transaction: string }>> = {
  'USER anna': { authorization: '+OK', transaction: '-ERR' },
  'PASS my secret': { authorization: '+OK', transaction: '-ERR' },
  [`APOP anna ${DIGEST}`]: { authorization: '+OK', transaction: '-ERR' },
  'APOP anna c4c9334bac560ecc979e58001b3e22fb': { authorization: '-ERR', transaction: '-ERR' },
  [PLAIN]: { authorization: '+OK', transaction: '-ERR' },
  'AUTH PLAIN': { authorization: '+', transaction: '-ERR' },
  'AUTH SCRAM-SHA-1': { authorization: '-ERR', transaction: '-ERR' },
  STLS: { authorization: '+OK', transaction: '-ERR' },
  CAPA: { authorization: '+OK', transaction: '+OK' },
  STAT: { authorization: '-ERR', transaction: '+OK' },
  LIST: { authorization: '-ERR', transaction: '+OK' },
  'LIST 2': { authorization: '-ERR', transaction: '+OK' },
  'RETR 1': { authorization: '-ERR', transaction: '+OK' },
  'DELE 1': { authorization: '-ERR', transaction: '+OK' },
  NOOP: { authorization: '-ERR', transaction: '+OK' },
  RSET: { authorization: '-ERR', transaction: '+OK' },
  LAST: { authorization: '-ERR', transaction: '+OK' },
  'TOP 1 0': { authorization: '-ERR', transaction: '+OK' },
  UIDL: { authorization: '-ERR', transaction: '+OK' },
  'UIDL 2': { authorization: '-ERR', transaction: '+OK' },
  QUIT: { authorization: '+OK', transaction: '+OK' },
  'HELO example.org': { authorization: '-ERR', transaction: '-ERR' },
};

const LANDS: Readonly<Record<string, Pop3StateName>> = {
  'PASS my secret in authorization': 'transaction',
  [`APOP anna ${DIGEST} in authorization`]: 'transaction',
  [`${PLAIN} in authorization`]: 'transaction',
  'QUIT in authorization': 'closed',
  'QUIT in transaction': 'update',
};

/** A server in that state, with what drives it. */
function serverIn(state: Pop3StateName, dialect: Pop3DialectName) {
  const mailbox = testMailbox('anna', 'my secret', ['A: 1\r\n\r\n1\r\n', 'A: 2\r\n\r\n2\r\n']);
  let held = driven(serverOf(dialect, { tls: 'may', apop: true }));
  const say = (line: string | null, answers = true) => {
    const sent: { octets: Octets; note: ReplyNote }[] = [];
    let closed = false;
    const take = (arrival: Arrival<Pop3Answer>): void => {
      const [next, effects] = drive(pop3Server, held, arrival);
      held = next;
      for (const effect of effects) {
        if (effect.kind === 'send' && effect.note.kind === 'reply') {
          sent.push({ octets: effect.octets, note: effect.note });
        }
        if (effect.kind === 'close') closed = true;
        const answer = effect.kind === 'ask' && answers ? mailbox.answer(effect.question) : undefined;
        if (answer) take({ kind: 'answer', answer });
      }
    };
    if (line === null) take({ kind: 'opened', peer: '192.0.2.1' });
    else take({ kind: 'octets', octets: `${line}\r\n` as Octets });
    return { sent, closed, state: held.state.state };
  };
  say(null);
  say('USER anna');
  if (state === 'transaction' || state === 'update') say('PASS my secret');
  if (state === 'update') say('QUIT', false);
  if (state === 'closed') say('QUIT');
  expect(held.state.state).toBe(state);
  return say;
}

const has = (dialect: Pop3DialectName, line: string): boolean =>
  !(line === 'LAST' && dialect !== 'qpopper') && !(line.startsWith('APOP') && dialect === 'telenet-pop');

describe.each(['dovecot', 'dovecot2006', 'qpopper', 'telenet-pop'] as const)('%s', (dialect) => {
  describe.each(Object.entries(LINES))('%s', (line, codes) => {
    test.each(['authorization', 'transaction'] as const)('in %s', (state) => {
      const { sent, closed } = serverIn(state, dialect)(line);
      const known = has(dialect, line);
      const code = known ? codes[state] : '-ERR';
      const { octets, note } = sent[0]!;
      expect(note.code).toBe(code);
      expect(octets.startsWith(code)).toBe(true);
      expect(octets.endsWith('\r\n')).toBe(true);
      expect(note).toMatchObject({ line, stateBefore: state });
      expect(note.state).toBe(known ? (LANDS[`${line} in ${state}`] ?? state) : state);
      // Qpopper leaves whom it has refused.
      const left =
        dialect === 'qpopper' && line.startsWith('APOP') && code === '-ERR' && state === 'authorization';
      expect(closed).toBe(line === 'QUIT' || left);
      expect(sent).toHaveLength(left ? 2 : 1);
    });

    test.each(['update', 'closed'] as const)('in %s nothing is answered any more', (state) => {
      expect(serverIn(state, dialect)(line)).toEqual({ sent: [], closed: false, state });
    });
  });
});

describe('the table', () => {
  test('has every command of RFC 1939, and those of the extensions', () => {
    const old = ['DELE', 'LIST', 'NOOP', 'PASS', 'QUIT', 'RETR', 'RSET', 'STAT', 'USER'];
    const optional = ['APOP', 'TOP', 'UIDL'];
    expect(POP3_COMMANDS.map(({ verb }) => verb).sort()).toEqual(
      [...old, ...optional, 'AUTH', 'CAPA', 'STLS'].sort(),
    );
    expect(OLD_POP3_COMMANDS.map(({ verb }) => verb)).toEqual(['LAST']);
  });

  test('knows every state it leads to, and shows a syntax that begins with the keyword', () => {
    expect(POP3_STATES).toEqual(['authorization', 'transaction', 'update', 'closed']);
    for (const { verb, syntax, clause, moves } of [...POP3_COMMANDS, ...OLD_POP3_COMMANDS]) {
      expect(syntax.split(' ')[0]).toBe(verb);
      expect(clause).toMatch(/^RFC (1939 §[4-7]|2449 §5|2595 §4|5034 §4|1460)$/);
      for (const state of Object.values(moves)) expect(POP3_STATE_CLAUSES).toHaveProperty(state);
    }
  });

  test('finds keywords in any case, and nothing that objects inherit or that only looks like one', () => {
    expect(pop3Command('rEtR')?.verb).toBe('RETR');
    for (const name of ['', 'constructor', '__proto__', 'toString', 'XTND', 'PA\xdf']) {
      expect(pop3Command(name)).toBeUndefined();
    }
  });
});
