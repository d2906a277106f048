/** A simulated host on real ports, in this process: what the tests with real clients share. */
import { connect } from 'node:net';
import { createSecureContext } from 'node:tls';
import nodemailer from 'nodemailer';
import { generate } from 'selfsigned';
import type { StoreState } from '../../agents/message-store.ts';
import type { Account } from '../../mail/account.ts';
import { accountWith, inboxOf, mailboxNamed } from '../../mail/account.ts';
import type { Mailbox } from '../../mail/mailbox.ts';
import type { ServeOptions, ServiceName } from './options.ts';
import { parseOptions } from './options.ts';
import { Sockets } from './sockets.ts';
import type { ServedWorld } from './world.ts';
import { openWorld } from './world.ts';

export interface Served {
  readonly world: ServedWorld;
  readonly ports: Readonly<Partial<Record<ServiceName, number>>>;
  /** The certificate of its TLS, in PEM. */
  readonly certificate: string;
  close(): void;
}

export const ALL_SERVICES =
  '--smtp 0 --submission 0 --submissions 0 --qmtp 0 --dns 0 --pop3 0 --pop3s 0 --imap 0 --imaps 0';

/** Certificates by name: a key takes its time to make. */
const certificates = new Map<string, ReturnType<typeof generate>>();

function certificateOf(name: string): ReturnType<typeof generate> {
  const made = certificates.get(name) ?? generate([{ name: 'commonName', value: name }]);
  certificates.set(name, made);
  return made;
}

export async function serve(line: string): Promise<Served> {
  const options = parseOptions(line.split(' ')) as ServeOptions;
  let sockets: Sockets | null = null;
  const world = openWorld(options, (visit) => sockets?.hear(visit));
  const { cert, private: key } = await certificateOf(world.name);
  sockets = new Sockets(world, createSecureContext({ cert, key }), () => {});
  const ports = Object.fromEntries(await sockets.listen(options));
  // What is due later than at once comes when the test lets it.
  const timer = setInterval(() => world.catchUp(), 5);
  return {
    world,
    ports,
    certificate: cert,
    close() {
      clearInterval(timer);
      sockets?.close();
    },
  };
}

const storeOf = ({ world }: Served): StoreState => world.history.world.states.get('neo/store') as StoreState;

const accountOf = (served: Served, user: string): Account =>
  storeOf(served).accounts.find(({ id }) => id === user)!;

/** Letters in the INBOX of a user of neo. */
export const letters = (served: Served, user: string): readonly string[] =>
  inboxOf(accountOf(served, user)).messages.map(({ content }) => content);

/** A mailbox of a user of neo, by its name on the wire. */
export const mailboxOf = (served: Served, user: string, name: string): Mailbox | undefined =>
  mailboxNamed(accountOf(served, user), name);

/** Gives a user of neo so many octets and no more. */
export function setQuota(served: Served, user: string, quota: number): void {
  const store = storeOf(served);
  const accounts = store.accounts.map((account) =>
    account.id === user ? accountWith(account, { quota }) : account,
  );
  served.world.history.world.states.set('neo/store', { ...store, accounts } as never);
}

export const NO_CHECK = { rejectUnauthorized: false };

/** Sends a letter with nodemailer. */
export const post = (options: object, mail: object): Promise<unknown> =>
  (nodemailer.createTransport as (options: object) => { sendMail(mail: object): Promise<unknown> })({
    host: '127.0.0.1',
    tls: NO_CHECK,
    ...options,
  }).sendMail(mail);

/** Says all at once and hears until the server closes, or `quietMs` have passed without a word. */
export function converse(port: number, text: string, quietMs = 200): Promise<string> {
  return new Promise((done) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let quiet = setTimeout(() => socket.end(), quietMs);
    socket.on('data', (data) => {
      said += data.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.end(), quietMs);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(quiet);
      done(said);
    });
  });
}
