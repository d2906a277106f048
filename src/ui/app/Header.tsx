import {
  AArrowUp,
  ChevronDown,
  Expand,
  FolderOpen,
  Languages,
  Monitor,
  Moon,
  Shrink,
  Sun,
} from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Texts } from '../../agents/stage.ts';
import { loadAbouts, stageEntries } from '../store/stages.ts';
import { type Theme, useStore, ZOOMS } from '../store/store.ts';
import { changeLanguage, LANGUAGE_NAMES, LANGUAGES, textIn } from '../strings/i18n.ts';
import { Logo } from './Logo.tsx';
import { resolvedTheme } from './look.ts';
import { Menu } from './Menu.tsx';
import { openRecordingFile, openScenario } from './open.ts';

export function Header() {
  const crumbs = useStore((state) => state.lesson.crumbs);
  return (
    <header className="page-head">
      <h1 className="brand-head">
        <a className="brand" href="./" aria-label="Posthorn">
          <Logo />
          <span>Posthorn</span>
        </a>
      </h1>
      <Crumbs crumbs={crumbs} />
      <div className="head-tools">
        <NetworkMenu />
        <TextSize />
        <FullScreen />
        <LanguageMenu />
        <ThemeMenu />
      </div>
    </header>
  );
}

function Crumbs({ crumbs }: { readonly crumbs: readonly string[] }) {
  const { t } = useTranslation('app');
  const shown = crumbs.length > 0 ? crumbs : [t('tagline')];
  return (
    <p className="crumbs">
      {shown.map((crumb, index) => (
        <span key={crumb} className={crumbs.length > 0 && index === shown.length - 1 ? 'here' : ''}>
          {crumb}
        </span>
      ))}
    </p>
  );
}

function NetworkMenu() {
  const { t } = useTranslation('app');
  const stage = useStore((state) => state.stage);
  const language = useStore((state) => state.language);
  const title = stage === null ? '' : textIn(stage.title, language);
  const input = useRef<HTMLInputElement>(null);
  const [abouts, setAbouts] = useState<Readonly<Record<string, Texts>>>({});
  useEffect(() => {
    // Without them the menu still has its titles.
    loadAbouts().then(setAbouts, () => {});
  }, []);
  const networks = stageEntries().map((entry) => ({
    key: entry.id,
    label: textIn(entry.title, language),
    ...(Object.hasOwn(abouts, entry.id) ? { about: textIn(abouts[entry.id]!, language) } : {}),
    checked: entry.id === stage?.id,
    onSelect: () => void openScenario(entry.id),
  }));
  const recording = {
    key: 'open a recording',
    label: t('recording.open'),
    about: t('recording.about'),
    icon: <FolderOpen size={15} />,
    onSelect: () => input.current?.click(),
  };
  return (
    <>
      <Menu
        label={t('network.label', { name: title })}
        title={t('network.about')}
        items={[...networks, recording]}
      >
        <span className="network-word">{t('network.word')}</span>
        <span className="network-name">{title}</span>
        <ChevronDown size={16} aria-hidden="true" />
      </Menu>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t('recording.open')}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void openRecordingFile(file);
        }}
      />
    </>
  );
}

function TextSize() {
  const { t } = useTranslation('app');
  const zoom = useStore((state) => state.zoom);
  const setZoom = useStore((state) => state.setZoom);
  const next = ZOOMS[((ZOOMS as readonly number[]).indexOf(zoom) + 1) % ZOOMS.length] ?? 1;
  const label = t('textSize', { percent: Math.round(zoom * 100) });
  return (
    <button
      type="button"
      className="button square"
      aria-label={label}
      title={label}
      onClick={() => setZoom(next)}
    >
      <AArrowUp size={19} aria-hidden="true" />
    </button>
  );
}

const onFullScreen = (changed: () => void): (() => void) => {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
};

function FullScreen() {
  const { t } = useTranslation('app');
  const full = useSyncExternalStore(onFullScreen, () => document.fullscreenElement !== null);
  if (!document.fullscreenEnabled) return null;
  const label = full ? t('fullScreen.leave') : t('fullScreen.enter');
  const toggle = (): Promise<void> =>
    full ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  return (
    <button
      type="button"
      className="button square full-screen"
      aria-label={label}
      title={label}
      onClick={() => void toggle().catch(() => {})}
    >
      {full ? <Shrink size={17} aria-hidden="true" /> : <Expand size={17} aria-hidden="true" />}
    </button>
  );
}

function LanguageMenu() {
  const { t } = useTranslation('app');
  const language = useStore((state) => state.language);
  const setLanguage = useStore((state) => state.setLanguage);
  return (
    <Menu
      label={t('language', { name: LANGUAGE_NAMES[language] })}
      items={LANGUAGES.map((code) => ({
        key: code,
        label: LANGUAGE_NAMES[code],
        lang: code,
        checked: code === language,
        onSelect: () => void changeLanguage(code).then(() => setLanguage(code)),
      }))}
    >
      <Languages size={16} aria-hidden="true" />
      {language.toUpperCase()}
    </Menu>
  );
}

const THEMES = ['light', 'dark', 'system'] as const satisfies readonly Theme[];
const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor };

function ThemeMenu() {
  const { t } = useTranslation('app');
  const theme = useStore((state) => state.theme);
  const setTheme = useStore((state) => state.setTheme);
  const Icon = THEME_ICONS[resolvedTheme(theme)];
  return (
    <Menu
      className="button square"
      label={t('theme.label', { name: t(`theme.${theme}`) })}
      items={THEMES.map((choice) => ({
        key: choice,
        label: t(`theme.${choice}`),
        checked: choice === theme,
        onSelect: () => setTheme(choice),
      }))}
    >
      <Icon size={17} aria-hidden="true" />
    </Menu>
  );
}
