/** Made by the `posthorn-stages` plugin of vite.config.ts from `lessons/scenarios`. */
declare module 'virtual:posthorn-stages' {
  import type { Stage, Texts } from '../../agents/stage.ts';

  export const STAGES: readonly {
    readonly id: string;
    readonly title: Texts;
    load(): Promise<{ readonly default: Stage }>;
  }[];
}

declare module 'virtual:posthorn-stages-about' {
  import type { Texts } from '../../agents/stage.ts';

  /** By scenario id. */
  export const ABOUTS: Readonly<Record<string, Texts>>;
}
