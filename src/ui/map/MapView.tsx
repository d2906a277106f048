/** The map: host cards, zones and lines on React Flow, and the overlay that draws what flies. */
import '@xyflow/react/dist/base.css';
import './map.css';
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStoreApi,
} from '@xyflow/react';
import { lazy, type PointerEvent, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stage, StageHost } from '../../agents/stage.ts';
import type { HostId } from '../../sim/types.ts';
import { REDUCED_MOTION } from '../app/use-media.ts';
import { useStore } from '../store/store.ts';
import { sameThing } from '../store/thing.ts';
import { HostCard, type HostNode } from './HostCard.tsx';
import { LineEdge } from './LineEdge.tsx';
import { useMailDesk } from './mail-desk.ts';
import type { Overlay } from './overlay.ts';
import type { Box, Point } from './paths.ts';
import { spread } from './spread.ts';
import { ZoneFrame, type ZoneNode, zonesAround } from './ZoneFrame.tsx';

const FlightList = lazy(() => import('./FlightList.tsx'));
const MailDialogs = lazy(() => import('./MailDialogs.tsx'));

const NODE_TYPES = { host: HostCard, zone: ZoneFrame };
const EDGE_TYPES = { line: LineEdge };
/** Above stands half a zone's name that the frame does not count. */
const FIT = {
  padding: { top: '26px', right: '18px', bottom: '16px', left: '18px' },
  maxZoom: 1.3,
  duration: 0,
} as const;

export function MapView() {
  const stage = useStore((state) => state.stage);
  if (stage === null) return null;
  return (
    <ReactFlowProvider key={stage.id}>
      <StageMap stage={stage} />
    </ReactFlowProvider>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function StageMap({ stage }: { readonly stage: Stage }) {
  const { t } = useTranslation('map');
  const select = useStore((state) => state.select);
  const [sizes, setSizes] = useState<Readonly<Record<HostId, Size>>>({});
  const frame = useRef<HTMLDivElement>(null);
  const aspect = useAspect(frame);
  const boxes = useMemo(() => boxesOf(stage, sizes, aspect), [stage, sizes, aspect]);
  const nodes = useMemo(() => nodesOf(stage, sizes, boxes), [stage, sizes, boxes]);
  const edges = useMemo(() => edgesOf(stage, boxes), [stage, boxes]);
  const onNodesChange = useCallback((changes: NodeChange<HostNode | ZoneNode>[]) => {
    const measured = changes.flatMap((change) =>
      change.type === 'dimensions' && change.dimensions !== undefined && !change.id.startsWith('zone:')
        ? [[change.id, change.dimensions] as const]
        : [],
    );
    if (measured.length > 0) setSizes((before) => ({ ...before, ...Object.fromEntries(measured) }));
  }, []);
  const handMoved = useFit(frame, Object.keys(sizes).length === stage.hosts.length, aspect);
  const { canvas, overlay } = useOverlay(boxes);
  const pointer = usePointing(overlay);
  const labels = useMemo(
    () => ({
      'node.a11yDescription.default': t('aria.node'),
      'node.a11yDescription.keyboardDisabled': t('aria.node'),
      'edge.a11yDescription.default': t('aria.edge'),
      'controls.ariaLabel': t('aria.controls'),
      'controls.zoomIn.ariaLabel': t('aria.zoomIn'),
      'controls.zoomOut.ariaLabel': t('aria.zoomOut'),
      'controls.fitView.ariaLabel': t('aria.fit'),
    }),
    [t],
  );
  return (
    <section className="map" ref={frame} aria-label={t('title')} {...pointer}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onMoveStart={(event) => {
          if (event !== null) handMoved.current = true;
        }}
        onPaneClick={() => select(null)}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomOnScroll={false}
        zoomActivationKeyCode="Control"
        preventScrolling={false}
        zoomOnDoubleClick={false}
        minZoom={0.25}
        maxZoom={2}
        fitView
        fitViewOptions={FIT}
        ariaLabelConfig={labels}
        proOptions={{ hideAttribution: false }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.6} className="map-dots" />
        <Controls
          showInteractive={false}
          position="bottom-left"
          onFitView={() => (handMoved.current = false)}
        />
      </ReactFlow>
      <div className="map-overlay" aria-hidden="true">
        <canvas ref={canvas} />
      </div>
      <Suspense fallback={null}>
        <FlightList />
      </Suspense>
      <Desk />
    </section>
  );
}

function Desk() {
  const open = useMailDesk((state) => state.desk !== null);
  return open ? (
    <Suspense fallback={null}>
      <MailDialogs />
    </Suspense>
  ) : null;
}

/** A card's size before the browser has measured it. */
const GUESS: Size = { width: 204, height: 100 };

const boxesOf = (
  stage: Stage,
  sizes: Readonly<Record<HostId, Size>>,
  aspect: number,
): ReadonlyMap<HostId, Box> =>
  spread(
    stage.hosts.map(({ id, zone, x, y }) => ({ id, zone, x, y, ...(sizes[id] ?? GUESS) })),
    aspect,
    stage.lines.map(({ between }) => between),
  );

function nodesOf(
  stage: Stage,
  sizes: Readonly<Record<HostId, Size>>,
  boxes: ReadonlyMap<HostId, Box>,
): (HostNode | ZoneNode)[] {
  const hosts = stage.hosts.map((host): HostNode => {
    const size = sizes[host.id];
    const node = { id: host.id, type: 'host' as const, position: placeOf(boxes, host), data: { host } };
    return size === undefined ? node : { ...node, measured: size };
  });
  return [...zonesAround(stage, boxes), ...hosts];
}

const edgesOf = (stage: Stage, boxes: ReadonlyMap<HostId, Box>): Edge[] =>
  stage.lines.map(({ between: [source, target], label }, index) => ({
    id: `${index}:${source}-${target}`,
    type: 'line',
    source,
    target,
    data: { label, boxes },
  }));

const placeOf = (boxes: ReadonlyMap<HostId, Box>, { id, x, y }: StageHost): Point => {
  const box = boxes.get(id);
  return box === undefined ? { x, y } : { x: box.x, y: box.y };
};

/** Width of the map's room by its height, in steps, so that a splitter's drag does not set everything dancing. */
function useAspect(frame: React.RefObject<HTMLElement | null>): number {
  const [aspect, setAspect] = useState(1.5);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = (): void => {
      const { clientWidth, clientHeight } = element;
      if (clientWidth > 50 && clientHeight > 50)
        setAspect(Math.round((clientWidth / clientHeight) * 10) / 10);
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return aspect;
}

/** Shows the whole map, again whenever its room changes, until somebody moves it by hand. */
function useFit(frame: React.RefObject<HTMLElement | null>, measured: boolean, aspect: number) {
  const flow = useReactFlow();
  const handMoved = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another aspect places the cards anew
  useEffect(() => {
    const element = frame.current;
    if (element === null || !measured) return;
    const fit = (): void => {
      if (!handMoved.current && element.clientWidth > 50) void flow.fitView(FIT);
    };
    const observer = new ResizeObserver(() => requestAnimationFrame(fit));
    observer.observe(element);
    requestAnimationFrame(fit);
    return () => observer.disconnect();
  }, [flow, frame, measured, aspect]);
  return handMoved;
}

function useOverlay(boxes: ReadonlyMap<HostId, Box>) {
  const store = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<Overlay | null>(null);
  const current = useRef(boxes);
  current.current = boxes;
  useEffect(() => {
    if (canvas.current === null) return;
    const reduced = matchMedia(REDUCED_MOTION);
    const on = canvas.current;
    const ground = {
      boxes: () => current.current,
      viewport: () => {
        const [x, y, zoom] = store.getState().transform;
        return { x, y, zoom };
      },
      words: () => wordsBeside(on),
      reducedMotion: () => reduced.matches,
    };
    let gone = false;
    // Nothing flies before the first paint: the overlay comes after it.
    void import('./overlay.ts').then(({ startOverlay }) => {
      if (!gone) overlay.current = startOverlay(on, ground);
    });
    return () => {
      gone = true;
      overlay.current?.stop();
      overlay.current = null;
    };
  }, [store]);
  return { canvas, overlay };
}

/** Names of zones and labels of standing lines, as they lie on this canvas. */
function wordsBeside(canvas: HTMLCanvasElement): readonly Box[] {
  const ground = canvas.getBoundingClientRect();
  const words = canvas.closest('.map')?.querySelectorAll('.line-label, .zone-name') ?? [];
  return Array.from(words, (word) => {
    const { left, top, width, height } = word.getBoundingClientRect();
    return { x: left - ground.left, y: top - ground.top, width, height };
  });
}

/** Pointing at something that flies lights it up; a click chooses it. */
function usePointing(overlay: React.RefObject<Overlay | null>) {
  const hover = useStore((state) => state.hover);
  const select = useStore((state) => state.select);
  const thingAt = (event: PointerEvent<HTMLElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    return overlay.current?.hit(event.clientX - frame.left, event.clientY - frame.top) ?? null;
  };
  return {
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const thing = thingAt(event);
      const before = useStore.getState().hovered;
      event.currentTarget.classList.toggle('pointing', thing !== null);
      if (thing !== null && !sameThing(thing, before)) hover(thing);
      if (thing === null && before !== null && (before.kind === 'letter' || before.kind === 'event'))
        hover(null);
    },
    onPointerDownCapture: (event: PointerEvent<HTMLElement>) => {
      const thing = thingAt(event);
      if (thing === null) return;
      event.stopPropagation();
      select(thing);
    },
  };
}
