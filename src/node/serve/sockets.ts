/** The real side of `serve`: TCP, TLS and UDP sockets whose octets go into the simulation and come back from it. */
import { createSocket } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { SecureContext } from 'node:tls';
import { TLSSocket } from 'node:tls';
import type { Octets } from '../../base/octets.ts';
import type { ServeOptions, ServiceName } from './options.ts';
import { SERVICES } from './options.ts';
import type { ServedWorld, Visit } from './world.ts';

/** Connections at once; further ones are closed. */
const MAX_CONNECTIONS = 500;
/** Octets of queries that may wait in the kernel: they come in bursts. */
const UDP_BUFFER = 1024 * 1024;
/** Octets a slow reader may leave unread before its connection is ended. */
const MAX_UNREAD = 64 * 1024 * 1024;

interface Call {
  /** Plain, or the TLS socket over it. */
  socket: Socket;
  /** The simulation ended the connection. */
  over: boolean;
}

export class Sockets {
  readonly #calls = new Map<number, Call>();
  readonly #datagrams = new Map<number, (octets: Octets) => void>();
  readonly #closers: (() => void)[] = [];
  #nextCall = 1;

  readonly #world: ServedWorld;
  readonly #secure: SecureContext;
  /** The simulation has been told something: what is due may have changed. */
  readonly #woken: () => void;

  constructor(world: ServedWorld, secure: SecureContext, woken: () => void) {
    this.#world = world;
    this.#secure = secure;
    this.#woken = woken;
  }

  /** Listens for every service named; the real ports, in the same order. */
  async listen(options: ServeOptions): Promise<readonly (readonly [ServiceName, number])[]> {
    const ports: (readonly [ServiceName, number])[] = [];
    for (const [name, port] of Object.entries(options.services) as [ServiceName, number][]) {
      const bound = await this.#listenTcp(name, options.host, port);
      if (name === 'dns') await this.#listenUdp(options.host, bound);
      ports.push([name, bound]);
    }
    return ports;
  }

  async #listenTcp(name: ServiceName, host: string, port: number): Promise<number> {
    const server: Server = createServer({ noDelay: true }, (socket) => this.#accept(name, socket));
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(port, host, listening);
    });
    this.#closers.push(() => server.close());
    return (server.address() as { port: number }).port;
  }

  async #listenUdp(host: string, port: number): Promise<void> {
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: UDP_BUFFER,
    });
    await new Promise<void>((bound, failed) => {
      socket.once('error', failed);
      socket.bind(port, host, bound);
    });
    socket.on('message', (message, { address, port: from }) => {
      const call = this.#nextCall++;
      this.#datagrams.set(call % 20_000, (octets) =>
        socket.send(Buffer.from(octets, 'latin1'), from, address),
      );
      if (this.#datagrams.size > MAX_CONNECTIONS)
        this.#datagrams.delete(this.#datagrams.keys().next().value!);
      const to = { address: this.#world.dns.address, port: 53 };
      this.#tell({ kind: 'datagram', call, to, octets: message.toString('latin1') as Octets });
    });
    socket.on('error', () => {});
    this.#closers.push(() => socket.close());
  }

  #accept(name: ServiceName, socket: Socket): void {
    const call = this.#nextCall++;
    const { port, secure } = SERVICES[name];
    const address = name === 'dns' ? this.#world.dns.address : this.#world.address;
    const to = { address, port };
    this.#calls.set(call, { socket, over: false });
    if (!secure) {
      this.#attach(call, socket);
      this.#tell({ kind: 'open', call, to, secure: false });
      return;
    }
    const wrapped = this.#wrap(call, socket);
    wrapped.once('secure', () => this.#tell({ kind: 'open', call, to, secure: true }));
  }

  /** TLS for real, over a socket that was plain until now. */
  #wrap(call: number, socket: Socket): TLSSocket {
    socket.removeAllListeners('data');
    const wrapped = new TLSSocket(socket, { isServer: true, secureContext: this.#secure });
    const held = this.#calls.get(call);
    if (held) held.socket = wrapped;
    this.#attach(call, wrapped);
    return wrapped;
  }

  #attach(call: number, socket: Socket): void {
    socket.on('data', (data) =>
      this.#tell({ kind: 'say', call, octets: (data as Buffer).toString('latin1') as Octets }),
    );
    // A real client that says no more, or is gone, hangs up in the simulation: what it said before still counts.
    socket.on('end', () => this.#hangUp(call));
    socket.on('close', () => this.#hangUp(call));
    socket.on('error', () => socket.destroy());
  }

  #hangUp(call: number): void {
    const held = this.#calls.get(call);
    if (!held) return;
    if (!held.over) this.#tell({ kind: 'close', call });
    this.#calls.delete(call);
    held.socket.end();
  }

  #tell(input: Parameters<ServedWorld['tell']>[0]): void {
    this.#world.tell(input);
    this.#woken();
  }

  /** What the simulation says to a real client. */
  hear(visit: Visit): void {
    if (visit.kind === 'datagram') {
      this.#datagrams.get(visit.call)?.(visit.octets);
      this.#datagrams.delete(visit.call);
      return;
    }
    const held = this.#calls.get(visit.call);
    if (!held) return;
    const { socket } = held;
    switch (visit.kind) {
      case 'said':
        socket.write(visit.octets, 'latin1');
        if (socket.writableLength > MAX_UNREAD) socket.destroy();
        return;
      case 'secure':
        this.#wrap(visit.call, socket).once('secure', () => this.#tell({ kind: 'secure', call: visit.call }));
        return;
      case 'ended':
        held.over = true;
        this.#calls.delete(visit.call);
        socket.end();
    }
  }

  close(): void {
    for (const close of this.#closers) close();
    for (const { socket } of this.#calls.values()) socket.destroy();
    this.#calls.clear();
  }
}
