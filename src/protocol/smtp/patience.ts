/** What a server bears before it ends the session (RFC 5321 §3.8, §4.2.5; each model in its own way). */
import type { Draft } from '../../base/draft.ts';
import type { Patience } from './dialects/habits.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { ReplyName } from './replies.ts';
import type { SmtpServerState } from './session.ts';
import type { Said } from './wording.ts';
import { SERVER, word } from './wording.ts';

/** RFC 5321 §4.5.3.1.10 asks both sides to bear with it. */
const NEVER_COUNTED: readonly ReplyName[] = ['R452TooManyRecipients'];
/** Faults of form that Exim takes for what a person may mistype, or for policy. */
const NO_FAULTS: readonly ReplyName[] = [
  'R501VrfySyntax',
  'R501WantsDomain',
  'R501AuthArguments',
  'R501AuthCancelled',
  'R503AllRefused',
  'R503HelloFirst',
  'R504Mechanism',
];
const UNKNOWN: readonly ReplyName[] = ['R500Unknown', 'R500BadSyntax', 'R500TooLong'];

const isFault = ({ name, reply, heard }: Said): boolean =>
  reply.code >= 500 &&
  /^R50[0-4]|^R555/.test(name) &&
  !NO_FAULTS.includes(name) &&
  heard.verb !== 'VRFY' &&
  heard.verb !== 'EXPN' &&
  !(heard.verb === 'AUTH' && !name.startsWith('R503'));

/** Counts what is about to be said. */
export function countReplies(session: Draft<SmtpServerState>, replies: readonly Said[]): void {
  const { counts } = patienceOf(session);
  for (const said of replies) {
    if (said.reply.code < 400 || NEVER_COUNTED.includes(said.name)) continue;
    if (counts === 'refusals' || isFault(said)) session.errors++;
    if (UNKNOWN.includes(said.name)) session.unknown++;
  }
}

/** The server has had enough by what it is about to say: the replies with its last word in them; null: it goes on. */
export function lastWords(session: SmtpServerState, replies: readonly Said[]): readonly Said[] | null {
  const { errors, unknown, ends } = patienceOf(session);
  const last = replies[replies.length - 1];
  if (last === undefined) return null;
  if (reached(session.unknown, unknown) && UNKNOWN.includes(last.name))
    return [renamed(session, last, 'R421TooManyUnknown')];
  // Idle talk that counts as errors may end in an accepted command.
  if (!reached(session.errors, errors) || (ends !== 'behind' && last.reply.code < 400)) return null;
  switch (ends) {
    case 'behind':
      return [...replies, renamed(session, { ...last, heard: SERVER }, 'R421TooManyErrors')];
    case 'instead':
      return [renamed(session, last, 'R421TooManyErrors')];
    case 'line':
      return [withLine(session, last)];
  }
}

/** The last of so many commands that serve no transaction. */
export const isTired = (session: SmtpServerState): boolean => {
  const { junk, junkEnds } = patienceOf(session);
  return junkEnds && reached(session.junk, junk);
};

export const patienceOf = ({ config }: SmtpServerState): Patience => DIALECTS[config.dialect].patience;

export const reached = (count: number, limit: number | null): boolean => limit !== null && count >= limit;

const renamed = (session: SmtpServerState, { heard }: Said, name: ReplyName): Said => ({
  heard,
  name,
  reply: word(session, heard, name),
});

/** Exim adds a line to the reply, but for these two. */
function withLine(session: SmtpServerState, said: Said): Said {
  if (said.name === 'R501HelloSyntax' || said.name === 'R501HelloName' || said.name === 'R501Nul')
    return said;
  const { code, enhanced, lines } = said.reply;
  const more = word(session, said.heard, 'R421TooManyErrors').lines;
  return { heard: said.heard, name: said.name, reply: { code, enhanced, lines: [...lines, ...more] } };
}
