import { describe, expect, test } from 'vitest';
import { noProgress, writeProgress } from '../../lesson/progress.ts';
import { putAside, readShelf } from './progress-desk.ts';

const KEY = 'posthorn.progress';

function shelf(things: Record<string, string> = {}, room = 100) {
  const kept = new Map(Object.entries(things));
  return {
    kept,
    getItem: (key: string): string | null => kept.get(key) ?? null,
    setItem: (key: string, value: string): void => {
      if (kept.size >= room && !kept.has(key)) throw new Error('QuotaExceededError');
      kept.set(key, value);
    },
  };
}

describe('what is saved in the browser', () => {
  test('nothing yet, and no shelf at all', () => {
    expect(readShelf(shelf())).toMatchObject({ damaged: null, saving: true });
    expect(readShelf(null)).toMatchObject({ damaged: null, saving: false });
  });

  test('a good record is taken as it is', () => {
    const progress = noProgress('Anna');
    expect(readShelf(shelf({ [KEY]: writeProgress(progress) })).progress).toEqual(progress);
  });

  test('a damaged one is put aside, once, and told', () => {
    const on = shelf({ [KEY]: '{"format":"posthorn-progress/1","student":', [`${KEY}.damaged.1`]: 'older' });
    const found = readShelf(on);
    expect(found).toMatchObject({ progress: noProgress(), saving: true });
    expect(found.damaged?.text).toBe('{"format":"posthorn-progress/1","student":');
    expect(on.kept.get(`${KEY}.damaged.1`)).toBe('older');
    expect(on.kept.get(`${KEY}.damaged.2`)).toBe(found.damaged?.text);
    readShelf(on);
    expect(on.kept.has(`${KEY}.damaged.3`)).toBe(false);
  });

  test('without room to put it aside nothing may be written over it', () => {
    const on = shelf({ [KEY]: 'broken' }, 1);
    expect(readShelf(on)).toMatchObject({ saving: false, damaged: { text: 'broken' } });
    expect(on.kept.get(KEY)).toBe('broken');
  });

  test('a shelf that throws is no shelf', () => {
    const broken = {
      getItem: (): string => {
        throw new Error('SecurityError');
      },
      setItem: (): void => {},
    };
    expect(readShelf(broken)).toMatchObject({ saving: false, damaged: null });
    expect(putAside(broken, 'x')).toBe(false);
  });
});
