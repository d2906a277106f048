/** What BIND's dig, host and nslookup printed is what ours print, asked of the same zones. */
import { describe, expect, test } from 'vitest';
import { masked, openPair, openTree, readRecordings, typed } from './recorded.testing.ts';

/**
 * What our world has not: ports unreachable by UDP, `+nssearch` and `-C`, and a resolver whose answer to ANY is whatever
 * it happens to have in its cache. And one that ours does otherwise on purpose: BIND's referral has no addresses but
 * those below a cut, RFC 1034 §4.3.2 wants what there is.
 */
const LEFT_OUT = /10054|nssearch|-C |-a example|type=any|@203\.0\.113\.1 example/;

describe.each(['dig', 'host'])('recordings/%s.txt', (name) => {
  const recordings = readRecordings(name);
  test.each(recordings.commands.filter(({ command }) => !LEFT_OUT.test(command)))('$command', (recorded) => {
    const screen = typed(openPair(recordings), recorded.command.replace('-p 10053 ', ''));
    // BIND writes a name anew whose case differs from the one before; ours have one case.
    const size = recorded.command.includes('FIRMA1') ? /rcvd: \d+/ : /$^/;
    expect(masked(screen).replace(size, '')).toBe(masked(recorded.output).replace(size, ''));
  });
});

describe.each(['dig-trace', 'host-tree', 'nslookup'])('recordings/%s.txt', (name) => {
  const recordings = readRecordings(name);
  test.each(recordings.commands.filter(({ command }) => !LEFT_OUT.test(command)))('$command', (recorded) => {
    expect(masked(typed(openTree(recordings), recorded.command))).toBe(masked(recorded.output));
  });
});

test('recordings/nslookup-interactive.txt', () => {
  const recordings = readRecordings('nslookup-interactive');
  // One after the other, as they were: the resolver remembers.
  const history = openTree(recordings);
  for (const { command, keys, output } of recordings.commands)
    expect(masked(typed(history, command, keys))).toBe(masked(output));
});
