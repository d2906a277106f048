/**
 * Interface languages. A language's catalogues are two lazy chunks, those of the first paint and what comes later; only
 * those of the chosen one are fetched.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language, Texts } from '../../agents/stage.ts';
import { remember, rememberedIn } from '../store/settings.ts';

export const LANGUAGES = ['en', 'nl', 'de', 'cs', 'hu'] as const satisfies readonly Language[];

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  nl: 'Nederlands',
  de: 'Deutsch',
  cs: 'Čeština',
  hu: 'Magyar',
};

type Catalogues = Readonly<Record<string, object>>;

const LOADERS: Readonly<Record<Language, () => Promise<{ readonly default: Catalogues }>>> = {
  en: () => import('./en/index.ts'),
  nl: () => import('./nl/index.ts'),
  de: () => import('./de/index.ts'),
  cs: () => import('./cs/index.ts'),
  hu: () => import('./hu/index.ts'),
};

const LATER: typeof LOADERS = {
  en: () => import('./en/later.ts'),
  nl: () => import('./nl/later.ts'),
  de: () => import('./de/later.ts'),
  cs: () => import('./cs/later.ts'),
  hu: () => import('./hu/later.ts'),
};

/** Somebody has asked for what comes later: from now on a change of language brings it along. */
let wantsLater = false;

/** Fetches what the inspector says. Resolves when it may be shown. */
export async function loadLater(): Promise<void> {
  wantsLater = true;
  await addCatalogues(i18next.language as Language, LATER);
}

async function addCatalogues(language: Language, loaders: typeof LOADERS): Promise<void> {
  const catalogues = (await loaders[language]()).default;
  for (const [area, strings] of Object.entries(catalogues))
    i18next.addResourceBundle(language, area, strings, true, true);
}

/** From the address, else by hand on an earlier visit, else the browser's first that we speak, else English. */
export function chooseLanguage(asked: string | null, browser: readonly string[]): Language {
  const named = LANGUAGES.find((language) => language === asked) ?? rememberedIn('language', LANGUAGES);
  if (named !== null && named !== undefined) return named;
  for (const tag of browser) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found !== undefined) return found;
  }
  return 'en';
}

export async function startLanguage(language: Language): Promise<void> {
  const catalogues = (await LOADERS[language]()).default;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: Object.keys(catalogues),
    defaultNS: 'app',
    resources: { [language]: catalogues },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language): Promise<void> {
  await Promise.all([
    addCatalogues(language, LOADERS),
    wantsLater ? addCatalogues(language, LATER) : Promise.resolve(),
  ]);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  remember('language', language);
}

/** A text of a stage or a lesson in the chosen language, else in English. */
export const textIn = (texts: Texts, language: Language): string => texts[language] ?? texts.en;
