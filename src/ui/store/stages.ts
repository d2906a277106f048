/** Which scenarios there are. The page knows them, and the programs that play them, only through here. */
import { STAGES } from 'virtual:posthorn-stages';
import type { Stage, Texts } from '../../agents/stage.ts';
import type { Registry } from '../../sim/types.ts';

export interface StageEntry {
  readonly id: string;
  readonly title: Texts;
}

export const stageEntries = (): readonly StageEntry[] => STAGES;

/** A sentence on each scenario, by id: for who looks for one, not for the first paint. */
export const loadAbouts = async (): Promise<Readonly<Record<string, Texts>>> =>
  (await import('virtual:posthorn-stages-about')).ABOUTS;

export const knowsStage = (id: string): boolean => STAGES.some((entry) => entry.id === id);

/** The stage with this id, or the first one when there is none such. */
export async function loadStage(id: string | null): Promise<Stage> {
  const entry = STAGES.find((known) => known.id === id) ?? STAGES[0];
  if (entry === undefined) throw new Error('the build holds no scenario');
  return (await entry.load()).default;
}

/** The programs: not needed for the first paint, so they come in a chunk of their own. */
export const loadRegistry = async (): Promise<Registry> => (await import('../../shell/registry.ts')).REGISTRY;
