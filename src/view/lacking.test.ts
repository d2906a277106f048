import { expect, test } from 'vitest';
import { open, screen, type } from '../agents/world.testing.ts';
import { lackingAt } from './lacking.ts';

test('what the table has and this server has not, as typing it shows', () => {
  const history = open('firma1');
  const lacking = lackingAt(history.scenario, 'neo/mta', 'smtp');
  expect(lacking).toEqual(expect.arrayContaining(['AUTH', 'EXPN', 'HELP']));
  expect(lacking).not.toContain('VRFY');
  const lines = { AUTH: 'AUTH PLAIN', EXPN: 'EXPN all', HELP: 'HELP', BDAT: 'BDAT 0' } as Record<
    string,
    string
  >;
  type(history, 'pc', 'telnet neo 25', 'EHLO pc');
  for (const verb of lacking) type(history, 'pc', lines[verb] ?? verb);
  const refusals = screen(history, 'pc').match(/^50[0-3] .*$/gm) ?? [];
  expect(refusals).toHaveLength(lacking.length);
});

test('POP3 and IMAP by their configuration; nothing of a program that is not known', () => {
  const { scenario } = open('one-mailbox');
  expect(lackingAt(scenario, 'mail/pop3', 'pop3')).toEqual(expect.arrayContaining(['APOP']));
  expect(lackingAt(scenario, 'mail/imap', 'imap')).not.toContain('SELECT');
  expect(lackingAt(scenario, 'mail/none', 'smtp')).toEqual([]);
  expect(lackingAt(scenario, 'mail/imap', 'pop3')).toEqual([]);
  expect(lackingAt(scenario, 'mail/imap', 'smtp')).toEqual([]);
  expect(lackingAt(scenario, null, 'pop3')).toEqual([]);
});
