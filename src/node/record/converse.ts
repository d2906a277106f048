/**
 * Plays one side of a conversation at a real server and keeps what both sides said. Octets are latin1 strings
 * (one character per octet) from end to end.
 */
import { connect } from 'node:net';

/**
 * One step of a script. A bare string is a line: CRLF is added and one reply awaited. `send` goes out as it is and
 * awaits `replies` replies (default 1); `quiet` waits instead until the server has said nothing for that long, for
 * steps whose number of replies is what we want to learn. `listing` says a positive reply has lines up to a dot.
 */
export type Step =
  | string
  | { readonly send: string; readonly replies?: number }
  | { readonly send: string; readonly quietMs: number }
  | { readonly line: string; readonly listing: true };

export interface Session {
  readonly title: string;
  /** Address to connect from; it decides what the server takes the client for. */
  readonly from: string;
  readonly to: { readonly address: string; readonly port: number };
  readonly steps: readonly Step[];
}

export type Said = { readonly who: 'client' | 'server'; readonly octets: string };

export interface Conversation {
  readonly session: Session;
  readonly said: readonly Said[];
  /** Who ended the connection: the server, if it did so by the time the script was through. */
  readonly closedBy: 'client' | 'server';
}

/** How a protocol says that a reply is over: the length of the first whole reply in `text`, or 0. */
export type ReplyEnd = (text: string, listing: boolean) => number;

export const smtpReplyEnd: ReplyEnd = (text) =>
  /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(text)?.[0].length ?? 0;

export const pop3ReplyEnd: ReplyEnd = (text, listing) => {
  const first = text.indexOf('\r\n') + 2;
  if (first === 1) return 0;
  if (!listing || !text.startsWith('+OK')) return first;
  const dot = text.indexOf('\r\n.\r\n');
  return dot < 0 ? 0 : dot + 5;
};

const REPLY_LIMIT_MS = 40_000;
const SETTLE_MS = 40;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Opens a connection; `play` takes the script through it. Splitting the two lets sessions overlap. */
export async function open(session: Omit<Session, 'steps'>, replyEnd: ReplyEnd) {
  const said: Said[] = [];
  let unread = '';
  let ended = false;
  let lastHeardAt = Date.now();
  const socket = connect({ host: session.to.address, port: session.to.port, localAddress: session.from });
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    unread += chunk;
    lastHeardAt = Date.now();
    said.push({ who: 'server', octets: chunk });
  });
  socket.on('end', () => {
    ended = true;
  });
  socket.on('error', () => {
    ended = true;
  });

  async function hear(replies: number, listing: boolean): Promise<void> {
    const deadline = Date.now() + REPLY_LIMIT_MS;
    for (let heard = 0; heard < replies; ) {
      const length = replyEnd(unread, listing);
      if (length > 0) {
        unread = unread.slice(length);
        heard++;
      } else if (ended || Date.now() > deadline) break;
      else await pause(4);
    }
  }

  async function beQuiet(ms: number): Promise<void> {
    lastHeardAt = Date.now();
    while (!ended && Date.now() - lastHeardAt < ms) await pause(10);
    unread = '';
  }

  function say(octets: string): void {
    if (octets === '') return;
    said.push({ who: 'client', octets });
    if (!ended) socket.write(octets, 'latin1');
  }

  async function play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (ended) return;
      if (typeof step === 'string') {
        say(`${step}\r\n`);
        await hear(1, false);
      } else if ('line' in step) {
        say(`${step.line}\r\n`);
        await hear(1, true);
      } else {
        say(step.send);
        if ('quietMs' in step) await beQuiet(step.quietMs);
        else await hear(step.replies ?? 1, false);
      }
    }
    await pause(SETTLE_MS);
  }

  async function leave(): Promise<Conversation> {
    const closedBy = ended ? 'server' : 'client';
    const gone = ended ? Promise.resolve() : new Promise<void>((done) => socket.once('close', () => done()));
    socket.destroy();
    await gone;
    return { session: { ...session, steps: [] }, said, closedBy };
  }

  await hear(1, false);
  return { play, leave };
}

export async function converse(session: Session, replyEnd: ReplyEnd): Promise<Conversation> {
  const { play, leave } = await open(session, replyEnd);
  await play(session.steps);
  return leave();
}
