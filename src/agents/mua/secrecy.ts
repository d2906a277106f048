/** What all conversations of the mail program have in common: patience, and whom it trusts. */
import type { Arrival } from '../../protocol/machine.ts';
import { PREFERENCE } from '../../protocol/tls/versions.ts';
import type { StepContext } from '../../sim/types.ts';
import type { Secrecy } from '../talk.ts';
import type { MuaState } from './types.ts';

export const REPLY_TIMEOUT_MS = 100_000;

export type SessionArrival = Exclude<Arrival<never>, { kind: 'answer' }>;

/** A mail program goes no further with a server that cannot prove who it is (RFC 8314 §5.2). */
export const secrecyOf = ({ config }: MuaState, server: string, at: StepContext): Secrecy => ({
  config: {
    side: 'client',
    serverName: server,
    expectedName: server,
    trust: config.trust,
    verify: 'required',
    versions: PREFERENCE,
  },
  at,
});
