/** Every command in every state, against RFC 1939's own table of what is allowed where. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { ReplyNote } from '../note.ts';
import { POP3_COMMANDS, POP3_STATE_CLAUSES, POP3_STATES, pop3Command } from './commands.ts';
import { testMailbox } from './maildrop.testing.ts';
import { pop3Server, pop3ServerState } from './server.ts';
import type { Pop3StateName } from './session.ts';
import type { Pop3Answer } from './types.ts';

// RFC 1939 §9 (summary): the valid commands of each state, as a client types them here, with the code of their reply.
const LINES: Readonly<Record<string, { authorization: string; transaction: string }>> = {
  'USER anna': { authorization: '+OK', transaction: '-ERR' },
  'PASS my secret': { authorization: '+OK', transaction: '-ERR' },
  STAT: { authorization: '-ERR', transaction: '+OK' },
  LIST: { authorization: '-ERR', transaction: '+OK' },
  'LIST 2': { authorization: '-ERR', transaction: '+OK' },
  'RETR 1': { authorization: '-ERR', transaction: '+OK' },
  'DELE 1': { authorization: '-ERR', transaction: '+OK' },
  NOOP: { authorization: '-ERR', transaction: '+OK' },
  RSET: { authorization: '-ERR', transaction: '+OK' },
  'TOP 1 0': { authorization: '-ERR', transaction: '+OK' },
  UIDL: { authorization: '-ERR', transaction: '+OK' },
  'UIDL 2': { authorization: '-ERR', transaction: '+OK' },
  QUIT: { authorization: '+OK', transaction: '+OK' },
  'APOP anna c4c9334bac560ecc979e58001b3e22fb': { authorization: '-ERR', transaction: '-ERR' },
  'HELO example.org': { authorization: '-ERR', transaction: '-ERR' },
};

const LANDS: Readonly<Record<string, Pop3StateName>> = {
  'PASS my secret in authorization': 'transaction',
  'QUIT in authorization': 'closed',
  'QUIT in transaction': 'update',
};

/** A server in that state, with what drives it. */
function serverIn(state: Pop3StateName) {
  const mailbox = testMailbox('anna', 'my secret', ['A: 1\r\n\r\n1\r\n', 'A: 2\r\n\r\n2\r\n']);
  let held = driven(pop3ServerState({ hostname: 'mail.example.org', dialect: 'dovecot' }));
  const say = (line: string, answers = true) => {
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
    take({ kind: 'octets', octets: `${line}\r\n` as Octets });
    return { sent, closed, state: held.state.state };
  };
  say('USER anna');
  if (state === 'transaction' || state === 'update') say('PASS my secret');
  if (state === 'update') say('QUIT', false);
  if (state === 'closed') say('QUIT');
  expect(held.state.state).toBe(state);
  return say;
}

describe.each(Object.entries(LINES))('%s', (line, codes) => {
  test.each(['authorization', 'transaction'] as const)('in %s', (state) => {
    const { sent, closed } = serverIn(state)(line);
    expect(sent).toHaveLength(1);
    const { octets, note } = sent[0]!;
    expect(note.code).toBe(codes[state]);
    expect(octets.startsWith(codes[state])).toBe(true);
    expect(octets.endsWith('\r\n')).toBe(true);
    expect(note).toMatchObject({ line, stateBefore: state });
    expect(note.state).toBe(LANDS[`${line} in ${state}`] ?? state);
    expect(closed).toBe(line === 'QUIT');
  });

  test.each(['update', 'closed'] as const)('in %s nothing is answered any more', (state) => {
    expect(serverIn(state)(line)).toEqual({ sent: [], closed: false, state });
  });
});

describe('the table', () => {
  test('has every command of RFC 1939 but APOP', () => {
    expect(POP3_COMMANDS.map(({ verb }) => verb).sort()).toEqual(
      ['DELE', 'LIST', 'NOOP', 'PASS', 'QUIT', 'RETR', 'RSET', 'STAT', 'TOP', 'UIDL', 'USER'].sort(),
    );
  });

  test('knows every state it leads to, and shows a syntax that begins with the keyword', () => {
    expect(POP3_STATES).toEqual(['authorization', 'transaction', 'update', 'closed']);
    for (const { verb, syntax, clause, moves } of POP3_COMMANDS) {
      expect(syntax.split(' ')[0]).toBe(verb);
      expect(clause).toMatch(/^RFC 1939 §[4-7]$/);
      for (const state of Object.values(moves)) expect(POP3_STATE_CLAUSES).toHaveProperty(state);
    }
  });

  test('finds keywords in any case, and nothing that objects inherit', () => {
    expect(pop3Command('rEtR')?.verb).toBe('RETR');
    for (const name of ['', 'constructor', '__proto__', 'toString', 'STLS']) {
      expect(pop3Command(name)).toBeUndefined();
    }
  });
});
