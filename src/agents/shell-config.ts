/** How a scenario sets up the shell of a host. */
import type { TrustStore } from '../protocol/tls/certificate.ts';
import type { ResolverConfig } from './stub-resolver.ts';

export interface ShellConfig {
  /** Login name shown in the prompt; `root` gets `#`. */
  readonly user: string;
  readonly resolver: ResolverConfig;
  /** The look of `dig`: that of the notes' age, or of today. */
  readonly digVersion: '9.2.4' | '9.18';
  /** Roots this host trusts; absent: none. */
  readonly trust?: TrustStore;
}
