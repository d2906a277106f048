/**
 * Plays one side of a conversation at a real server and keeps what both sides said. Octets are latin1 strings
 * (one character per octet) from end to end.
 */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as secure } from 'node:tls';

/**
 * One step of a script. A bare string is a line: CRLF is added and one reply awaited. `send` goes out as it is and
 * awaits `replies` replies (default 1); `quiet` waits instead until the server has said nothing for that long, for
 * steps whose number of replies is what we want to learn. `listing` says a positive reply has lines up to a dot.
 * `answer` makes a line of the last reply (a challenge); `shown` stands for it in the recording. `tls` starts TLS.
 */
export type Step =
  | string
  | { readonly send: string; readonly replies?: number }
  | { readonly send: string; readonly quietMs: number }
  | { readonly line: string; readonly listing: true }
  | { readonly answer: (reply: string) => string; readonly shown: string }
  | { readonly tls: ConnectionOptions };

export interface Session {
  readonly title: string;
  /** Address to connect from; it decides what the server takes the client for. */
  readonly from: string;
  readonly to: { readonly address: string; readonly port: number };
  /** The server does not speak first, or we speak before it does. */
  readonly greeting?: false;
  /** TLS from the first octet on. */
  readonly wrapped?: true;
  readonly steps: readonly Step[];
}

/** What `tls` says was never on the wire: it is what came of a handshake. */
export type Said = { readonly who: 'client' | 'server' | 'tls'; readonly octets: string };

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

export const lineEnd: ReplyEnd = (text) => {
  const end = text.indexOf('\r\n');
  return end < 0 ? 0 : end + 2;
};

/** Untagged lines that stand for a reply: to a command whose tag could not be read, or to none, during IDLE. */
const ALONE = /^\* (?:BAD (?!\[ALERT\])|OK Still here$)/;
/** Untagged lines that have no literals: what stands in their text is for people. */
const STATUS = /^\* (?:OK|NO|BAD|BYE|PREAUTH)\b/;

/**
 * A reply ends with a tagged line or a request to go on (RFC 3501, clause 7), or with one of {@link ALONE}. The literals
 * of the untagged lines before may have any lines in them.
 */
export const imapReplyEnd: ReplyEnd = (text) => {
  let at = 0;
  for (let start = true, last = false; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return 0;
    const piece = text.slice(at, end);
    if (start) last = !piece.startsWith('* ') || ALONE.test(piece);
    const literal: RegExpExecArray | null =
      last || (start && STATUS.test(piece)) ? null : /\{(\d+)\}$/.exec(piece);
    at = end + 2 + Number(literal?.[1] ?? 0);
    start = literal === null;
    if (start && last) return at;
  }
};

const REPLY_LIMIT_MS = 40_000;
const SETTLE_MS = 40;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Begins TLS on a connection and says what came of it. The certificate is the room's own: nobody vouches for it. */
async function secured(socket: Socket, options: ConnectionOptions): Promise<readonly [Socket, string]> {
  socket.removeAllListeners('data');
  const over = secure({ rejectUnauthorized: false, ...options, socket });
  const outcome = await new Promise<string>((done) => {
    over.once('secureConnect', () => done(`${over.getProtocol()} begins`));
    over.once('error', (error: NodeJS.ErrnoException) => done(`no TLS: ${error.code}`));
    over.once('close', () => done('no TLS: connection closed'));
  });
  return [over, outcome];
}

/**
 * Opens a connection; `play` takes the script through it. Splitting the two lets sessions overlap. `said` grows as
 * things are said. A greeting may end otherwise than a reply.
 */
export async function open(session: Omit<Session, 'steps'>, replyEnd: ReplyEnd, greetingEnd = replyEnd) {
  const said: Said[] = [];
  let unread = '';
  let lastReply = '';
  let ended = false;
  let lastHeardAt = Date.now();
  let socket: Socket = connect({
    host: session.to.address,
    port: session.to.port,
    localAddress: session.from,
  });

  function listen(): void {
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('latin1');
      lastHeardAt = Date.now();
      said.push({ who: 'server', octets: chunk.toString('latin1') });
    });
    for (const end of ['end', 'error'])
      socket.on(end, () => {
        ended = true;
      });
  }

  async function startTls(options: ConnectionOptions): Promise<void> {
    const [over, outcome] = await secured(socket, options);
    socket = over;
    said.push({ who: 'tls', octets: outcome });
    if (!outcome.endsWith('begins')) ended = true;
    listen();
  }

  async function hear(replies: number, listing: boolean, isOver = replyEnd): Promise<void> {
    const deadline = Date.now() + REPLY_LIMIT_MS;
    for (let heard = 0; heard < replies; ) {
      const length = isOver(unread, listing);
      if (length > 0) {
        lastReply = unread.slice(0, length);
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

  function say(octets: string, shown: string = octets): void {
    if (octets === '') return;
    said.push({ who: 'client', octets: shown });
    if (!ended) socket.write(octets, 'latin1');
  }

  async function one(step: Exclude<Step, string>): Promise<void> {
    if ('tls' in step) return startTls(step.tls);
    if ('line' in step) {
      say(`${step.line}\r\n`);
      return hear(1, true);
    }
    if ('answer' in step) {
      say(`${step.answer(lastReply)}\r\n`, `${step.shown}\r\n`);
      return hear(1, false);
    }
    say(step.send);
    return 'quietMs' in step ? beQuiet(step.quietMs) : hear(step.replies ?? 1, false);
  }

  async function play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (ended) return;
      await one(typeof step === 'string' ? { send: `${step}\r\n` } : step);
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

  listen();
  if (session.wrapped) await startTls({});
  if (session.greeting !== false) await hear(1, false, greetingEnd);
  return { play, leave, said: said as readonly Said[] };
}

export async function converse(
  session: Session,
  replyEnd: ReplyEnd,
  greetingEnd = replyEnd,
): Promise<Conversation> {
  const { play, leave } = await open(session, replyEnd, greetingEnd);
  await play(session.steps);
  return leave();
}
