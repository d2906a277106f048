/** Whole SMTP sessions: of the pure machine, through `serve` on loopback, and of smtp-server beside it. */
import { connect } from 'node:net';
import { createSecureContext } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import type { Octets } from '../../base/octets.ts';
import { drive, driven } from '../../protocol/machine.ts';
import { smtpServer, smtpServerState } from '../../protocol/smtp/server.ts';
import type { SmtpAnswer, SmtpQuestion } from '../../protocol/smtp/types.ts';
import { parseOptions } from '../serve/options.ts';
import { Sockets } from '../serve/sockets.ts';
import { openWorld } from '../serve/world.ts';

/** What a client says, each after a reply. */
const SAYS = [
  'EHLO client.example.net\r\n',
  'MAIL FROM:<ann@example.org>\r\n',
  'RCPT TO:<jura@firma1.intr>\r\n',
  'DATA\r\n',
  'Subject: Bowling tonight?\r\n\r\nThe usual lane at eight?\r\n.\r\n',
  'QUIT\r\n',
] as const;

const answer = (question: SmtpQuestion): SmtpAnswer =>
  question.kind === 'message' ? { kind: 'queued', queueId: 'Q' } : { kind: 'accept' };

/** So many sessions of the machine alone. */
export function machineSessions(count: number): void {
  for (let i = 0; i < count; i++) {
    let held = driven(
      smtpServerState({
        hostname: 'neo.firma1.intr',
        dialect: 'postfix3',
        variant: 'smtp',
        sizeLimit: 20_971_520,
        recipientLimit: 1000,
        heloRequired: false,
        tls: 'none',
        auth: null,
        without: [],
      }),
    );
    const take = (
      arrival: Parameters<typeof drive<typeof held.state, SmtpQuestion, SmtpAnswer>>[2],
    ): void => {
      const [after, effects] = drive(smtpServer, held, arrival);
      held = after;
      for (const effect of effects)
        if (effect.kind === 'ask') take({ kind: 'answer', answer: answer(effect.question) });
    };
    take({ kind: 'opened', peer: '192.0.2.1' });
    for (const line of SAYS) take({ kind: 'octets', octets: line as Octets });
  }
}

/** One session at a server on loopback, up to the reply to QUIT: when a server closes behind it is its own affair. */
function session(port: number): Promise<void> {
  return new Promise((done, failed) => {
    let next = 0;
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      text += data;
      if (!/(?:^|\n)\d{3} [^\n]*\n$/.test(text)) return;
      text = '';
      if (next < SAYS.length) {
        socket.write(SAYS[next++]!);
        return;
      }
      socket.destroy();
      done();
    });
    socket.on('error', failed);
    socket.on('close', () => failed(new Error('the session broke off')));
  });
}

export interface Server {
  sessions(count: number): Promise<void>;
  close(): void;
}

/** smtp-server greets after 100 ms, to catch those who speak too early: sessions side by side do not wait for that. */
const AT_ONCE = 150;

const sideBySide =
  (port: number) =>
  async (count: number): Promise<void> => {
    let left = count;
    const one = async (): Promise<void> => {
      while (left-- > 0) await session(port);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  };

export async function ourServer(): Promise<Server> {
  const options = parseOptions(['--scenario', 'firma1', '--smtp', '0']);
  if ('wrong' in options) throw new Error(options.wrong);
  let sockets: Sockets | null = null;
  const world = openWorld(options, (visit) => sockets?.hear(visit));
  sockets = new Sockets(world, createSecureContext(), () => {});
  const [[, port] = ['smtp', 0]] = await sockets.listen(options);
  return { sessions: sideBySide(port), close: () => sockets.close() };
}

export async function theirServer(): Promise<Server> {
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
  const { port } = server.server.address() as { port: number };
  return { sessions: sideBySide(port), close: () => server.close(() => {}) };
}
