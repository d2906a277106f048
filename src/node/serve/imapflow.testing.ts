/** imapflow at a simulated host: what the tests with it share. */
import type { ExistsEvent, ExpungeEvent, FlagsEvent, ImapFlowOptions } from 'imapflow';
import { ImapFlow } from 'imapflow';
import { afterAll } from 'vitest';
import type { Served } from './served.testing.ts';
import { NO_CHECK } from './served.testing.ts';

/** A client with what it said (`C: …`) and heard (`S: …`), literals left out, and what it was told unasked. */
export interface Client {
  readonly imap: ImapFlow;
  readonly wire: readonly string[];
  readonly exists: readonly ExistsEvent[];
  readonly expunges: readonly ExpungeEvent[];
  readonly flags: readonly FlagsEvent[];
}

export const JURA = { user: 'jura', pass: 'heslo' } as const;
export const ANNA = { user: 'anna', pass: 'tajne' } as const;

const open: ImapFlow[] = [];
afterAll(() => {
  for (const imap of open) imap.close();
});

/** Not connected yet. It idles only when told to. */
export function clientOf({ ports }: Served, options: ImapFlowOptions = {}): Client {
  const wire: string[] = [];
  const heard = ({ src, msg }: { src?: string; msg?: unknown }): void => {
    if (src === 'c' || src === 's') wire.push(`${src.toUpperCase()}: ${msg}`);
  };
  const imap = new ImapFlow({
    host: '127.0.0.1',
    port: options.secure ? ports.imaps! : ports.imap!,
    tls: NO_CHECK,
    auth: JURA,
    disableAutoIdle: true,
    logger: { debug: heard, info: heard, warn: heard, error: heard },
    ...options,
  });
  open.push(imap);
  const [exists, expunges, flags]: [ExistsEvent[], ExpungeEvent[], FlagsEvent[]] = [[], [], []];
  imap.on('exists', (event) => exists.push(event));
  imap.on('expunge', (event) => expunges.push(event));
  imap.on('flags', (event) => flags.push(event));
  // Whoever waits for a command hears of it there.
  imap.on('error', () => {});
  return { imap, wire, exists, expunges, flags };
}

export async function connected(served: Served, options: ImapFlowOptions = {}): Promise<Client> {
  const client = clientOf(served, options);
  await client.imap.connect();
  return client;
}

/** A small letter; `more`: header lines, each with its CRLF. */
export const letter = (subject: string, more = '', body = 'Hello.\r\n'): string =>
  `From: Ann <ann@example.org>\r\nTo: jura@firma1.intr\r\nSubject: ${subject}\r\n` +
  `Date: Mon, 2 Feb 2026 10:00:00 +0100\r\nMessage-ID: <${subject}@example.org>\r\n${more}\r\n${body}`;

/** Messages of the mailbox that is selected; -1: none is. */
export const existing = ({ mailbox }: ImapFlow): number => (mailbox ? mailbox.exists : -1);

/** RFC 9051 and RFC 3501 by turns: a client enables the newer one, or does not. */
export const REVISIONS = [
  ['IMAP4rev2', false, JURA],
  ['IMAP4rev1', true, ANNA],
] as const;
