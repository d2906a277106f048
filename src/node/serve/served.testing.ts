/** A simulated host on real ports, in this process: what the tests with real clients share. */
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import type { StoreState } from '../../agents/message-store.ts';
import { inboxOf } from '../../mail/account.ts';
import type { ServeOptions, ServiceName } from './options.ts';
import { parseOptions } from './options.ts';
import { Sockets } from './sockets.ts';
import type { ServedWorld } from './world.ts';
import { openWorld } from './world.ts';

export interface Served {
  readonly world: ServedWorld;
  readonly ports: Readonly<Partial<Record<ServiceName, number>>>;
  close(): void;
}

export const ALL_SERVICES = '--smtp 0 --submission 0 --submissions 0 --qmtp 0 --dns 0 --pop3 0';

export async function serve(line: string): Promise<Served> {
  const options = parseOptions(line.split(' ')) as ServeOptions;
  let sockets: Sockets | null = null;
  const world = openWorld(options, (visit) => sockets?.hear(visit));
  const { cert, private: key } = await generate([{ name: 'commonName', value: world.name }]);
  sockets = new Sockets(world, createSecureContext({ cert, key }), () => {});
  const ports = Object.fromEntries(await sockets.listen(options));
  // What is due later than at once comes when the test lets it.
  const timer = setInterval(() => world.catchUp(), 5);
  return {
    world,
    ports,
    close() {
      clearInterval(timer);
      sockets?.close();
    },
  };
}

/** Letters in a mailbox of neo. */
export const letters = ({ world }: Served, mailbox: string): readonly string[] =>
  inboxOf(
    (world.history.world.states.get('neo/store') as StoreState).accounts.find(({ id }) => id === mailbox)!,
  ).messages.map(({ content }) => content);
