/** One hop of real mail software: nodemailer to smtp-server, over a pooled connection on the loopback interface. */
import type { AddressInfo } from 'node:net';
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { LETTER } from './journeys.ts';

export interface Hop {
  /** Sends so many letters, one connection, each when the one before is done. */
  send(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function openHop(): Promise<Hop> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      stream.on('end', () => done());
      stream.resume();
    },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  const mail = {
    from: 'dude@example.com',
    to: 'walter@example.org',
    subject: LETTER.subject,
    text: LETTER.body,
  };
  return {
    async send(count) {
      await Promise.all(Array.from({ length: count }, () => transport.sendMail(mail)));
    },
    async close() {
      transport.close();
      await new Promise<void>((closed) => server.close(closed));
    },
  };
}
