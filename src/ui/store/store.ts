/**
 * The page's one store. The history is the kernel's and grows in place; `count` (events that happened by `now`) is
 * what tells components that there is something new to see. `now` moves with every frame: read it outside React.
 */
import { create } from 'zustand';
import type { Language, Stage } from '../../agents/stage.ts';
import type { Millis } from '../../base/time.ts';
import { createHistory } from '../../sim/history.ts';
import type { Action, EventId, History, HostId, Registry } from '../../sim/types.ts';
import { NOTHING_LIT } from './lit.ts';
import * as playback from './playback.ts';
import type { Related } from '../../view/related.ts';
import { remember, remembered, rememberedIn } from './settings.ts';
import type { Thing } from './thing.ts';

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
/** Links take some hundred simulated milliseconds: at half speed one can follow them. */
const FIRST_SPEED = 0.5;
export const ZOOMS = [1, 1.15, 1.3, 1.5] as const;
export type Theme = 'light' | 'dark' | 'system';
export type TerminalMode = 'screen' | 'lines';

/** A way not taken: what Undo brings back. */
export interface Branch {
  readonly history: History;
  readonly now: Millis;
}

/** A small message to the reader; `key` is in the `app` catalogue. */
export interface Notice {
  readonly id: number;
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly tone: 'plain' | 'bad';
}

/** What the lesson panel keeps here. `crumbs` stand in the header; `state` is the lesson panel's own. */
export interface LessonSlot {
  readonly id: string | null;
  readonly crumbs: readonly string[];
  readonly state: unknown;
}

/** An animated step under way: the view glides to an instant the kernel has reached already. */
export interface Glide {
  readonly from: Millis;
  readonly to: Millis;
  readonly elapsedMs: number;
}

export interface PageState {
  readonly stage: Stage | null;
  readonly registry: Registry;
  readonly history: History | null;
  /** View instant in simulated milliseconds, fractions of a frame included. */
  readonly now: Millis;
  /** Number of log events that happened by `now`. */
  readonly count: number;
  /** Length of the whole log: past `now` when rewound. */
  readonly logged: number;
  readonly playing: boolean;
  /** Somebody pressed pause, or steps; a look elsewhere on the timeline is no pause. */
  readonly held: boolean;
  /** Playing, but nothing is under way: the clock waits for a gesture. */
  readonly waiting: boolean;
  readonly glide: Glide | null;
  readonly speed: number;
  readonly undo: readonly Branch[];
  readonly selected: Thing | null;
  readonly hovered: Thing | null;
  /** Everything that is the same thing as the hovered one; kept up to date by `light.ts`. */
  readonly lit: Related;
  readonly openTerminals: readonly HostId[];
  readonly activeTerminal: HostId | null;
  readonly terminalMode: TerminalMode;
  readonly theme: Theme;
  readonly language: Language;
  readonly zoom: number;
  readonly notices: readonly Notice[];
  readonly lesson: LessonSlot;
  /** The kernel or a program broke; the page says so and stops playing. */
  readonly broken: Error | null;

  /** Shows a stage that nothing plays yet. */
  showStage(stage: Stage): void;
  /** Plays a stage from its beginning. */
  openStage(stage: Stage, registry: Registry): void;
  /** Shows what happened on a stage elsewhere, looked at `now`. */
  openHistory(stage: Stage, history: History, now: Millis): void;
  breakDown(error: unknown): void;
  restart(): void;
  act(action: Action): void;
  undoFork(): void;
  play(): void;
  pause(): void;
  step(): void;
  seek(now: Millis): void;
  seekEvent(event: EventId): void;
  frame(elapsedMs: number): void;
  setSpeed(speed: number): void;
  select(thing: Thing | null): void;
  hover(thing: Thing | null): void;
  openTerminal(host: HostId): void;
  closeTerminal(host: HostId): void;
  setTerminalMode(mode: TerminalMode): void;
  setTheme(theme: Theme): void;
  setLanguage(language: Language): void;
  setZoom(zoom: number): void;
  notify(key: string, values?: Notice['values'], tone?: Notice['tone']): void;
  dismiss(id: number): void;
  setLesson(lesson: Partial<LessonSlot>): void;
}

let nextNotice = 1;
const NOTICES_KEPT = 3;
/** Ways not taken that Undo can bring back; each holds its own log. */
const BRANCHES_KEPT = 20;
const kept = (undo: readonly Branch[], branch: Branch): readonly Branch[] =>
  [...undo, branch].slice(-BRANCHES_KEPT);

const initialZoom = (): number => {
  const kept = Number(remembered('zoom'));
  return ZOOMS.find((zoom) => zoom === kept) ?? 1;
};

const initialMode = (): TerminalMode => {
  const kept = rememberedIn('terminal', ['screen', 'lines'] as const);
  if (kept !== null) return kept;
  return typeof matchMedia === 'function' && matchMedia('(max-width: 719px)').matches ? 'lines' : 'screen';
};

export const useStore = create<PageState>()((set, get) => ({
  stage: null,
  registry: {},
  history: null,
  now: 0,
  count: 0,
  logged: 0,
  playing: true,
  held: false,
  waiting: false,
  glide: null,
  speed: FIRST_SPEED,
  undo: [],
  selected: null,
  hovered: null,
  lit: NOTHING_LIT,
  openTerminals: [],
  activeTerminal: null,
  terminalMode: initialMode(),
  theme: rememberedIn('theme', ['light', 'dark', 'system'] as const) ?? 'system',
  language: 'en',
  zoom: initialZoom(),
  notices: [],
  lesson: { id: null, crumbs: [], state: null },
  broken: null,

  showStage(stage) {
    const shells = stage.hosts.filter((host) => host.shell !== null).map((host) => host.id);
    const first = shells[0] ?? null;
    set({
      stage,
      history: null,
      now: 0,
      count: 0,
      logged: 0,
      undo: [],
      selected: null,
      hovered: null,
      openTerminals: first === null ? [] : [first],
      activeTerminal: first,
      broken: null,
    });
  },
  openStage(stage, registry) {
    if (get().stage !== stage) get().showStage(stage);
    set({ registry, ...playback.begin(createHistory(stage.scenario, registry)) });
  },
  openHistory(stage, history, now) {
    get().showStage(stage);
    set({ registry: history.registry, ...playback.resume(history, now) });
  },
  breakDown: (error) => set({ broken: asError(error), playing: false }),
  restart() {
    const { stage, registry, history, now, undo } = get();
    if (stage === null || history === null) return;
    const fresh = playback.begin(createHistory(stage.scenario, registry));
    const worthKeeping = history.actions.length > 0;
    set({ ...fresh, undo: worthKeeping ? kept(undo, { history, now }) : undo, selected: null, broken: null });
    if (worthKeeping) get().notify('notice.restarted');
  },
  act(action) {
    const { history, undo } = get();
    if (history === null) return;
    try {
      const { patch, left } = playback.act(get(), history, action);
      set({ ...patch, ...(left === null ? {} : { undo: kept(undo, left) }) });
      if (left !== null) get().notify('notice.forked');
    } catch (error) {
      get().breakDown(error);
    }
  },
  undoFork() {
    const { undo, stage } = get();
    const branch = undo.at(-1);
    if (branch === undefined || stage === null) return;
    set({ ...playback.resume(branch.history, branch.now), undo: undo.slice(0, -1) });
    get().notify('notice.undone');
  },
  play: () => set({ playing: true, held: false, glide: null }),
  pause: () => set({ playing: false, held: true, waiting: false, ...playback.settle(get()) }),
  step() {
    try {
      set(playback.step(get()));
    } catch (error) {
      get().breakDown(error);
    }
  },
  seek: (now) => set({ playing: false, waiting: false, glide: null, ...playback.look(get(), now) }),
  seekEvent(event) {
    const at = get().history?.log.find((entry) => entry.id === event)?.at;
    if (at !== undefined) get().seek(at);
  },
  frame(elapsedMs) {
    try {
      const patch = playback.frame(get(), elapsedMs);
      if (patch !== null) set(patch);
    } catch (error) {
      get().breakDown(error);
    }
  },
  setSpeed: (speed) => set({ speed }),
  select: (selected) => set({ selected }),
  hover: (hovered) => {
    if (get().hovered !== hovered) set({ hovered });
  },
  openTerminal(host) {
    const { openTerminals } = get();
    set({
      activeTerminal: host,
      openTerminals: openTerminals.includes(host) ? openTerminals : [...openTerminals, host],
    });
  },
  closeTerminal(host) {
    const left = get().openTerminals.filter((open) => open !== host);
    const active = get().activeTerminal;
    set({ openTerminals: left, activeTerminal: active === host ? (left.at(-1) ?? null) : active });
  },
  setTerminalMode(terminalMode) {
    remember('terminal', terminalMode);
    set({ terminalMode });
  },
  setTheme(theme) {
    remember('theme', theme);
    set({ theme });
  },
  setLanguage: (language) => set({ language }),
  setZoom(zoom) {
    remember('zoom', String(zoom));
    set({ zoom });
  },
  notify(key, values = {}, tone = 'plain') {
    const notice: Notice = { id: nextNotice++, key, values, tone };
    set({ notices: [...get().notices.filter((old) => old.key !== key), notice].slice(-NOTICES_KEPT) });
  },
  dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
  setLesson: (lesson) => set({ lesson: { ...get().lesson, ...lesson } }),
}));

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
