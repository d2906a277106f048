/** What the SMTP tests share: configurations, and an agent with a fixed mind. */
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
