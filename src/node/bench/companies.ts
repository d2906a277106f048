/** Mail networks of any size: companies with a computer and a server each, that write to each other in turn. */
import { loadStage } from '../../agents/scenario.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, isIdle, runNext, runUntil } from '../../sim/history.ts';
import type { History, Scenario } from '../../sim/types.ts';

export interface Companies {
  readonly scenario: Scenario;
  readonly count: number;
}

/** A resolver, a name server, and companies of two hosts each: `hosts` in all. */
export function companies(hosts: number): Companies {
  const count = Math.floor((hosts - 2) / 2);
  const all: Record<string, unknown> = {
    resolver: { ip: '10.255.0.1', name: 'resolver.example', place: [0, 0], shell: false, resolver: true },
    ns: { ip: '10.255.0.2', name: 'ns.example', place: [0, 0], shell: false, zones: domains(count) },
  };
  for (let i = 0; i < count; i++) {
    const net = `10.${Math.floor(i / 250)}.${i % 250}`;
    all[`pc${i}`] = {
      ip: `${net}.10`,
      name: `pc.${domain(i)}`,
      place: [0, 0],
      shell: false,
      mua: [{ address: `user@${domain(i)}`, submit: `${net}.25:25`, fetch: `${net}.25:110` }],
    };
    all[`mail${i}`] = {
      ip: `${net}.25`,
      name: `mail.${domain(i)}`,
      place: [0, 0],
      smtp: { local: [domain(i)], relay_from: [`${net}.0/24`] },
      pop: {},
    };
  }
  const file = {
    format: 'posthorn-scenario/1',
    id: 'companies',
    text: { en: 'Companies' },
    clock: '2026-02-02T09:30:00+01:00',
    hosts: all,
    accounts: domains(count).map((name) => ({ address: `user@${name}`, password: 'secret' })),
    dns: Object.fromEntries(domains(count).map((name) => [name, [`MX 10 mail.${name}.`]])),
    latency: 20,
  };
  // JSON is YAML.
  const loaded = loadStage('companies', { 'companies.yaml': JSON.stringify(file) });
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return { scenario: loaded.stage.scenario, count };
}

const domain = (i: number): string => `company${i}.example`;
const domains = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => domain(i));

/** Every company has started. */
export function opened({ scenario }: Companies): History {
  const history = createHistory(scenario, REGISTRY);
  runUntil(history, 1000);
  return history;
}

/** So many letters, a new one every 40 ms, company by company; the number of steps it took. */
export function exchange(history: History, { count }: Companies, letters: number): number {
  let steps = 0;
  for (let i = 0; i < letters; i++) {
    const account = `user@${domain(i % count)}`;
    const to = `user@${domain((i + 1) % count)}`;
    const input = { kind: 'send', account, to, subject: 'Hello', body: 'Hello.' };
    act(history, { kind: 'input', program: `pc${i % count}/mua`, input });
    const until = history.world.now + 40;
    while (history.world.now < until && !isIdle(history, until - history.world.now)) {
      runNext(history);
      steps++;
    }
    runUntil(history, until);
  }
  for (; !isIdle(history); steps++) runNext(history);
  return steps;
}
