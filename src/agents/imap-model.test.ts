/**
 * Three clients at one mailbox, doing whatever they like, beside a model that is a list of UIDs with flags. What each
 * client can know from the responses alone must be what the model says.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import type { ProgramEffect } from '../sim/types.ts';
import type { Host } from './imap-host.testing.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

/** Most of what happens has to do with one of them. */
const FLAGS = ['\\Deleted', '\\Deleted', '\\Deleted', '\\Seen', 'work'] as const;
const CLIENTS = [0, 1, 2] as const;

type Step = { readonly client: number } & (
  | { readonly kind: 'noop' | 'append' | 'expunge' | 'copy' | 'search' | 'fetch' | 'idle' | 'reselect' }
  | { readonly kind: 'uid-expunge' | 'move'; readonly pick: number }
  | {
      readonly kind: 'store';
      readonly sign: '' | '+' | '-';
      readonly flag: number;
      readonly from: number;
      readonly count: number;
      readonly uid: boolean;
      readonly silent: boolean;
    }
);

const step = (kind: Step['kind'], more: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<Step> =>
  fc.record({ client: fc.constantFrom(...CLIENTS), kind: fc.constant(kind), ...more }) as fc.Arbitrary<Step>;

const number = fc.nat({ max: 3 });

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    step('noop'),
    step('append'),
    step('append'),
    step('expunge'),
    step('copy'),
    step('search'),
    step('fetch'),
    step('idle'),
    step('reselect'),
    step('uid-expunge', { pick: number }),
    step('move', { pick: number }),
    step('store', {
      sign: fc.constantFrom('', '+', '-'),
      flag: fc.nat({ max: FLAGS.length - 1 }),
      from: number,
      count: number,
      uid: fc.boolean(),
      silent: fc.boolean(),
    }),
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);

interface Kept {
  readonly uid: number;
  readonly flags: ReadonlySet<string>;
}

/** The mailbox as it is, and of each client the UIDs it has numbers for. */
class Model {
  messages: readonly Kept[] = [];
  nextUid = 1;
  readonly views: number[][] = CLIENTS.map(() => []);

  add(flags: Iterable<string> = []): void {
    this.messages = [...this.messages, { uid: this.nextUid++, flags: new Set(flags) }];
  }
  remove(gone: (message: Kept) => boolean): void {
    this.messages = this.messages.filter((message) => !gone(message));
  }
  flag(uids: readonly number[], sign: string, flag: string): void {
    this.messages = this.messages.map((message) => {
      if (!uids.includes(message.uid)) return message;
      const flags = new Set(sign === '' ? [] : message.flags);
      if (sign === '-') flags.delete(flag);
      else flags.add(flag);
      return { uid: message.uid, flags };
    });
  }
  /** A client is told what it may be told now. */
  tell(client: number, expunges: boolean): void {
    const view = this.views[client]!;
    const there = new Set(this.messages.map(({ uid }) => uid));
    const left = expunges ? view.filter((uid) => there.has(uid)) : view;
    const last = view.at(-1) ?? 0;
    this.views[client] = [...left, ...[...there].filter((uid) => uid > last)];
  }
}

/** One client: its connection, and what it has learnt from what came. */
class Client {
  /** How many messages it believes there are. */
  count = 0;
  #said = '';
  #tag = 0;
  idling = false;
  readonly #host: Host;
  readonly #conn: number;
  /** To whoever is meant: a client that idles hears what others do. */
  readonly #hear: (effect: ProgramEffect) => void;

  constructor(host: Host, conn: number, all: Client[]) {
    this.#host = host;
    this.#conn = conn;
    this.#hear = (effect) => {
      for (const client of all) client.heard(effect);
    };
    all.push(this);
    connect(host, conn, '192.0.2.10', this.#hear);
    this.say('LOGIN jura heslo');
    this.select();
  }
  heard(effect: ProgramEffect): void {
    if (effect.kind === 'send' && effect.conn === this.#conn) this.#said += effect.octets;
  }
  /** What was said since it was last asked. */
  #take(): readonly string[] {
    const lines = this.#said.split('\r\n').slice(0, -1);
    this.#said = '';
    return lines;
  }
  idle(): readonly string[] {
    this.raw('i IDLE\r\n');
    this.idling = true;
    const [invited, ...news] = this.#take();
    expect(invited).toBe('+ idling');
    return news;
  }
  /** IDLE goes on: what was pushed. */
  pushed(): readonly string[] {
    return this.idling ? this.#take() : [];
  }
  done(): void {
    this.raw('DONE\r\n');
    this.idling = false;
    expect(this.#take().at(-1)).toMatch(/^i OK /);
  }
  /** The lines that come for one command, the tagged one last. */
  say(command: string): readonly string[] {
    const tag = `t${++this.#tag}`;
    this.raw(`${tag} ${command}\r\n`);
    const lines = this.#take();
    expect(lines.at(-1)).toMatch(new RegExp(`^${tag} (?:OK|NO) `));
    return lines;
  }
  raw(text: string): void {
    take(this.#host, { kind: 'octets', conn: this.#conn, octets: octets(text) as Octets }, this.#hear);
  }
  select(): void {
    this.count = 0;
    this.follow(this.say('SELECT INBOX'), true);
  }
  /** Takes in what untagged responses say of the numbers. */
  follow(lines: readonly string[], expunges: boolean): void {
    for (const line of lines) {
      const [, number, what] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)/.exec(line) ?? [];
      if (what === 'EXISTS') {
        expect(Number(number)).toBeGreaterThanOrEqual(this.count);
        this.count = Number(number);
      }
      if (what === 'EXPUNGE') {
        expect(expunges, `EXPUNGE must wait: ${line}`).toBe(true);
        expect(Number(number)).toBeLessThanOrEqual(this.count);
        this.count--;
      }
      if (what === 'FETCH') expect(Number(number)).toBeLessThanOrEqual(this.count);
    }
  }
}

/** Does a step at both; what the client hears of it, and whether EXPUNGE could be among it. */
function act(
  model: Model,
  client: Client,
  at: Step,
): { readonly lines: readonly string[]; readonly expunges: boolean } {
  const view = model.views[at.client]!;
  const there = (uid: number | undefined): boolean => model.messages.some((message) => message.uid === uid);
  switch (at.kind) {
    case 'noop':
      return { lines: client.say('NOOP'), expunges: true };
    case 'append':
      model.add();
      return { lines: client.say('APPEND INBOX {4+}\r\na: b'), expunges: true };
    case 'expunge':
      // Of what it has not been told of a client removes nothing.
      model.remove(({ uid, flags }) => view.includes(uid) && flags.has('\\Deleted'));
      return { lines: client.say('EXPUNGE'), expunges: true };
    case 'uid-expunge': {
      const uid = view[at.pick] ?? at.pick + 1;
      model.remove((message) => message.uid === uid && view.includes(uid) && message.flags.has('\\Deleted'));
      return { lines: client.say(`UID EXPUNGE ${uid}`), expunges: true };
    }
    case 'copy': {
      if (view.length === 0) return { lines: [], expunges: false };
      const first = model.messages.find(({ uid }) => uid === view[0]);
      if (first) model.add(first.flags);
      return { lines: client.say('COPY 1 INBOX'), expunges: true };
    }
    case 'move': {
      const uid = view[at.pick];
      if (uid === undefined) return { lines: [], expunges: false };
      const moved = there(uid);
      model.remove((message) => message.uid === uid);
      const lines = client.say(`MOVE ${at.pick + 1} other`);
      expect(lines.at(-1)).toMatch(moved ? / OK / : / NO \[EXPUNGEISSUED\]/);
      return { lines, expunges: true };
    }
    case 'search': {
      const lines = client.say('SEARCH ALL');
      expect(lines[0]).toBe(['* SEARCH', ...view.map((_, i) => i + 1)].join(' '));
      return { lines, expunges: false };
    }
    case 'fetch':
      return { lines: view.length === 0 ? [] : client.say('FETCH 1:* (UID FLAGS)'), expunges: false };
    case 'idle':
      return { lines: client.idle(), expunges: true };
    case 'reselect':
      model.views[at.client] = [];
      client.select();
      return { lines: [], expunges: true };
    case 'store': {
      const flag = FLAGS[at.flag]!;
      const last = Math.min(at.from + at.count, view.length - 1);
      if (at.from > last) return { lines: [], expunges: false };
      const uids = view.slice(at.from, last + 1);
      model.flag(uids, at.sign, flag);
      const set = at.uid ? `${uids[0]}:${uids.at(-1)}` : `${at.from + 1}:${last + 1}`;
      const item = `${at.sign}FLAGS${at.silent ? '.SILENT' : ''}`;
      return { lines: client.say(`${at.uid ? 'UID ' : ''}STORE ${set} ${item} (${flag})`), expunges: at.uid };
    }
  }
}

/** Flags that were told must be those there are, of the message that has that number. */
function checkFlags(model: Model, view: readonly number[], lines: readonly string[]): void {
  for (const line of lines) {
    const [, number, flags] = /^\* (\d+) FETCH .*FLAGS \(([^)]*)\)/.exec(line) ?? [];
    if (flags === undefined) continue;
    const kept = model.messages.find(({ uid }) => uid === view[Number(number) - 1]);
    if (!kept) continue;
    const told = flags.split(' ').filter((flag) => flag !== '' && flag !== '\\Recent');
    expect(new Set(told), line).toEqual(kept.flags);
  }
}

/** All that a client can find out after NOOP is what the model has. */
function checkWhole(model: Model, client: Client, at: number): void {
  client.follow(client.say('NOOP'), true);
  model.tell(at, true);
  expect(client.count).toBe(model.messages.length);
  const lines = client.say('UID FETCH 1:* FLAGS').slice(0, -1);
  const seen = lines.map((line) => /^\* (\d+) FETCH \(UID (\d+) FLAGS \(([^)]*)\)\)$/.exec(line)!.slice(1));
  expect(seen.map(([number, uid]) => [Number(number), Number(uid)])).toEqual(
    model.messages.map(({ uid }, i) => [i + 1, uid]),
  );
  checkFlags(model, model.views[at]!, lines);
}

test('what clients learn is what there is, whatever they do', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const host = imapHost([]);
      const model = new Model();
      const clients: Client[] = [];
      for (const at of CLIENTS) new Client(host, at + 1, clients);
      clients[0]!.say('CREATE other');
      for (const at of list) {
        const client = clients[at.client]!;
        if (client.idling) client.done();
        // Numbers in what comes before an EXPUNGE are the old ones.
        const before = model.views[at.client]!;
        const { lines, expunges } = act(model, client, at);
        checkFlags(model, before, lines);
        client.follow(lines, expunges);
        if (lines.length > 0 || at.kind === 'reselect' || at.kind === 'idle') model.tell(at.client, expunges);
        expect(client.count).toBe(model.views[at.client]!.length);
        for (const [other, idler] of clients.entries()) {
          if (!idler.idling) continue;
          const pushed = idler.pushed();
          checkFlags(model, model.views[other]!, pushed);
          idler.follow(pushed, true);
          model.tell(other, true);
          expect(idler.count).toBe(model.messages.length);
        }
      }
      for (const client of clients) if (client.idling) client.done();
      for (const at of CLIENTS) checkWhole(model, clients[at]!, at);
    }),
    { numRuns: 150 },
  );
}, 60_000);

/** Names that are above and below each other, some nearly as long as a name may be. */
const folder = fc
  .array(fc.constantFrom('A', 'B', 'x', 'long'.repeat(30)), { minLength: 1, maxLength: 3 })
  .map((levels) => levels.join('.'));

const folderCommand = fc.oneof(
  folder.map((name) => `CREATE ${name}`),
  folder.map((name) => `DELETE ${name}`),
  fc.tuple(fc.oneof(folder, fc.constant('INBOX')), folder).map((names) => `RENAME ${names.join(' ')}`),
);

test('names are unique, and no name is too long, whatever is made and renamed', () => {
  fc.assert(
    fc.property(fc.array(folderCommand, { minLength: 10, maxLength: 40, size: 'max' }), (commands) => {
      const host = imapHost([]);
      const client = new Client(host, 1, []);
      for (const command of commands) {
        client.say(command);
        const names = host.store.accounts[0]!.mailboxes.map(({ name }) => name);
        expect(new Set(names).size, command).toBe(names.length);
        for (const name of names) expect(name.length, command).toBeLessThanOrEqual(255);
      }
    }),
    { numRuns: 100 },
  );
});
