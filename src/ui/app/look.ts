/** Carries theme and text size from the store to the root element, where the style sheets look for them. */
import { type Theme, useStore } from '../store/store.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

export const resolvedTheme = (theme: Theme): 'light' | 'dark' =>
  theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;

export function applyLook(): void {
  const apply = (): void => {
    const { theme, zoom } = useStore.getState();
    const root = document.documentElement;
    root.dataset.theme = resolvedTheme(theme);
    root.style.setProperty('--zoom', String(zoom));
  };
  apply();
  dark.addEventListener('change', apply);
  useStore.subscribe((state, before) => {
    if (state.theme !== before.theme || state.zoom !== before.zoom) apply();
  });
}
