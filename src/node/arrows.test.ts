import { expect, test } from 'vitest';
import { ARROWS, brokenArrows, readSource, sourceFiles } from './arrows.ts';

test('no file imports against the house plan', () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => brokenArrows(file, readSource(file)))).toEqual([]);
});

test('every room has its arrows', () => {
  const rooms = new Set(sourceFiles().flatMap((file) => (file.includes('/') ? [file.split('/')[0]] : [])));
  expect([...rooms].sort()).toEqual(Object.keys(ARROWS).sort());
});

test.each([
  ['sim/kernel.ts', "import { parsePath } from '../mail/address.ts';"],
  ['protocol/smtp/server.ts', "import type { World } from '../../sim/types.ts';"],
  ['base/octets.ts', "import { z } from 'zod';"],
  ['view/letters.ts', "import { mta } from '../agents/mta/mta.ts';"],
  ['agents/mta/mta.ts', "import { shell } from '../../shell/shell.ts';"],
  ['lesson/check.ts', "import { useStore } from '../ui/store/store.ts';"],
  ['mail/dsn.ts', "export { transit } from '../sim/network.ts';"],
  ['dns/wire.ts', "import '../protocol/note.ts';"],
])('%s must not say %s', (file, line) => {
  expect(brokenArrows(file, `${line}\n`)).toHaveLength(1);
});

test.each([
  ['view/letters.ts', "import type { Fact } from '../agents/facts.ts';"],
  ['agents/scenario.ts', "import { parseDocument } from 'yaml';"],
  ['ui/main.tsx', "import { createRoot } from 'react-dom/client';"],
])('%s may say %s', (file, line) => {
  expect(brokenArrows(file, `${line}\n`)).toEqual([]);
});
