/** A POP3 service with its message store and nothing else of a host, for clients that were recorded with a real one. */
import { encodeBase64Line } from '../mail/mime.ts';
import { inboxOf } from '../mail/account.ts';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import { apopDigest, cramDigest, isSaslMechanism } from '../protocol/sasl/sasl.ts';
import { tlsClient, tlsHear, tlsSeal, tlsStart } from '../protocol/tls/session.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import type { HostSpec, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { StoreState } from './message-store.ts';
import { messageStore } from './message-store.ts';
import type { Pop3ServerAgentConfig, Pop3ServerAgentState } from './pop3-server.ts';
import { pop3ServerAgent } from './pop3-server.ts';
import type { Recorded } from './recordings.testing.ts';
import { CERTIFICATE, TLS } from './recordings.testing.ts';
import { UNVERIFIED } from './talk.ts';

const HOST: HostSpec = { id: 'neo', name: 'neo.firma1.intr', addresses: ['192.0.2.25'], programs: [] };
const atTime = (now: number): StepContext => ({
  now,
  clock: { epochMs: 0, offsetMinutes: 0 },
  host: HOST,
  id: 'neo/pop3',
  event: 1,
  chance: 0.5,
});
const PASSWORD = 'heslo';
const WRONG = 'bowling';
const RESPONSE = '\0RESPONSE';

/** The service as the head of a recording sets it up: a later line counts more than an earlier one. */
export function serviceOf(head: string): Pop3ServerAgentConfig {
  const setting = (name: string): string =>
    [...head.matchAll(new RegExp(`^# ${name} = (.*)$`, 'gm'))].at(-1)?.[1] ?? '';
  const names = (setting('auth_mechanisms') || 'plain').toUpperCase().split(' ');
  const ssl = setting('ssl');
  return {
    port: 110,
    dialect: 'dovecot',
    tls: ssl === 'required' ? 'required' : ssl === 'yes' ? 'may' : 'none',
    plaintext: setting('disable_plaintext_auth') === 'no',
    mechanisms: names.filter(isSaslMechanism),
    apop: names.includes('APOP'),
    locks: setting('pop3_lock_session') === 'yes' ? true : null,
    certificates: [CERTIFICATE],
  };
}

interface Client {
  said: string;
  closed: boolean;
  tls: TlsState | null;
  timer: { readonly name: string; readonly due: number } | null;
}

/** A host on which sessions are played, one or several at once. */
export function mailHost(config: Pop3ServerAgentConfig, letters: readonly string[]) {
  let store: StoreState = messageStore.init(
    {
      users: { jura: PASSWORD, anna: PASSWORD },
      domains: [],
      quota: 0,
      disk: 0,
      madeAt: 1_420_000_000,
      files: { kind: 'mbox', writer: 'mta' },
    },
    HOST,
  );
  let service: Pop3ServerAgentState = pop3ServerAgent.init(config, HOST);
  const clients = new Map<number, Client>();
  let now = 0;

  const atStore = (from: string, message: unknown): void => {
    const [next, effects] = messageStore.step(
      store,
      { kind: 'message', from, message } as ProgramInput,
      atTime(now),
    );
    store = next;
    for (const effect of effects)
      if (effect.kind === 'tell' && effect.program === 'pop3')
        atService({ kind: 'message', from: 'neo/store', message: effect.message } as ProgramInput);
  };
  const atService = (input: ProgramInput): void => {
    const [next, effects] = pop3ServerAgent.step(service, input, atTime(now));
    service = next;
    effects.forEach(carryOut);
  };
  const carryOut = (effect: ProgramEffect): void => {
    if (effect.kind === 'tell') atStore('neo/pop3', effect.message);
    if (effect.kind === 'send') hear(Number(effect.conn), effect.octets);
    if (effect.kind === 'close') clients.get(Number(effect.conn))!.closed = true;
    if (effect.kind === 'conn-timer') {
      const { name, after } = effect;
      clients.get(Number(effect.conn))!.timer = after === null ? null : { name, due: now + after };
    }
  };
  const deliver = (conn: number, wire: Octets): void => {
    if (!clients.get(conn)!.closed) atService({ kind: 'octets', conn, octets: wire });
  };
  const hear = (conn: number, wire: Octets): void => {
    const client = clients.get(conn)!;
    if (client.tls === null) {
      client.said += wire;
      return;
    }
    const heard = tlsHear(client.tls, wire, 0, 0.5);
    client.tls = heard.state;
    client.said += heard.plain;
    for (const { octets: flight } of heard.flights) deliver(conn, flight);
  };
  const say = (conn: number, line: string, title: string): void => {
    const client = clients.get(conn)!;
    if (line === TLS) {
      const started = tlsStart(tlsClient(UNVERIFIED), 0.25);
      client.tls = started.state;
      for (const { octets: flight } of started.flights) deliver(conn, flight);
      return;
    }
    let wire = octets(proved(line, client.said, title));
    if (client.tls !== null) [client.tls, wire] = tlsSeal(client.tls, wire);
    deliver(conn, wire);
  };

  for (const content of letters)
    atStore('neo/mda', {
      kind: 'store',
      token: '',
      mailbox: 'jura',
      content,
      envelope: { reversePath: '', forwardPaths: [] },
      recipient: 'jura@firma1.intr',
      queueId: '',
      blankLine: true,
    });

  return {
    open(conn: number): void {
      clients.set(conn, { said: '', closed: false, tls: null, timer: null });
      const local = { address: '192.0.2.25', port: config.port };
      const peer = { address: '192.0.2.10', port: 40_000 + conn };
      atService({ kind: 'opened', conn, handle: null, local, peer });
    },
    play(conn: number, lines: readonly string[], title: string): void {
      for (const line of lines) say(conn, line, title);
    },
    /** Time goes by, and timers run out. */
    pass(ms: number): void {
      now += ms;
      for (const [conn, { timer, closed }] of clients)
        if (timer !== null && timer.due <= now && !closed)
          atService({ kind: 'conn-timer', conn, name: timer.name });
    },
    leave(conn: number): void {
      if (!clients.get(conn)!.closed) atService({ kind: 'closed', conn, why: 'fin' });
    },
    /** The lines it has heard so far, and whether the server has closed. */
    heard(conn: number): { readonly lines: readonly string[]; readonly closed: boolean } {
      const { said, closed } = clients.get(conn)!;
      return { lines: said.split('\r\n').slice(0, -1), closed };
    },
    letters: (): readonly string[] =>
      inboxOf(store.accounts.find(({ id }) => id === 'jura')!).messages.map(({ content }) => content),
  };
}

/** The recordings hide what was computed from a challenge; their titles say whether it was right, and for whom. */
function proved(line: string, said: string, title: string): string {
  const password = /wrong/.test(title) ? WRONG : PASSWORD;
  if (line === RESPONSE) {
    const challenge = Buffer.from(/\+ (\S+)\r\n$/.exec(said)?.[1] ?? '', 'base64').toString('latin1');
    const user = /unknown user/.test(title) ? 'nikdo' : 'jura';
    return `${encodeBase64Line(`${user} ${cramDigest(password, challenge)}` as Octets)}\r\n`;
  }
  const timestamp = /<[^>]*>/.exec(said)?.[0] ?? '';
  return line.replace('<apop-digest>', apopDigest(password, timestamp));
}

/** What a server said in the recording, as patterns: `*` for what is its own business. */
export const patternsOf = ({ heard }: Recorded): readonly string[] =>
  heard.map((line) =>
    line
      .replace(/<uidvalidity>$/, '*')
      .replace('<cram-md5-challenge>', '*')
      .replace('<challenge>', '<*@')
      .replace('<date>', '*')
      .replaceAll('<NUL>', '\0')
      .replaceAll('<CR>', '\r'),
  );
