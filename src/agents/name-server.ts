/** An authoritative name server (RFC 1034 §4.3): answers from its zone files, and from nothing else. */
import { answerAuthoritatively } from '../dns/authority.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import type { Zone } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import type { Program, ProgramEffect, ProgramInput } from '../sim/types.ts';

export interface NameServerConfig {
  /** Zone files (RFC 1035 §5), by origin. */
  readonly zones: Readonly<Record<string, string>>;
}

export interface NameServerState {
  readonly zones: readonly Zone[];
}

function init(config: unknown): NameServerState {
  const zones: Zone[] = [];
  for (const [origin, text] of Object.entries((config as NameServerConfig).zones)) {
    const parsed = parseZoneFile(text, origin);
    // Stages are checked when they are loaded; a zone with errors is one the server does not serve (as BIND does).
    if ('zone' in parsed) zones.push(parsed.zone);
  }
  return { zones };
}

function step(
  state: NameServerState,
  input: ProgramInput,
): readonly [NameServerState, readonly ProgramEffect[]] {
  if (input.kind === 'start') return [state, [{ kind: 'listen', protocol: 'udp', port: 53 }]];
  if (input.kind !== 'datagram') return [state, []];
  const query = decodeMessage(input.octets);
  if (!query || query.response) return [state, []];
  const answer = answerAuthoritatively(state.zones, query);
  const octets = encodeMessage(answer);
  return [state, [{ kind: 'datagram', from: 53, to: input.peer, octets, note: noteOfMessage(answer) }]];
}

export const nameServer: Program<NameServerState> = { init, step };
