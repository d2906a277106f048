/** A standing line between two hosts. Its label stands beside it, where nothing that flies can cover it. */
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { HostId } from '../../sim/types.ts';
import { type Box, curveBetween, curvePath, labelPlace } from './paths.ts';

type Line = Edge<{ readonly label: string; readonly boxes: ReadonlyMap<HostId, Box> }, 'line'>;

export const LineEdge = memo(function LineEdge({ id, source, target, data }: EdgeProps<Line>) {
  const from = data?.boxes.get(source);
  const to = data?.boxes.get(target);
  if (data === undefined || from === undefined || to === undefined) return null;
  const curve = curveBetween(from, to, data.boxes.values());
  const place = labelPlace(curve);
  const shift = place.beside === 'right' ? 'translate(32px, -50%)' : 'translate(-50%, calc(-100% - 24px))';
  return (
    <>
      <BaseEdge id={id} path={curvePath(curve)} className="standing-line" />
      {data.label !== '' && (
        <EdgeLabelRenderer>
          <span
            className={`line-label ${data.label.toLowerCase()}`}
            style={{ transform: `translate(${place.x}px, ${place.y}px) ${shift}` }}
          >
            {data.label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
