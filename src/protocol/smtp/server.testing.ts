/** What the SMTP tests share: configurations, and an agent with a fixed mind. */
import { octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { Replayed, Transcript } from '../transcript.testing.ts';
import { parseTranscript, replay, replayAllWays } from '../transcript.testing.ts';
import type { SmtpServerState } from './server.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { ReceivedMessage, SmtpAnswer, SmtpQuestion, SmtpServerConfig } from './types.ts';

export const CONFIG: SmtpServerConfig = {
  hostname: 'mail.example.org',
  dialect: 'postfix3',
  variant: 'smtp',
  sizeLimit: 10_240_000,
  recipientLimit: 1000,
  heloRequired: false,
  tls: 'none',
  auth: null,
  // The extensions of before 2000: those after have tests of their own.
  without: ['ETRN', 'DSN', 'SMTPUTF8', 'CHUNKING'],
};

export type Agent = (question: SmtpQuestion) => SmtpAnswer;

/** Takes everything; letters are queued as ID0001. */
export const willing: Agent = (question) => {
  if (question.kind === 'message') return { kind: 'queued', queueId: 'ID0001' };
  return question.kind === 'vrfy' ? { kind: 'cannot-verify' } : { kind: 'accept' };
};

/** As `willing`, but with `other` where that says something. */
export const unless =
  (other: (question: SmtpQuestion) => SmtpAnswer | undefined): Agent =>
  (question) =>
    other(question) ?? willing(question);

export type Session = Replayed<SmtpServerState, SmtpQuestion>;

const read = (text: string | Transcript): Transcript =>
  typeof text === 'string' ? parseTranscript(text) : text;

/** Plays a transcript once, act by act. */
export const play = (
  text: string | Transcript,
  config: Partial<SmtpServerConfig> = {},
  agent: Agent = willing,
  peer?: string,
): Session => replay(smtpServer, smtpServerState({ ...CONFIG, ...config }), read(text), agent, peer);

/** Plays a transcript in every way of splitting it. */
export const playAllWays = (
  text: string | Transcript,
  config: Partial<SmtpServerConfig> = {},
  agent: Agent = willing,
  peer?: string,
): Session => replayAllWays(smtpServer, smtpServerState({ ...CONFIG, ...config }), read(text), agent, peer);

/** The messages an agent was given. */
export const messages = (session: Session): readonly ReceivedMessage[] =>
  session.questions.flatMap((question) => (question.kind === 'message' ? [question.received] : []));

export interface Spoken {
  /** Behind the greeting, and the greeting. */
  readonly said: string;
  readonly greeting: string;
  readonly closed: boolean;
}

/** What a server says to octets that come in these pieces. */
export function speakTo(
  config: Partial<SmtpServerConfig>,
  pieces: readonly string[],
  agent: Agent = willing,
): Spoken {
  let held = driven(smtpServerState({ ...CONFIG, ...config }));
  let said = '';
  let closed = false;
  const take = (arrival: Arrival<SmtpAnswer>): void => {
    const [next, effects] = drive(smtpServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind === 'close') closed = true;
      if (effect.kind === 'ask') take({ kind: 'answer', answer: agent(effect.question) });
    }
  };
  take({ kind: 'opened', peer: '192.0.2.1' });
  const greeting = said;
  for (const piece of pieces) if (!closed) take({ kind: 'octets', octets: octets(piece) });
  return { said: said.slice(greeting.length), greeting, closed };
}
