/** Every command in every state. The expected codes are RFC 5321 §4.3.2's and Postfix's, written out by hand. */
import { describe, expect, test } from 'vitest';
import { SMTP_COMMANDS, SMTP_EVENTS, SMTP_STATES, smtpCommand, smtpMove } from './commands.ts';
import { play } from './server.testing.ts';
import type { SmtpServerConfig } from './types.ts';

const TO_STATE = {
  connected: 'S: 220 *',
  ready: 'S: 220 *\nC: HELO a.example\nS: 250 *',
  mail: 'S: 220 *\nC: HELO a.example\nS: 250 *\nC: MAIL FROM:<a@a.example>\nS: 250 *',
  rcpt: 'S: 220 *\nC: HELO a.example\nS: 250 *\nC: MAIL FROM:<a@a.example>\nS: 250 *\nC: RCPT TO:<b@b.example>\nS: 250 *',
} as const;

type Start = keyof typeof TO_STATE;
/** Code of the reply, and the state after it. */
type Told = readonly [string, string];
const STARTS: readonly Start[] = ['connected', 'ready', 'mail', 'rcpt'];

const lastReply = (
  start: Start,
  line: string,
  config: Partial<SmtpServerConfig>,
): readonly [string, string] => {
  const expected = line.startsWith('EHLO') ? 'S: *\n'.repeat(6) : 'S: *';
  const closing = line === 'QUIT' ? '\nS: <close>' : '';
  const session = play(`${TO_STATE[start]}\nC: ${line}\n${expected}${closing}`, config);
  const note = session.notes[session.notes.length - 1];
  return note?.kind === 'reply' ? [note.code, note.state] : ['none', 'none'];
};

describe('Postfix, every command in every state', () => {
  //                                      connected           ready              mail               rcpt
  const rows: readonly (readonly [string, Told, Told, Told, Told])[] = [
    ['HELO b.example', ['250', 'ready'], ['250', 'ready'], ['250', 'ready'], ['250', 'ready']],
    ['EHLO b.example', ['250', 'ready'], ['250', 'ready'], ['250', 'ready'], ['250', 'ready']],
    ['LHLO b.example', ['500', 'connected'], ['500', 'ready'], ['500', 'mail'], ['500', 'rcpt']],
    ['MAIL FROM:<c@c.example>', ['250', 'mail'], ['250', 'mail'], ['503', 'mail'], ['503', 'rcpt']],
    ['RCPT TO:<d@d.example>', ['503', 'connected'], ['503', 'ready'], ['250', 'rcpt'], ['250', 'rcpt']],
    ['DATA', ['503', 'connected'], ['503', 'ready'], ['554', 'mail'], ['354', 'data']],
    ['RSET', ['250', 'connected'], ['250', 'ready'], ['250', 'ready'], ['250', 'ready']],
    ['NOOP', ['250', 'connected'], ['250', 'ready'], ['250', 'mail'], ['250', 'rcpt']],
    ['VRFY jura', ['252', 'connected'], ['252', 'ready'], ['252', 'mail'], ['252', 'rcpt']],
    ['EXPN list', ['500', 'connected'], ['500', 'ready'], ['500', 'mail'], ['500', 'rcpt']],
    ['STARTTLS', ['502', 'connected'], ['502', 'ready'], ['502', 'mail'], ['502', 'rcpt']],
    ['AUTH PLAIN', ['503', 'connected'], ['503', 'ready'], ['503', 'mail'], ['503', 'rcpt']],
    ['ETRN b.example', ['459', 'connected'], ['459', 'ready'], ['503', 'mail'], ['503', 'rcpt']],
    ['BDAT 0 LAST', ['503', 'connected'], ['503', 'ready'], ['554', 'ready'], ['250', 'ready']],
    ['HELP', ['500', 'connected'], ['500', 'ready'], ['500', 'mail'], ['500', 'rcpt']],
    ['FOO', ['500', 'connected'], ['500', 'ready'], ['500', 'mail'], ['500', 'rcpt']],
    ['QUIT', ['221', 'closed'], ['221', 'closed'], ['221', 'closed'], ['221', 'closed']],
  ];
  test.each(rows)('%s', (line, ...expected) => {
    expect(STARTS.map((start) => lastReply(start, line, { dialect: 'postfix3' }))).toEqual(expected);
  });
  test('names every command of the table', () => {
    const tried = rows.map(([line]) => line.split(' ', 1)[0]);
    expect(SMTP_COMMANDS.every(({ verb }) => tried.includes(verb))).toBe(true);
  });
});

describe('other servers differ here', () => {
  test.each([
    ['postfix2006', 'FOO', ['502', '502', '502', '502']],
    ['postfix2006', 'DATA', ['503', '503', '554', '354']],
    ['sendmail8', 'FOO', ['500', '500', '500', '500']],
    ['sendmail8', 'DATA', ['503', '503', '503', '354']],
    ['bizsmtp', 'HELP', ['214', '214', '214', '214']],
  ] as const)('%s %s', (dialect, line, codes) => {
    expect(STARTS.map((start) => lastReply(start, line, { dialect })[0])).toEqual(codes);
  });
  test('sendmail HELP is several lines', () => {
    play(`S: 220 *\nC: HELP\nS: 214-2.0.0 *\n${'S: 214-*\n'.repeat(9)}S: 214 2.0.0 End of HELP info`, {
      dialect: 'sendmail8',
    });
  });
  test('MAIL before HELO where HELO is required', () => {
    const codes = STARTS.map(
      (start) => lastReply(start, 'MAIL FROM:<c@c.example>', { heloRequired: true })[0],
    );
    expect(codes).toEqual(['503', '250', '503', '503']);
  });
});

describe('the table', () => {
  test('says for every command and state where it leads or why not', () => {
    for (const command of SMTP_COMMANDS) {
      for (const state of STARTS) {
        const says = [command.moves[state], command.outOfOrder[state]].filter((it) => it !== undefined);
        // BDAT is refused only behind its octets.
        const silent = command.verb === 'BDAT' && state !== 'rcpt';
        expect([command.verb, state, says.length]).toEqual([command.verb, state, silent ? 0 : 1]);
      }
      expect(command.moves.data).toBeUndefined();
      expect(command.moves.closed).toBeUndefined();
    }
  });
  test('reaches every state from the beginning', () => {
    const reached = new Set<string>(['closed']);
    for (let round = 0; round < SMTP_STATES.length; round++) {
      for (const { moves } of [...SMTP_COMMANDS, ...SMTP_EVENTS]) {
        for (const [from, to] of Object.entries(moves)) if (reached.has(from)) reached.add(to);
      }
    }
    expect([...reached].sort()).toEqual([...SMTP_STATES].sort());
  });
  test('knows no verbs by accident', () => {
    for (const verb of ['constructor', '__PROTO__', 'toString', '', 'CONNECT', 'LHLO']) {
      expect(smtpCommand(verb, 'smtp')).toBeUndefined();
    }
    expect(smtpMove('NONSENSE', 'mail')).toBe('mail');
  });
});
