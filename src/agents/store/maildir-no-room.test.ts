/** Letters of a Maildir that somebody writes to by hand where there is no room: they stay as they were. */
import { expect, test } from 'vitest';
import { facts, mailbox, open, screen, send, type } from '../world.testing.ts';

const MUCH = 'x'.repeat(600);

test.each(['quota', 'disk'])('a letter that is written to stays whole: %s', (what) => {
  const history = open('firma1', `hosts: { neo: { ${what}: 1000 } }`);
  send(history, 'jura@firma1.intr');
  const before = mailbox(history, 'neo', 'jura');
  type(history, 'neo', 'cd /home/jura/Maildir/new', 'ls');
  const [name] = /\d+\.V\S+/.exec(screen(history, 'neo'))!;
  type(history, 'neo', `echo ${MUCH} >> ${name}`);
  expect(screen(history, 'neo')).toMatch(/write error: /);
  expect(mailbox(history, 'neo', 'jura')).toEqual(before);
  expect(facts(history, 'expunged')).toEqual([]);
});

test('what is moved out of tmp/ in vain is still there', () => {
  const history = open('firma1', 'hosts: { neo: { quota: 1000 } }');
  send(history, 'jura@firma1.intr');
  type(
    history,
    'neo',
    'cd /home/jura/Maildir',
    `echo ${MUCH} > tmp/draft`,
    'mv tmp/draft new/draft',
    'clear',
    'ls tmp',
  );
  expect(screen(history, 'neo')).toMatch(/Disk quota exceeded[\s\S]*\ndraft\n/);
});
