/**
 * The terminal as a screen: xterm showing the transcript, and over its end the line being edited. In a chunk of its
 * own, fetched when the first terminal opens.
 */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostId } from '../../sim/types.ts';
import { completeLine, EMPTY_LINE, keysOf } from '../../shell/line-editor.ts';
import { type Run, transcript } from '../../view/terminal.ts';
import { lendScreen } from '../app/test-hook.ts';
import { useView } from '../store/hooks.ts';
import { useStore } from '../store/store.ts';
import { Painter } from './painter.ts';
import { lineOf, pressKeys, sendsKeys, sendToShell, useSessions } from './session.ts';
import { sinceClear } from './text.ts';
import { candidatesAt, shownChoices } from './vocabulary.ts';

const FONT_PX = 14;
const SCROLLBACK = 4000;

export default function Screen({ host, name }: { readonly host: HostId; readonly name: string }) {
  const { t } = useTranslation('terminal');
  const frame = useRef<HTMLDivElement>(null);
  const painter = useRef<Painter | null>(null);
  const runs = useView((log, count) => sinceClear(transcript(log, count, host)));
  const line = useSessions((state) => state.lines[host] ?? EMPTY_LINE);
  const raw = useSessions((state) => state.raw[host] ?? false);
  const zoom = useStore((state) => state.zoom);
  const latest = useRef<{ runs: readonly Run[] }>({ runs });
  latest.current = { runs };
  const label = t('input', { name });

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    return mountTerminal(element, host, label, zoom, (made) => {
      painter.current = made;
      made?.show(latest.current.runs, shownLine(host));
    });
  }, [host, label, zoom]);

  useEffect(() => {
    painter.current?.show(runs, raw && sendsKeys(host) ? EMPTY_LINE : line);
  }, [runs, line, raw, host]);

  return <div className="screen" ref={frame} />;
}

const shownLine = (host: HostId) => (sendsKeys(host) ? EMPTY_LINE : lineOf(host));

/** Opens xterm in `element`; the returned function takes everything away again. */
function mountTerminal(
  element: HTMLElement,
  host: HostId,
  label: string,
  zoom: number,
  ready: (painter: Painter | null) => void,
): () => void {
  let disposed = false;
  let dispose = (): void => {};
  const open = async (): Promise<void> => {
    // xterm measures its font once: it must be there first.
    await document.fonts.load(`${FONT_PX}px "IBM Plex Mono"`).catch(() => []);
    if (disposed) return;
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const term = new Terminal({
      fontFamily: '"IBM Plex Mono", ui-monospace, monospace',
      fontSize: Math.round(FONT_PX * zoom),
      lineHeight: 1.25,
      scrollback: SCROLLBACK,
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      theme: {
        background: colour('--term'),
        foreground: colour('--term-ink'),
        cursor: colour('--term-typed'),
        cursorAccent: colour('--term'),
        selectionBackground: '#3d5a96',
        brightBlack: colour('--term-dim'),
        yellow: colour('--term-typed'),
        green: colour('--term-good'),
        red: colour('--term-bad'),
      },
    });
    const fit = new FitAddon();
    term.loadAddon(fit);
    term.open(element);
    term.textarea?.setAttribute('aria-label', label);
    const painter = new Painter(term);
    const refit = (): void => {
      if (element.clientWidth < 60 || element.clientHeight < 30) return;
      const before = term.cols;
      fit.fit();
      if (term.cols !== before) painter.repaint();
    };
    refit();
    const observer = new ResizeObserver(refit);
    observer.observe(element);
    listen(term, host);
    lendScreen(() => painter.text());
    ready(painter);
    dispose = () => {
      observer.disconnect();
      lendScreen(null);
      ready(null);
      term.dispose();
    };
  };
  void open();
  return () => {
    disposed = true;
    dispose();
  };
}

function listen(term: Terminal, host: HostId): void {
  term.attachCustomKeyEventHandler((event) => browserKeeps(term, host, event));
  term.onData((data) => {
    term.scrollToBottom();
    if (sendsKeys(host)) sendToShell(host, { kind: 'raw', text: data });
    else pressKeys(host, keysOf(data));
  });
}

/** False: the key is not the terminal's. Tab completes where there is something to complete, and otherwise leaves. */
function browserKeeps(term: Terminal, host: HostId, event: KeyboardEvent): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (event.key === 'F6') return false;
  if (command && event.key.toLowerCase() === 'v') return false;
  if (command && event.key.toLowerCase() === 'c' && term.hasSelection()) return false;
  if (event.key !== 'Tab') return true;
  if (event.shiftKey || sendsKeys(host)) return false;
  const line = lineOf(host);
  const candidates = candidatesAt(host, line);
  if (candidates.length === 0) return false;
  event.preventDefault();
  if (event.type !== 'keydown') return false;
  useSessions.getState().setLine(host, completeLine(line, candidates));
  if (candidates.length > 1) useSessions.getState().setChoices(shownChoices(candidates));
  return false;
}
