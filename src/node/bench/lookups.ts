/** Look-ups through the recursive resolver of `name-tree`: from its cache, and all the way from the root. */
import { encodeMessage } from '../../dns/wire.ts';
import { cachingResolver } from '../../agents/resolver/resolver.ts';
import { nameServer } from '../../agents/name-server.ts';
import type { HostSpec, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { readStage } from '../scenarios.ts';

const { scenario } = readStage('name-tree');

/** The hosts that answer on port 53, with the state of their server. */
const SERVERS = new Map(
  scenario.hosts.flatMap((host) =>
    host.programs
      .filter(({ kind }) => kind === 'ns' && !host.down)
      .map(({ config }) => [host.addresses[0]!, { host, state: nameServer.init(config, host) }] as const),
  ),
);
const RESOLVER = scenario.hosts.find(({ programs }) => programs.some(({ kind }) => kind === 'resolver'))!;
const CONFIG = RESOLVER.programs.find(({ kind }) => kind === 'resolver')!.config;

const contextOf = (host: HostSpec): StepContext => ({
  now: 0,
  clock: scenario.clock,
  host,
  id: '',
  event: 1,
  chance: 0.5,
});

const QUERY = encodeMessage({
  id: 1,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: { name: 'mail.example.net', type: 'A' },
  answers: [],
  authority: [],
  additional: [],
});
const CLIENT = { address: '198.51.100.10', port: 1054 };

/** Puts one question to the resolver and carries datagrams to and fro until it has answered. */
function lookUp(from: ReturnType<typeof cachingResolver.init>): ReturnType<typeof cachingResolver.init> {
  const context = contextOf(RESOLVER);
  let state = from;
  const local = { address: RESOLVER.addresses[0]!, port: 53 };
  const inputs: ProgramInput[] = [{ kind: 'datagram', local, peer: CLIENT, octets: QUERY }];
  for (let input = inputs.pop(); input; input = inputs.pop()) {
    const [next, effects]: readonly [typeof state, readonly ProgramEffect[]] = cachingResolver.step(
      state,
      input,
      context,
    );
    state = next;
    for (const effect of effects) {
      if (effect.kind !== 'datagram') continue;
      const server = SERVERS.get(effect.to.address);
      if (!server) continue;
      const peer = { address: local.address, port: effect.from };
      const query: ProgramInput = { kind: 'datagram', local: effect.to, peer, octets: effect.octets };
      const [, answers] = nameServer.step(server.state, query, contextOf(server.host));
      for (const answer of answers)
        if (answer.kind === 'datagram')
          inputs.push({ kind: 'datagram', local: peer, peer: effect.to, octets: answer.octets });
    }
  }
  return state;
}

/** So many look-ups of a name that is in the cache. */
export function cachedLookUps(count: number): void {
  let state = lookUp(cachingResolver.init(CONFIG, RESOLVER));
  for (let i = 0; i < count; i++) state = lookUp(state);
}

/** So many look-ups by resolvers that know nothing: root, net, example.net. */
export function walkedLookUps(count: number): void {
  for (let i = 0; i < count; i++) {
    const { jobs, cache } = lookUp(cachingResolver.init(CONFIG, RESOLVER));
    if (jobs.length > 0 || cache.size === 0) throw new Error('the look-up did not end');
  }
}
