/** What the QMTP tests share: packages in octets, agents with a fixed mind, transcripts. */
import type { Octets } from '../../base/octets.ts';
import type { Machine } from '../machine.ts';
import type { JoinOptions, Replayed } from '../transcript.testing.ts';
import { join, parseTranscript, replayAllWays } from '../transcript.testing.ts';
import { qmtpClient, qmtpClientState } from './client.ts';
import { netstring } from './netstring.ts';
import type { QmtpServerState } from './server.ts';
import { qmtpServer, qmtpServerState } from './server.ts';
import type {
  QmtpAnswer,
  QmtpClientAnswer,
  QmtpClientConfig,
  QmtpClientQuestion,
  QmtpOutcome,
  QmtpQuestion,
  QmtpServerConfig,
  QmtpVerdict,
  Transaction,
} from './types.ts';

export const CONFIG: QmtpServerConfig = { sizeLimit: 0 };
export const CLIENT: QmtpClientConfig = { lineEnd: 'lf', replyTimeoutMs: 600_000 };
/** The time in the example of QMTP §8. */
export const SECONDS = 838_640_135;

export type Agent = (question: QmtpQuestion) => QmtpAnswer | undefined;

/** Answers with these verdicts, the last of them for all further recipients. */
export const saying =
  (...verdicts: readonly QmtpVerdict[]): Agent =>
  ({ forwardPaths }) => ({
    kind: 'verdicts',
    verdicts: forwardPaths.map((_, i) => verdicts[Math.min(i, verdicts.length - 1)]!),
    epochSeconds: SECONDS,
  });

/** Takes everything. */
export const willing = saying({ kind: 'queued', queueId: '1390' });

export const ns = (text: string): Octets => netstring(text as Octets);

/** A package in octets; `message` with its first octet. */
export const packed = (message: string, sender: string, recipients: readonly string[]): Octets =>
  (ns(message) + ns(sender) + ns(recipients.map(ns).join(''))) as Octets;

/** Octets as the `C|` lines of a transcript have them. */
export const escaped = (octets: string): string =>
  octets.replace(
    /[^\x21-\x5b\x5d-\x7e]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/** The server with every reply on a line of its own, as transcripts want it. */
const lined: Machine<QmtpServerState, QmtpQuestion, QmtpAnswer> = {
  framing: qmtpServer.framing,
  step(state, input) {
    const [next, effects] = qmtpServer.step(state, input);
    return [
      next,
      effects.map((effect) =>
        effect.kind === 'send' ? { ...effect, octets: `${effect.octets}\r\n` as Octets } : effect,
      ),
    ];
  },
};

export type Session = Replayed<QmtpServerState, QmtpQuestion>;

/** Plays a transcript in every way of splitting it; each `S:` line is one netstring. */
export const playAllWays = (
  text: string,
  config: Partial<QmtpServerConfig> = {},
  agent: Agent = willing,
): Session => replayAllWays(lined, qmtpServerState({ ...CONFIG, ...config }), parseTranscript(text), agent);

/** A letter for two. */
export const LETTER: Transaction = {
  letter: 'Q1',
  reversePath: 'a@a.example',
  forwardPaths: ['b@b.example', 'c@b.example'],
  content: 'Subject: x\r\n\r\n.\r\nend\r\n' as Octets,
};

/** Hands out letters, then is done; notes what it is told. */
export function postman(...letters: readonly Transaction[]) {
  const outcomes: QmtpOutcome[] = [];
  const ends: string[] = [];
  let at = 0;
  const answer = (question: QmtpClientQuestion): QmtpClientAnswer | undefined => {
    if (question.kind === 'outcome') outcomes.push(question.outcome);
    if (question.kind === 'over') ends.push(question.end);
    if (question.kind !== 'next') return undefined;
    const transaction = letters[at++];
    return transaction === undefined ? { kind: 'done' } : { kind: 'transaction', transaction };
  };
  return { answer, outcomes, ends };
}

/** A client's session with a server: the letters go out, the agent answers for the server. */
export function run(
  letters: readonly Transaction[],
  configs: { readonly server?: Partial<QmtpServerConfig>; readonly client?: Partial<QmtpClientConfig> } = {},
  agent: Agent = willing,
  options: JoinOptions = {},
) {
  const post = postman(...letters);
  const joined = join(
    { machine: qmtpClient, state: qmtpClientState({ ...CLIENT, ...configs.client }) },
    { machine: qmtpServer, state: qmtpServerState({ ...CONFIG, ...configs.server }) },
    { client: post.answer, server: agent },
    options,
  );
  return { ...joined, outcomes: post.outcomes, ends: post.ends };
}
