/** The commands about files beside Debian's own, as `src/node/record/coreutils.ts` recorded them at a terminal. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FilesConfig } from '../../agents/files/furnish.ts';
import { decodeUtf8, octets } from '../../base/octets.ts';
import { FILES } from '../../node/record/coreutils.ts';
import { act, createHistory, runIdle } from '../../sim/history.ts';
import type { History, Scenario } from '../../sim/types.ts';
import { REGISTRY } from '../registry.ts';

const HOME = '/home/jura';

function open(): History {
  const files: FilesConfig = {
    madeAt: Date.UTC(2026, 0, 5),
    users: ['jura'],
    mail: null,
    hosts: {},
    servers: [],
    search: '',
    aliases: null,
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
      ...Object.fromEntries(
        Object.entries(FILES)
          .filter(([path]) => !path.endsWith('/'))
          .map(([path, text]) => [`${HOME}/${path}`, text]),
      ),
    },
  };
  const shell = {
    user: 'jura',
    digVersion: '9.18',
    resolver: { servers: [], search: '', hosts: {}, types: ['A'] },
  };
  const scenario: Scenario = {
    id: 'coreutils',
    seed: 1,
    clock: { epochMs: Date.UTC(2026, 0, 5), offsetMinutes: 0 },
    hosts: [
      {
        id: 'neo',
        name: 'neo.firma1.intr',
        addresses: ['192.0.2.25'],
        programs: [
          { name: 'files', kind: 'files', config: files },
          { name: 'shell', kind: 'shell', config: shell },
        ],
      },
    ],
    links: [],
    defaultLink: { latencyMs: 1 },
  };
  const history = createHistory(scenario, REGISTRY);
  runIdle(history);
  type(history, 'mkdir box/tmp');
  return history;
}

function type(history: History, text: string): string {
  const from = history.log.length;
  act(history, { kind: 'input', program: 'neo/shell', input: { kind: 'line', text } });
  runIdle(history);
  const shown = history.log
    .slice(from)
    .flatMap(({ what }) => (what.kind === 'printed' && what.style !== 'prompt' ? [what.text] : []))
    .join('');
  return shown.slice(text.length + 1);
}

/** Lines and what they printed. */
const RECORDED: readonly (readonly [string, string])[] = (() => {
  const text = readFileSync(new URL('../../node/recordings/coreutils.txt', import.meta.url), 'latin1');
  const parts = text.split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const [line = '', ...rest] = part.trimEnd().split('\n');
    const output = rest.map((each) => {
      const bare = each === 'O:' ? '' : each.slice(3);
      const plain = bare
        .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        .replaceAll('<TAB>', '\t')
        .replace(/<SP>$/, ' ');
      return plain.endsWith('<end>') ? plain.slice(0, -5) : `${plain}\n`;
    });
    return [line, decodeUtf8(octets(output.join('')))] as const;
  });
})();

/** A directory has other sizes on tmpfs, and with them columns are as wide as those; times are those of the recording. */
const comparable = (text: string): string =>
  text
    .replace(/\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?= )/g, '<mtime>')
    .replace(/^d\S+ +\d+ \S+ \S+ +\d+ <mtime> {1,2}\.\.\n/gm, '')
    .replace(/^total \d+$/gm, 'total')
    .replace(/^(d\S+ +\d+ +\S+ +\S+) +\d+/gm, '$1 N')
    .replace(/^([-d]\S+ +\d+ +\S+ +\S+) +/gm, '$1 ');

describe('one line after the other, as recorded', () => {
  const history = open();
  test.each(RECORDED)('%s', (line, printed) => {
    type(history, 'cd');
    expect(comparable(type(history, line))).toBe(comparable(printed));
  });
});
