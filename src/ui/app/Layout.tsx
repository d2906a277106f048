/** Where the page's parts stand: three columns, two with tabs, or one under the other. */
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { LessonPanel } from '../lesson/LessonPanel.tsx';
import { MapView } from '../map/MapView.tsx';
import { useStore } from '../store/store.ts';
import { loadLater } from '../strings/i18n.ts';
import { TransportBar } from '../transport/TransportBar.tsx';
import { Tabs } from './Tabs.tsx';
import { useMedia } from './use-media.ts';

// The map and the lesson come first; what is beside and below them follows.
const Inspector = lazy(async () => {
  const [inspector] = await Promise.all([import('../inspector/Inspector.tsx'), loadLater()]);
  return { default: inspector.Inspector };
});
const TerminalArea = lazy(async () => ({
  default: (await import('../terminal/TerminalArea.tsx')).TerminalArea,
}));

const WIDE_PX = 1180;
const NARROW_PX = 720;

export function Layout() {
  const zoom = useStore((state) => state.zoom);
  // Bigger type needs a bigger page to stand in the same columns, though not in full proportion.
  const stretch = 1 + (zoom - 1) * 0.6;
  const wide = useMedia(`(min-width: ${Math.round(WIDE_PX * stretch)}px)`);
  const narrow = useMedia(`(max-width: ${Math.round(NARROW_PX * stretch) - 1}px)`);
  const low = useMedia('(max-height: 460px)');
  return <main className="layout">{narrow || low ? <Stacked /> : wide ? <Columns /> : <TwoColumns />}</main>;
}

/** Layouts are kept in localStorage where that is allowed. */
const storage = {
  getItem: (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  setItem: (key: string, value: string): void => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // The panels are where they were put until the page closes.
    }
  },
};

function Columns() {
  const { t } = useTranslation('app');
  const kept = useDefaultLayout({ id: 'posthorn.columns', storage });
  return (
    <Group orientation="horizontal" {...groupProps(kept)}>
      <Panel id="lesson" defaultSize="23.3%" minSize={230} className="pane">
        <Region name={t('areas.lesson')} className="lesson-area">
          <LessonPanel />
        </Region>
      </Panel>
      <Separator className="splitter" aria-label={t('splitter.lesson')} />
      <Panel id="work" minSize={420} className="pane">
        <Work />
      </Panel>
      <Separator className="splitter" aria-label={t('splitter.inspector')} />
      <Panel id="inspector" defaultSize="25.7%" minSize={250} className="pane">
        <Region name={t('areas.inspector')} className="inspector-area">
          <Inspector />
        </Region>
      </Panel>
    </Group>
  );
}

function Work() {
  const { t } = useTranslation('app');
  const kept = useDefaultLayout({ id: 'posthorn.work', storage });
  return (
    <Group orientation="vertical" {...groupProps(kept)}>
      <Panel id="map" defaultSize="61%" minSize={200} className="pane">
        <div className="map-area">
          <MapView />
          <TransportBar />
        </div>
      </Panel>
      <Separator className="splitter flat" aria-label={t('splitter.terminals')} />
      <Panel id="terminals" minSize={110} className="pane">
        <Terminals />
      </Panel>
    </Group>
  );
}

function TwoColumns() {
  const { t } = useTranslation('app');
  const kept = useDefaultLayout({ id: 'posthorn.two', storage });
  return (
    <Group orientation="horizontal" {...groupProps(kept)}>
      <Panel id="side" defaultSize="35%" minSize={230} className="pane">
        <SideTabs />
      </Panel>
      <Separator className="splitter" aria-label={t('splitter.lesson')} />
      <Panel id="work" minSize={380} className="pane">
        <Work />
      </Panel>
    </Group>
  );
}

function SideTabs() {
  const { t } = useTranslation('app');
  const [tab, setTab] = useState<'lesson' | 'inspector'>('lesson');
  return (
    <Tabs
      className="side-tabs"
      label={t('areas.side')}
      active={tab}
      onChange={(key) => setTab(key === 'lesson' ? 'lesson' : 'inspector')}
      tabs={[
        { key: 'lesson', label: t('areas.lesson') },
        { key: 'inspector', label: t('areas.inspector') },
      ]}
    >
      {tab === 'lesson' ? (
        <Region name={t('areas.lesson')} className="lesson-area">
          <LessonPanel />
        </Region>
      ) : (
        <Region name={t('areas.inspector')} className="inspector-area">
          <Inspector />
        </Region>
      )}
    </Tabs>
  );
}

function Stacked() {
  const { t } = useTranslation('app');
  return (
    <div className="stacked">
      <Region name={t('areas.lesson')} className="lesson-area">
        <LessonPanel />
      </Region>
      <div className="map-area">
        <MapView />
        <TransportBar />
      </div>
      <Terminals />
      <Region name={t('areas.inspector')} className="inspector-area">
        <Inspector />
      </Region>
    </div>
  );
}

function Terminals() {
  const { t } = useTranslation('app');
  return (
    <section id="terminals" tabIndex={-1} aria-label={t('areas.terminals')} className="terminal-area">
      <Suspense fallback={null}>
        <TerminalArea />
      </Suspense>
    </section>
  );
}

interface RegionProps {
  readonly name: string;
  readonly className: string;
  readonly children: ReactNode;
}

const Region = ({ name, className, children }: RegionProps) => (
  <section aria-label={name} className={className}>
    {className === 'inspector-area' && <h2 className="visually-hidden">{name}</h2>}
    <Suspense fallback={null}>{children}</Suspense>
  </section>
);

type Kept = ReturnType<typeof useDefaultLayout>;

/** The library's type has no `undefined` under exactOptionalPropertyTypes. */
const groupProps = ({ defaultLayout, onLayoutChanged }: Kept) =>
  defaultLayout === undefined ? { onLayoutChanged } : { defaultLayout, onLayoutChanged };
