/**
 * An authoritative name server (RFC 1034 §4.3): answers from its zone files and from nothing else, over UDP and TCP.
 */
import { answerAuthoritatively } from '../dns/authority.ts';
import type { Zone } from '../dns/types.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import type { Program, ProgramEffect, ProgramInput } from '../sim/types.ts';
import { answerTo, type DnsSessions, hearQueries, listenOnDns } from './dns-sessions.ts';

export interface NameServerConfig {
  /** Zone files (RFC 1035 §5), by origin. */
  readonly zones: Readonly<Record<string, string>>;
  /** No NS records of the zone beside an answer to a client that wants recursion, as servers of today. */
  readonly minimal?: boolean;
}

export interface NameServerState {
  readonly zones: readonly Zone[];
  readonly minimal: boolean;
  readonly sessions: DnsSessions;
}

function init(config: unknown): NameServerState {
  const { zones: files, minimal = false } = config as NameServerConfig;
  const zones: Zone[] = [];
  for (const [origin, text] of Object.entries(files)) {
    const parsed = parseZoneFile(text, origin);
    // Stages are checked when they are loaded; a zone with errors is one the server does not serve (as BIND does).
    if ('zone' in parsed) zones.push(parsed.zone);
  }
  return { zones, minimal, sessions: [] };
}

function step(
  state: NameServerState,
  input: ProgramInput,
): readonly [NameServerState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  if (input.kind === 'start') listenOnDns(effects);
  const { sessions, queries } = hearQueries(state.sessions, input, effects);
  for (const { client, message } of queries)
    answerTo(client, answerAuthoritatively(state.zones, message, state.minimal), effects);
  if (sessions === state.sessions) return [state, effects];
  return [{ zones: state.zones, minimal: state.minimal, sessions }, effects];
}

export const nameServer: Program<NameServerState> = { init, step };
