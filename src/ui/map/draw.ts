/** What flies, drawn on a canvas: envelopes, protocol marks, labels. Screen coordinates. */
import type { Flight } from '../../view/flights.ts';
import type { Point } from './paths.ts';

export interface Palette {
  readonly protocol: Readonly<Record<string, string>>;
  readonly card: string;
  readonly line: string;
  readonly ink: string;
  readonly letterPaper: string;
  readonly seal: string;
  readonly stamp: string;
  readonly horn: string;
  readonly mono: string;
  /** How much bigger than usual type is wanted. */
  readonly type: number;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    protocol: {
      smtp: value('--smtp'),
      lmtp: value('--lmtp'),
      pop3: value('--pop3'),
      dns: value('--dns'),
      imap: value('--imap'),
      qmtp: value('--qmtp'),
      tls: value('--tls'),
      other: value('--tcp'),
    },
    card: value('--card'),
    line: value('--line-2'),
    ink: value('--ink'),
    letterPaper: value('--letter-paper'),
    seal: value('--seal'),
    stamp: value('--smtp'),
    horn: value('--horn'),
    mono: value('--mono'),
    type: Number(value('--zoom')) || 1,
  };
}

/** Line style per protocol: colour is never the only sign. */
const DASHES: Readonly<Record<string, readonly number[]>> = {
  smtp: [],
  lmtp: [12, 4],
  pop3: [7, 5],
  dns: [0.1, 6],
  imap: [16, 5],
  qmtp: [4, 3],
  tls: [14, 3, 3, 3],
  other: [2, 4],
};

export const colourOf = (palette: Palette, protocol: string): string =>
  palette.protocol[protocol] ?? palette.ink;

export function drawTrack(
  context: CanvasRenderingContext2D,
  palette: Palette,
  protocol: string,
  points: readonly Point[],
  strong: boolean,
): void {
  context.save();
  context.beginPath();
  points.forEach((point, index) => {
    if (index === 0) context.moveTo(point.x, point.y);
    else context.lineTo(point.x, point.y);
  });
  context.strokeStyle = colourOf(palette, protocol);
  context.lineWidth = protocol === 'dns' ? 3 : strong ? 3 : 2;
  context.lineCap = protocol === 'dns' ? 'round' : 'butt';
  context.setLineDash([...(DASHES[protocol] ?? [])]);
  context.globalAlpha = strong ? 1 : 0.6;
  context.stroke();
  context.restore();
}

const ENVELOPE = { width: 54, height: 38 };
const MARK_RADIUS = 8;

/** Half sizes of a flight's mark, for collisions and for stopping short of the cards. */
export function markSize(flight: Flight, scale: number): { readonly x: number; readonly y: number } {
  if (flight.kind === 'letter')
    return { x: (ENVELOPE.width / 2 + 4) * scale, y: (ENVELOPE.height / 2 + 4) * scale };
  const radius = (flight.kind === 'handshake' ? 6 : MARK_RADIUS + 1) * scale;
  return { x: radius, y: radius };
}

export function drawMark(
  context: CanvasRenderingContext2D,
  palette: Palette,
  flight: Flight,
  at: Point,
  scale: number,
  lit: boolean,
): void {
  context.save();
  context.translate(at.x, at.y);
  context.scale(scale, scale);
  if (lit) halo(context, palette, flight);
  if (flight.kind === 'letter') envelope(context, palette, flight.postmarks);
  else mark(context, palette, flight);
  if (flight.lost) cross(context, palette);
  context.restore();
}

function halo(context: CanvasRenderingContext2D, palette: Palette, flight: Flight): void {
  context.beginPath();
  context.arc(0, 0, flight.kind === 'letter' ? 38 : 15, 0, Math.PI * 2);
  context.fillStyle = palette.horn;
  context.globalAlpha = 0.45;
  context.fill();
  context.globalAlpha = 1;
}

function envelope(context: CanvasRenderingContext2D, palette: Palette, postmarks: number): void {
  const { width, height } = ENVELOPE;
  context.rotate(-0.07);
  context.shadowColor = 'rgb(0 0 0 / 22%)';
  context.shadowBlur = 8;
  context.shadowOffsetY = 3;
  context.fillStyle = palette.letterPaper;
  context.beginPath();
  context.roundRect(-width / 2, -height / 2, width, height, 3);
  context.fill();
  context.shadowColor = 'transparent';
  airmailBorder(context, palette, width, height);
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.beginPath();
  context.roundRect(-width / 2, -height / 2, width, height, 3);
  context.moveTo(-width / 2 + 1, -height / 2 + 2);
  context.lineTo(0, 3);
  context.lineTo(width / 2 - 1, -height / 2 + 2);
  context.stroke();
  rings(context, palette, postmarks);
}

function airmailBorder(
  context: CanvasRenderingContext2D,
  palette: Palette,
  width: number,
  height: number,
): void {
  context.save();
  context.beginPath();
  context.roundRect(-width / 2, -height / 2, width, height, 3);
  context.clip();
  context.lineWidth = 4;
  for (let i = 0, x = -width / 2; x < width / 2; x += 7, i++) {
    context.strokeStyle = i % 2 === 0 ? palette.seal : palette.stamp;
    context.globalAlpha = 0.55;
    context.beginPath();
    context.moveTo(x, height / 2);
    context.lineTo(x + 4, height / 2 - 5);
    context.stroke();
  }
  context.restore();
}

/** One ring per hop collected, the newest in red. */
function rings(context: CanvasRenderingContext2D, palette: Palette, postmarks: number): void {
  const shown = Math.min(postmarks, 4);
  for (let i = 0; i < shown; i++) {
    context.beginPath();
    context.arc(ENVELOPE.width / 2 - 9 - (shown - 1 - i) * 9, 9 - (i % 2) * 2, 6.5, 0, Math.PI * 2);
    context.strokeStyle = i === shown - 1 && shown > 1 ? palette.seal : palette.stamp;
    context.lineWidth = 1.8;
    context.stroke();
  }
}

function mark(context: CanvasRenderingContext2D, palette: Palette, flight: Flight): void {
  const colour = colourOf(palette, flight.protocol);
  context.lineWidth = 2.5;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  switch (flight.kind) {
    case 'handshake':
      context.rotate(Math.PI / 4);
      context.fillStyle = palette.card;
      context.beginPath();
      context.rect(-4, -4, 8, 8);
      context.fill();
      context.stroke();
      return;
    case 'reply':
      context.fillStyle = palette.card;
      disc(context);
      context.stroke();
      context.fillStyle = colour;
      context.beginPath();
      context.arc(0, 0, 3, 0, Math.PI * 2);
      context.fill();
      return;
    case 'dns-query':
    case 'dns-answer':
      if (flight.kind === 'dns-answer') context.fillStyle = palette.card;
      disc(context);
      context.stroke();
      context.fillStyle = flight.kind === 'dns-answer' ? colour : palette.card;
      context.font = `600 12px ${palette.mono}`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(flight.kind === 'dns-query' ? '?' : '!', 0, 0.5);
      return;
    default:
      disc(context);
  }
}

function disc(context: CanvasRenderingContext2D): void {
  context.beginPath();
  context.arc(0, 0, MARK_RADIUS - 1, 0, Math.PI * 2);
  context.fill();
}

function cross(context: CanvasRenderingContext2D, palette: Palette): void {
  context.strokeStyle = palette.seal;
  context.lineWidth = 3.5;
  context.beginPath();
  context.moveTo(-9, -9);
  context.lineTo(9, 9);
  context.moveTo(9, -9);
  context.lineTo(-9, 9);
  context.stroke();
}

const LABEL_FONT_PX = 12.5;
const LABEL_PAD = 8;
const LABEL_HEIGHT = 23;

export const labelHeight = (palette: Palette): number => LABEL_HEIGHT * palette.type;

export function measureLabel(context: CanvasRenderingContext2D, palette: Palette, text: string): number {
  context.font = `500 ${LABEL_FONT_PX * palette.type}px ${palette.mono}`;
  return context.measureText(text).width + 2 * LABEL_PAD;
}

export function drawLabel(
  context: CanvasRenderingContext2D,
  palette: Palette,
  protocol: string,
  text: string,
  box: { readonly x: number; readonly y: number; readonly width: number },
  lit: boolean,
): void {
  context.save();
  context.fillStyle = palette.card;
  context.strokeStyle = lit ? palette.horn : palette.line;
  context.lineWidth = lit ? 2.5 : 1;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, labelHeight(palette), 5);
  context.fill();
  context.stroke();
  context.fillStyle = colourOf(palette, protocol);
  context.font = `500 ${LABEL_FONT_PX * palette.type}px ${palette.mono}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, box.x + LABEL_PAD, box.y + labelHeight(palette) / 2 + 0.5);
  context.restore();
}
