/** Our client and MTA deliver into Debian's Postfix, started on loopback with a configuration of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fact } from '../../agents/facts.ts';
import type { MtaConfig } from '../../agents/mta/types.ts';
import { loadStage } from '../../agents/scenario.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, runUntil } from '../../sim/history.ts';
import type { History, Scenario } from '../../sim/types.ts';
import type { Instance } from '../record/postfix.ts';
import { logLength, logSince, startPostfix, stopPostfix } from '../record/postfix.ts';
import { readScenarioFiles } from '../scenarios.ts';
import { exitProgram, leadOut } from './exit.testing.ts';

const PORT = 10_625;
let scratch: string;
let postfix: Instance;

beforeAll(() => {
  // Not below /tmp: Postfix trusts no folder that all may write to.
  scratch = mkdtempSync('/var/lib/posthorn-peers-');
  execFileSync('chmod', ['755', scratch]);
  const mail = join(scratch, 'mail');
  mkdirSync(mail);
  execFileSync('chown', ['nobody', mail]);
  postfix = startPostfix(
    scratch,
    'peer',
    {
      myhostname: 'mx1.example.org',
      mydestination: '',
      virtual_mailbox_domains: 'example.org',
      virtual_mailbox_base: mail,
      virtual_mailbox_maps: 'hash:%etc/people',
      virtual_uid_maps: 'static:65534',
      virtual_gid_maps: 'static:65534',
      inet_interfaces: '127.0.0.1',
      message_size_limit: '20000',
      virtual_transport: 'virtual',
      alias_maps: '',
      local_recipient_maps: '',
    },
    { people: 'walter@example.org walter\n' },
    [`127.0.0.1:${PORT}`],
    ['virtual unix - n n - - virtual'],
  );
});
afterAll(() => {
  stopPostfix(postfix);
  rmSync(scratch, { recursive: true });
});

const mailbox = (): string => {
  const file = join(scratch, 'mail', 'walter');
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
};

/** firma1 with a way out at mx1, and so many deliveries there at once. */
function scenario(destinationConcurrency = 20): Scenario {
  const loaded = loadStage('firma1', readScenarioFiles());
  if ('problems' in loaded) throw new Error('firma1 does not load');
  const exit = { name: 'exit', kind: 'exit', config: {} };
  const hosts = loaded.stage.scenario.hosts.map((host) => {
    if (host.id === 'mx1') return { ...host, programs: [exit] };
    if (host.id === 'mx2') return { ...host, down: true };
    const programs = host.programs.map((one) =>
      one.kind === 'mta' ? { ...one, config: { ...(one.config as MtaConfig), destinationConcurrency } } : one,
    );
    return { ...host, programs };
  });
  return { ...loaded.stage.scenario, hosts };
}

function send(history: History, to: string, subject: string, body: string): void {
  const input = { kind: 'send', account: 'jura@firma1.intr', to, subject, body };
  act(history, { kind: 'input', program: 'pc/mua', input });
}

test('letters arrive, with their dots; a stranger and a letter too large come back as reports', async () => {
  const history = createHistory(scenario(), { ...REGISTRY, exit: exitProgram as never });
  const pump = leadOut(history, 'mx1/exit', PORT);
  send(history, 'walter@example.org', 'over there', '.a dot\n..two\nend');
  send(history, 'nobody@example.org', 'to nobody', 'x');
  send(history, 'walter@example.org', 'large', 'z\n'.repeat(20_000));
  const facts = (kind: Fact['kind']): readonly Fact[] =>
    history.log.flatMap(({ what }) =>
      what.kind === 'fact' && (what.fact as Fact).kind === kind ? [what.fact as Fact] : [],
    );
  const running = setInterval(() => {
    runUntil(history, history.world.now + 100);
    pump();
  }, 2);
  await expect.poll(mailbox, { timeout: 20_000 }).toContain('Subject: over there');
  await expect.poll(() => facts('bounced').length, { timeout: 20_000 }).toBe(2);
  clearInterval(running);
  expect(mailbox()).toContain('\n.a dot\n..two\nend\n');
  expect(mailbox()).not.toContain('Subject: large');
  expect(facts('relayed')).toMatchObject([{ reply: expect.stringMatching(/^250 2\.0\.0 Ok: queued as /) }]);
  const reasons = facts('bounced').map((fact) => (fact.kind === 'bounced' ? fact.why : ''));
  expect(reasons.some((why) => why.includes('550 5.1.1'))).toBe(true);
  expect(reasons.some((why) => why.includes('exceeds size limit'))).toBe(true);
}, 40_000);

test('letters that follow upon each other share a connection, and it takes all of them', async () => {
  const history = createHistory(scenario(1), { ...REGISTRY, exit: exitProgram as never });
  const pump = leadOut(history, 'mx1/exit', PORT);
  const from = logLength(postfix);
  for (let i = 1; i <= 6; i++) send(history, 'walter@example.org', `one of six, ${i}`, 'x');
  const running = setInterval(() => {
    runUntil(history, history.world.now + 100);
    pump();
  }, 2);
  const arrived = (): number => mailbox().split('\nSubject: one of six, ').length - 1;
  await expect.poll(arrived, { timeout: 20_000 }).toBe(6);
  const farewells = (): readonly string[] => logSince(postfix, from).match(/disconnect from .*/g) ?? [];
  const letters = (): number =>
    farewells().reduce((sum, line) => sum + Number(/ data=(\d+)/.exec(line)?.[1] ?? 0), 0);
  await expect.poll(letters, { timeout: 20_000 }).toBe(6);
  clearInterval(running);
  expect(farewells().length).toBeLessThan(6);
  expect(farewells().some((line) => / rset=[1-9]/.test(line))).toBe(true);
}, 40_000);
