/** What `npm run serve` is told on its command line. */
import { isIPv4, isIPv6 } from 'node:net';

/** Services by option, and the port of the simulated host that stands behind each. */
export const SERVICES = {
  smtp: { port: 25, secure: false },
  submission: { port: 587, secure: false },
  submissions: { port: 465, secure: true },
  qmtp: { port: 209, secure: false },
  pop3: { port: 110, secure: false },
  pop3s: { port: 995, secure: true },
  imap: { port: 143, secure: false },
  imaps: { port: 993, secure: true },
  dns: { port: 53, secure: false },
} as const;

export type ServiceName = keyof typeof SERVICES;

export interface ServeOptions {
  readonly scenario: string;
  /** Name of the simulated host that is bound; empty: the scenario's first that takes mail. */
  readonly at: string;
  /** Real address to listen on. */
  readonly host: string;
  /** Address that a real client counts as in the simulation. */
  readonly clientIp: string;
  readonly plainAuth: boolean;
  /** File for the history; empty: none. */
  readonly record: string;
  readonly services: Readonly<Partial<Record<ServiceName, number>>>;
}

export const USAGE = `usage: npm run serve -- --scenario NAME [--at HOST] SERVICE...
  services: ${Object.keys(SERVICES)
    .map((name) => `--${name} PORT`)
    .join(' ')}
  --client-ip ADDRESS   what a real client counts as (default 192.0.2.1, an outsider)
  --plain-auth          AUTH on 587 without TLS
  --record FILE         save the visit on exit; the page opens it
  --host ADDRESS        listen elsewhere than on 127.0.0.1`;

export function parseOptions(args: readonly string[]): ServeOptions | { readonly wrong: string } {
  const texts = { scenario: 'firma1', at: '', host: '127.0.0.1', 'client-ip': '192.0.2.1', record: '' };
  const services: Partial<Record<ServiceName, number>> = {};
  let plainAuth = false;
  for (let i = 0; i < args.length; i++) {
    const [name = '', inline] = args[i]!.startsWith('--') ? args[i]!.slice(2).split('=', 2) : [''];
    if (name === 'plain-auth') {
      plainAuth = true;
      continue;
    }
    const value = inline ?? args[++i];
    if (value === undefined) return { wrong: `${args[i - 1]} wants a value` };
    if (Object.hasOwn(texts, name)) texts[name as keyof typeof texts] = value;
    else if (Object.hasOwn(SERVICES, name)) {
      const port = Number(value);
      if (!Number.isInteger(port) || port < 0 || port > 65535)
        return { wrong: `--${name}: ${value} is no port` };
      services[name as ServiceName] = port;
    } else return { wrong: `${args[i - 1] ?? args[i]} is no option` };
  }
  const clientIp = texts['client-ip'];
  if (!isIPv4(clientIp) && !isIPv6(clientIp)) return { wrong: `--client-ip: ${clientIp} is no address` };
  if (Object.keys(services).length === 0) return { wrong: 'no service named' };
  const { scenario, at, host, record } = texts;
  return { scenario, at, host, clientIp, plainAuth, record, services };
}
