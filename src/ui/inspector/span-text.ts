/** A stretch of simulated time in the reader's own notation: `0.9 s`, `2,5 min`. Units need no translation. */
export function spanText(ms: number, language: string): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  const digits = (value: number): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 0 }).format(value);
  if (ms < 60_000) return `${digits(ms / 1000)} s`;
  if (ms < 3_600_000) return `${digits(ms / 60_000)} min`;
  return `${digits(ms / 3_600_000)} h`;
}
