/** A dashed border round the hosts of one domain. */
import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Stage } from '../../agents/stage.ts';
import type { HostId } from '../../sim/types.ts';
import type { Box } from './paths.ts';
import { ZONE_ROOM } from './spread.ts';

export type ZoneNode = Node<{ readonly name: string }, 'zone'>;

export const ZoneFrame = memo(function ZoneFrame({ data }: NodeProps<ZoneNode>) {
  return (
    <div className="zone">
      <span className="zone-name">{data.name}</span>
    </div>
  );
});

export function zonesAround(stage: Stage, boxes: ReadonlyMap<HostId, Box>): ZoneNode[] {
  const members = new Map<string, Box[]>();
  for (const host of stage.hosts) {
    const box = boxes.get(host.id);
    if (host.zone === '' || box === undefined) continue;
    members.set(host.zone, [...(members.get(host.zone) ?? []), box]);
  }
  return [...members].map(([name, inside]) => {
    const left = Math.min(...inside.map((box) => box.x)) - ZONE_ROOM.side;
    const top = Math.min(...inside.map((box) => box.y)) - ZONE_ROOM.top;
    const width = Math.max(...inside.map((box) => box.x + box.width)) + ZONE_ROOM.side - left;
    const height = Math.max(...inside.map((box) => box.y + box.height)) + ZONE_ROOM.bottom - top;
    return {
      id: `zone:${name}`,
      type: 'zone',
      position: { x: left, y: top },
      width,
      height,
      measured: { width, height },
      zIndex: -1,
      selectable: false,
      data: { name },
    };
  });
}
