/** Points as the language writes them: whole ones without decimals. */
export const pointsText = (points: number, language: string): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(points);
