/** The left-hand area: the lesson. What fills it comes in a chunk of its own, after the map. */
import { lazy, Suspense } from 'react';

const Panel = lazy(async () => {
  const panel = await import('./Panel.tsx');
  panel.start();
  return { default: panel.Panel };
});

export const LessonPanel = () => (
  <Suspense fallback={<div className="lesson-wait" aria-busy="true" />}>
    <Panel />
  </Suspense>
);
