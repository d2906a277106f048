/** The little that the bench uses of two packages without types. */
declare module 'nodemailer' {
  interface Transport {
    sendMail(mail: { from: string; to: string; subject: string; text: string }): Promise<unknown>;
    close(): void;
  }
  const nodemailer: {
    createTransport(options: {
      host: string;
      port: number;
      secure: boolean;
      ignoreTLS: boolean;
      pool: boolean;
      maxConnections: number;
      maxMessages: number;
    }): Transport;
  };
  export default nodemailer;
}

declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';
  export class SMTPServer {
    constructor(options: {
      authOptional: boolean;
      disabledCommands: readonly string[];
      disableReverseLookup: boolean;
      logger: boolean;
      onData(stream: Readable, session: unknown, done: (error?: Error) => void): void;
    });
    readonly server: Server;
    listen(port: number, host: string, listening: () => void): void;
    close(closed: () => void): void;
  }
}
