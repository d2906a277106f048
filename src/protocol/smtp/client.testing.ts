/** What the client's tests share. */
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import type { JoinOptions } from '../transcript.testing.ts';
import { join } from '../transcript.testing.ts';
import { smtpClient, smtpClientState } from './client.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { Agent } from './server.testing.ts';
import { CONFIG, willing } from './server.testing.ts';
import type {
  SmtpClientAnswer,
  SmtpClientConfig,
  SmtpClientQuestion,
  SmtpServerConfig,
  Transaction,
} from './types.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';

/** A letter for two, with all kinds of dots. */
export const LETTER: Transaction = {
  letter: 'Q1',
  reversePath: 'a@a.example',
  forwardPaths: ['b@b.example', 'c@b.example'],
  parameters: NO_MAIL_PARAMETERS,
  recipientParameters: [],
  content: 'Subject: x\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n' as Octets,
};
export const CLIENT: SmtpClientConfig = {
  helo: 'a.example',
  variant: 'smtp',
  replyTimeoutMs: 60_000,
  tls: 'none',
  login: null,
  pipelines: false,
};

/** Hands out letters (`null`: RSET), then is done. */
export const postman = (
  ...letters: readonly (Transaction | null)[]
): ((question: SmtpClientQuestion) => SmtpClientAnswer | undefined) => {
  let at = 0;
  return (question) => {
    if (question.kind === 'over') return undefined;
    const transaction = letters[at++];
    if (transaction === null) return { kind: 'reset' };
    return transaction === undefined ? { kind: 'done' } : { kind: 'transaction', transaction };
  };
};

/** A client's session with a server: the letters go out, the agent answers for the server. */
export const run = (
  letters: readonly (Transaction | null)[],
  config: Partial<SmtpServerConfig> = {},
  agent: Agent = willing,
  options: JoinOptions = {},
) => {
  const full = { ...CONFIG, ...config };
  return join(
    { machine: smtpClient, state: smtpClientState({ ...CLIENT, variant: full.variant }) },
    { machine: smtpServer, state: smtpServerState(full) },
    { client: postman(...letters), server: agent },
    options,
  );
};

/** A client fed by hand: what it says and asks to each line of the server. */
export function talk(
  lines: readonly string[],
  letters: readonly (Transaction | null)[] = [LETTER],
  config = CLIENT,
) {
  const answer = postman(...letters);
  let held = driven(smtpClientState(config));
  const log: string[] = [];
  const questions: SmtpClientQuestion[] = [];
  const take = (arrival: Arrival<SmtpClientAnswer>): void => {
    const [next, effects] = drive(smtpClient, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') log.push(effect.octets.split('\r\n', 1)[0]!);
      if (effect.kind === 'close') log.push('<close>');
      if (effect.kind !== 'ask') continue;
      questions.push(effect.question);
      const given = answer(effect.question);
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  take({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) {
    if (line === '<close>') take({ kind: 'closed' });
    else if (line === '<silence>') take({ kind: 'timeout', name: 'reply' });
    else take({ kind: 'octets', octets: `${line}\r\n` as Octets });
  }
  return { log, questions, over: questions.filter(({ kind }) => kind === 'over'), state: held.state };
}

/** What a server says to one letter for two recipients when all goes well. */
export const OK = ['220 hi', '250 hello', '250 sender', '250 b', '250 c', '354 go', '250 queued', '221 bye'];
