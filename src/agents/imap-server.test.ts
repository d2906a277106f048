/** What the IMAP service of a host does besides speaking the protocol: whom it lets in, and its challenges. */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { decodeBase64 } from '../mail/mime.ts';
import type { HostSpec, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { ImapServerAgentConfig } from './imap-server.ts';
import { imapServerAgent } from './imap-server.ts';
import { PLAIN } from './imap-host.testing.ts';

const HOST: HostSpec = { id: 'neo', name: 'neo.firma1.intr', addresses: ['192.0.2.25'], programs: [] };

/** A service that takes inputs, all within one second, each in a step with a chance of its own. */
function service(config: Partial<ImapServerAgentConfig>): (input: ProgramInput) => readonly ProgramEffect[] {
  let state = imapServerAgent.init({ ...PLAIN, ...config }, HOST);
  let event = 0;
  return (input) => {
    event++;
    const at: StepContext = {
      now: event,
      clock: { epochMs: 1_430_000_000_000, offsetMinutes: 0 },
      host: HOST,
      id: 'neo/imap',
      event,
      chance: (event * 0.37) % 1,
    };
    const [next, effects] = imapServerAgent.step(state, input, at);
    state = next;
    return effects;
  };
}

const opened = (conn: number): ProgramInput => ({
  kind: 'opened',
  conn,
  handle: null,
  local: { address: '192.0.2.25', port: 143 },
  peer: { address: '192.0.2.1', port: 40_000 + conn },
});

const saidIn = (effects: readonly ProgramEffect[]): string =>
  effects.map((effect) => (effect.kind === 'send' ? effect.octets : '')).join('');

test('no challenge comes twice, in one step or another (RFC 2195 §2)', () => {
  const take = service({ mechanisms: ['CRAM-MD5'] });
  take(opened(1));
  let said = '';
  const one = 'a AUTHENTICATE CRAM-MD5\r\n*\r\n';
  for (const input of [one, one, one, one + one])
    said += saidIn(take({ kind: 'octets', conn: 1, octets: octets(input) }));
  const challenges = [...said.matchAll(/^\+ (.*)\r$/gm)].map(([, text]) => decodeBase64(octets(text!)));
  expect(challenges).toHaveLength(5);
  expect(new Set(challenges).size).toBe(5);
  for (const challenge of challenges) expect(challenge).toMatch(/^<\d+\.\d+@neo\.firma1\.intr>$/);
});

test.each([
  ['may', /^\* BYE Maximum number of connections .*\r\n$/],
  ['implicit', /^$/],
] as const)('a connection too many is told why, and closed (RFC 3501 §7.1.5): TLS %s', (tls, words) => {
  const take = service({ tls });
  for (let conn = 1; conn <= 100; conn++) take(opened(conn));
  const effects = take(opened(101));
  expect(saidIn(effects)).toMatch(words);
  expect(effects.at(-1)).toEqual({ kind: 'close', conn: 101 });
  take({ kind: 'closed', conn: 1, why: 'fin' });
  expect(take(opened(102)).some(({ kind }) => kind === 'close')).toBe(false);
});
