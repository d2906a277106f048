/** The right-hand area: what a thing really is. Whatever is chosen on the page opens in the tab it belongs to. */
import './inspector.css';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { connOf } from '../../view/connections.ts';
import { eventById } from '../../view/log.ts';
import { Tabs } from '../app/Tabs.tsx';
import { useStore } from '../store/store.ts';
import { clearDesk, follow, TABS, useDesk } from './desk.ts';
import { LetterTab } from './letter/LetterTab.tsx';

const SessionTab = lazy(() => import('./session/SessionTab.tsx'));
const LogTab = lazy(() => import('./log/LogTab.tsx'));

export function Inspector() {
  const { t } = useTranslation('inspector');
  const tab = useDesk((desk) => desk.tab);
  const show = useDesk((desk) => desk.show);
  return (
    <Tabs
      className="inspector-tabs"
      label={t('tabs')}
      active={tab}
      onChange={(key) => show({ tab: TABS.find((one) => one === key) ?? 'letter' })}
      tabs={TABS.map((key) => ({ key, label: t(`tab.${key}`) }))}
    >
      <Suspense fallback={<div className="inspector-body" />}>
        {tab === 'letter' ? <LetterTab /> : tab === 'session' ? <SessionTab /> : <LogTab />}
      </Suspense>
    </Tabs>
  );
}

/** Follows the page's selection, in whatever layout the inspector happens to be on screen. */
useStore.subscribe((state, before) => {
  if (state.stage !== before.stage) clearDesk();
  const { selected, history } = state;
  if (selected === null || selected === before.selected) return;
  const event = selected.kind === 'event' && history ? eventById(history.log, selected.event) : null;
  follow(selected, event === null ? null : connOf(event));
});
