/** How a scenario sets up the shell of a host. */
import type { ResolverConfig } from './stub-resolver.ts';

export interface ShellConfig {
  /** Login name shown in the prompt; `root` gets `#`. */
  readonly user: string;
  readonly resolver: ResolverConfig;
  /** The look of `dig`: that of the notes' age, or of today. */
  readonly digVersion: '9.2.4' | '9.18';
}
