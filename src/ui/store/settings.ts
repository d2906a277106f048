/** What the page remembers between visits. Storage may be forbidden or full; then it just forgets. */
const PREFIX = 'posthorn.';

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // A private window: the choice holds until the page closes.
  }
}

export function rememberedIn<T extends string>(key: string, choices: readonly T[]): T | null {
  const value = remembered(key);
  return choices.find((choice) => choice === value) ?? null;
}
