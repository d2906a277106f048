/**
 * `npm run serve -- --scenario firma1 --smtp 2525 …`: the server machines of one simulated host on real sockets. Real
 * mail programs talk to them; what they send is kept in the simulated mailboxes and relayed in the simulated network.
 */
import { writeFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import { writeRecording } from '../../agents/recording.ts';
import { parseOptions, SERVICES, USAGE } from './options.ts';
import { Sockets } from './sockets.ts';
import { openWorld, ServeError } from './world.ts';

/** The real clock is looked at as seldom as nothing is due. */
const MAX_SLEEP_MS = 60_000;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if ('wrong' in options) throw new ServeError(`${options.wrong}\n${USAGE}`);
  let sockets: Sockets | null = null;
  const world = openWorld(options, (visit) => sockets?.hear(visit));
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    const wait = world.untilNext();
    if (wait !== null) timer = setTimeout(wake, Math.min(wait, MAX_SLEEP_MS));
  };
  const wake = (): void => {
    world.catchUp();
    plan();
  };
  const { cert, private: key } = await certificateFor(world.name);
  sockets = new Sockets(world, createSecureContext({ cert, key }), plan);
  const ports = await sockets.listen(options);
  plan();
  const stop = (): void => {
    clearTimeout(timer);
    sockets?.close();
    if (options.record !== '') {
      world.catchUp();
      writeFileSync(options.record, writeRecording(world.recording()));
    }
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  for (const [name, port] of ports) {
    const { port: simulated } = SERVICES[name];
    const silent = name !== 'dns' && !world.listens(simulated);
    const remark = silent ? `: nothing on port ${simulated} of this host, so connections are closed` : '';
    const host = name === 'dns' ? world.dns.name : world.name;
    console.error(`${host} ${name} ${options.host}:${port}${remark}`);
  }
  console.log('ready');
}

/** Self-signed, as a small company's is. */
const certificateFor = (name: string) =>
  generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    days: 365,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  } as never);

try {
  await main();
} catch (error) {
  const known = error instanceof ServeError || (error as NodeJS.ErrnoException).code !== undefined;
  console.error(known ? (error as Error).message : error);
  process.exit(1);
}
