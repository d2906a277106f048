/** Tab at the shells of a scenario; what bash 5 does with the same directories is the measure. */
import { describe, expect, test } from 'vitest';
import { open, power, screen, send, type } from '../../agents/world.testing.ts';
import type { History } from '../../sim/types.ts';
import { worldToJson } from '../../sim/world.ts';
import { completeLine, EMPTY_LINE, editLine, wordAt } from '../line-editor.ts';
import { pathCandidates } from './completion.ts';

function candidates(history: History, line: string, host = 'neo'): readonly string[] | null {
  const [state] = editLine(EMPTY_LINE, { kind: 'text', text: line });
  const { before, word } = wordAt(state);
  return pathCandidates(before, word, { ...history, host });
}

/** The line after one Tab. */
function tab(history: History, line: string, host = 'neo'): string {
  const [state] = editLine(EMPTY_LINE, { kind: 'text', text: line });
  return completeLine(state, candidates(history, line, host) ?? []).text;
}

const withFiles = (): History => {
  const history = open('firma1');
  type(
    history,
    'neo',
    'mkdir -p notes/deep',
    'echo a > notes/north',
    'echo b > "notes/no way"',
    'touch .hidden',
  );
  return history;
};

describe('Tab on a path', () => {
  test('completes as far as the names agree, a single one whole', () => {
    const history = withFiles();
    expect(tab(history, 'cat no')).toBe('cat notes/');
    expect(candidates(history, 'cat notes/no')).toEqual(['notes/no\\ way', 'notes/north']);
    expect(tab(history, 'cat notes/n')).toBe('cat notes/no');
    expect(tab(history, 'cat notes/nor')).toBe('cat notes/north ');
    expect(tab(history, 'ls notes/d')).toBe('ls notes/deep/');
    expect(tab(history, 'cat /etc/al')).toBe('cat /etc/aliases ');
    expect(tab(history, 'cat nothing')).toBe('cat nothing');
  });

  test('what it writes is what the shell reads', () => {
    const history = withFiles();
    const line = tab(history, 'cat notes/no\\ ');
    expect(line).toBe('cat notes/no\\ way ');
    type(history, 'neo', line);
    expect(screen(history, 'neo')).toMatch(/way \nb\n\S+ $/);
  });

  test('goes by where one is, by the home, and upward', () => {
    const history = withFiles();
    type(history, 'neo', 'cd notes/deep');
    expect(tab(history, 'cat ../nor')).toBe('cat ../north ');
    expect(tab(history, 'cat ~/notes/nor')).toBe('cat ~/notes/north ');
    expect(tab(history, 'ls ~anna/Mail')).toBe('ls ~anna/Maildir/');
    expect(candidates(history, 'cat \\~/notes/nor')).toEqual([]);
  });

  test('hidden names want their dot; cd goes to directories', () => {
    const history = withFiles();
    expect(candidates(history, 'ls .')).toEqual(['./', '../', '.hidden']);
    expect(tab(history, 'ls ..')).toBe('ls ../');
    expect(tab(history, 'ls .h')).toBe('ls .hidden ');
    expect(candidates(history, 'ls n')).toEqual(['notes/']);
    expect(candidates(history, 'ls ~/')?.filter((name) => name.includes('/.'))).toEqual([]);
    expect(candidates(history, 'cd notes/n')).toEqual([]);
    expect(tab(history, 'cd notes/d')).toBe('cd notes/deep/');
  });

  test('in a pipe and behind a redirection, each command for itself', () => {
    const history = withFiles();
    expect(tab(history, 'cat notes/nor | grep -v a notes/no\\ w')).toBe(
      'cat notes/nor | grep -v a notes/no\\ way ',
    );
    expect(tab(history, 'echo x >> notes/nor')).toBe('echo x >> notes/north ');
    expect(tab(history, 'echo x > notes/nor')).toBe('echo x > notes/north ');
  });

  test('what is typed stays as it was typed, however the rest must be quoted', () => {
    const history = open('firma1');
    const names = ['main.cf~', 'a!b', '[Gmail]', 'q#1', 'north', 'x y', 'x!z', 'e/\u{1F600}', 'e/\u{1F601}'];
    type(history, 'neo', 'mkdir e', ...names.map((name) => `touch '${name}'`));
    expect(tab(history, 'cat main.cf~')).toBe('cat main.cf~ ');
    expect(tab(history, 'cat a!')).toBe('cat a!b ');
    expect(tab(history, 'cat [G')).toBe('cat [Gmail\\] ');
    expect(tab(history, 'cat q#')).toBe('cat q#1 ');
    expect(tab(history, 'cat n\\or')).toBe('cat n\\orth ');
    // Half a quoted character, or half a pair, is nothing to go on from.
    expect(candidates(history, 'cat x')).toEqual(['x\\ y', 'x\\!z']);
    expect(tab(history, 'cat x')).toBe('cat x');
    expect(tab(history, 'cat e/')).toBe('cat e/');
  });

  test('a redirection needs no space', () => {
    const history = withFiles();
    expect(tab(history, 'echo x >notes/nor')).toBe('echo x >notes/north ');
    expect(tab(history, 'echo x >>notes/nor')).toBe('echo x >>notes/north ');
    expect(tab(history, 'cat <notes/nor')).toBe('cat <notes/north ');
  });

  test('a mailbox is looked into as it is now, and nothing happens to it', () => {
    const history = open('firma1');
    send(history, 'anna@firma1.intr');
    const before = worldToJson(history.world);
    const events = history.log.length;
    expect(tab(history, 'cat /home/anna/Maildir/n')).toBe('cat /home/anna/Maildir/new/');
    expect(tab(history, 'cat /home/anna/Maildir/new/1')).toMatch(/new\/1\d{9}\.V\w+\.neo\.firma1\.intr $/);
    expect(worldToJson(history.world)).toBe(before);
    expect(history.log).toHaveLength(events);
  });
});

describe('Tab elsewhere', () => {
  test('is no matter of files: hosts, commands, what a program reads, quotes', () => {
    const history = open('firma1');
    expect(candidates(history, 'telnet n')).toBeNull();
    expect(candidates(history, 'ca')).toBeNull();
    expect(candidates(history, 'cat "/etc/al')).toEqual([]);
    type(history, 'pc', 'telnet neo 25');
    expect(candidates(history, 'cat /etc/h', 'pc')).toBeNull();
  });

  test('finds nothing where one may not look, on no such host, and with the power off', () => {
    const history = open('firma1');
    expect(candidates(history, 'cat /root/', 'pc')).toEqual([]);
    expect(candidates(history, 'cat /etc/h', 'nowhere')).toBeNull();
    power(history, 'pc', false);
    expect(candidates(history, 'cat /etc/h', 'pc')).toEqual([]);
  });
});
