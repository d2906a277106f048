/** Figures of a bench: medians of several rounds, against their goals. */

export interface Figure {
  readonly value: number;
  readonly unit: string;
  /** What it should be, e.g. `≥ 1`; null: no goal, for information. */
  readonly goal: string | null;
  readonly met: boolean | null;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export const plain = (value: number, unit: string): Figure => ({
  value: rounded(value),
  unit,
  goal: null,
  met: null,
});

export const atLeast = (value: number, unit: string, goal: number): Figure => ({
  value: rounded(value),
  unit,
  goal: `≥ ${goal}`,
  met: value >= goal,
});

export const atMost = (value: number, unit: string, goal: number): Figure => ({
  value: rounded(value),
  unit,
  goal: `≤ ${goal}`,
  met: value <= goal,
});

/** Milliseconds that `work` takes. */
export function timed<T>(work: () => T): readonly [ms: number, result: T] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

export function table(figures: Readonly<Record<string, Figure>>): string {
  const rows = Object.entries(figures).map(([name, { value, unit, goal, met }]) => [
    name,
    value.toLocaleString('en', { maximumSignificantDigits: 4 }),
    unit,
    goal === null ? '' : `goal ${goal}`,
    met === null ? '' : met ? 'met' : 'NOT MET',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
