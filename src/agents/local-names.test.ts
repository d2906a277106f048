import { expect, test } from 'vitest';
import { localTarget } from './local-names.ts';

const HOST = { domains: ['firma1.intr'], users: ['jura', 'anna'] };

test('an address elsewhere does not stand in the way of a local alias of the same name', () => {
  const aliases = { all: ['info@example.org', 'info'], info: ['jura'] };
  expect(localTarget({ ...HOST, aliases }, 'all@firma1.intr')).toEqual({
    kind: 'alias',
    targets: ['info@example.org', 'jura@firma1.intr'],
  });
});

test('no member of a long list is dropped', () => {
  const members = Array.from({ length: 150 }, (_, i) => `member${i}@example.org`);
  const target = localTarget({ ...HOST, aliases: { all: members } }, 'all@firma1.intr');
  expect(target).toEqual({ kind: 'alias', targets: members });
});

test('aliases in a circle end, and the users on the way are kept', () => {
  const aliases = { a: ['b', 'jura'], b: ['a', 'anna'] };
  expect(localTarget({ ...HOST, aliases }, 'a')).toEqual({
    kind: 'alias',
    targets: ['jura@firma1.intr', 'anna@firma1.intr'],
  });
});
