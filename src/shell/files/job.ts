/** A line about files in the foreground of a shell: it asks the host's file system and waits for the answers. */
import type { FileAnswer, FilesAnswer, FilesRequest } from '../../agents/files/types.ts';
import { REQUEST_LIMIT } from '../../agents/files/types.ts';
import { homeOf } from '../../agents/files/furnish.ts';
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/octets.ts';
import type { ProgramInput } from '../../sim/types.ts';
import { COMMANDS } from '../commands.ts';
import type { Here, JobStep } from '../jobs.ts';
import { ended, record, running, say } from '../jobs.ts';
import { hasOperators, parseLine } from './syntax.ts';
import type { Place } from './asking.ts';
import { isFileCommand, runPipelines } from './run.ts';

export interface FileLine {
  readonly kind: 'file-line';
  readonly command: string;
  /** What it has been answered so far, one list a round. */
  readonly answers: readonly (readonly FileAnswer[])[];
}

/** Rounds of one line, and octets of all the files it has before it. */
const ROUND_LIMIT = 2000;
const OCTET_LIMIT = 16 * 1024 * 1024;

/** What a terminal takes as one line. */
const LINE_LIMIT = 4096;

/** Null: it is nothing to do with files. */
export function startFileLine(
  words: readonly string[],
  command: string,
  here: Here,
): JobStep<FileLine> | null {
  const [name = ''] = words;
  if (!here.at.host.programs.some(({ kind }) => kind === 'files')) return null;
  if (!isFileCommand(name) && !hasOperators(encodeUtf8(command))) return null;
  return goOn({ kind: 'file-line', command: command.slice(0, LINE_LIMIT), answers: [] }, here);
}

/** The file system answered; null for anything else. */
export function fileLineHears(job: FileLine, input: ProgramInput, here: Here): JobStep<FileLine> | null {
  if (input.kind !== 'message' || !input.from.endsWith('/files')) return null;
  const { token, answers } = input.message as FilesAnswer;
  if (token !== tokenOf(job, here)) return null;
  return goOn({ ...job, answers: [...job.answers, answers] }, here);
}

/** A line that was given up gets its answers all the same: no later one may take them for its own. */
const tokenOf = ({ answers }: FileLine, { handle }: Here): string => `${handle}:${answers.length}`;

const placeOf = ({ config, cwd, before, at }: Here): Place => ({
  user: config.user,
  home: homeOf(config.user),
  cwd,
  before,
  clock: at.clock,
  now: at.now,
});

/** Runs the line over the answers it has, up to the next question or its end. */
function goOn(job: FileLine, here: Here): JobStep<FileLine> {
  const parsed = parseLine(encodeUtf8(job.command));
  if (parsed.kind === 'unexpected') {
    const token = decodeUtf8(parsed.token as Octets);
    say(here, `-bash: syntax error near unexpected token \`${token}'\n-bash: \`${job.command}'\n`);
    return ended(here, job.command, false);
  }
  const others = (name: string): boolean => COMMANDS.some((each) => each.name === name);
  const line = runPipelines(parsed.pipelines, placeOf(here), others);
  let next = line.next();
  for (const answers of job.answers) if (!next.done) next = line.next(answers);
  if (next.done) {
    const { text, ok, cwd, before } = next.value;
    say(here, readable(text));
    record(here, job.command, ok);
    return { kind: 'ended', went: { cwd, before } };
  }
  if (job.answers.length >= ROUND_LIMIT || weigh(job) > OCTET_LIMIT)
    return givenUp(job, here, 'fork: Cannot allocate memory');
  if (next.value.length > REQUEST_LIMIT) return givenUp(job, here, 'Argument list too long');
  const { user } = here.config;
  const message: FilesRequest = { kind: 'files', token: tokenOf(job, here), user, requests: next.value };
  here.effects.push({ kind: 'tell', program: 'files', message });
  return running(job);
}

function givenUp(job: FileLine, here: Here, because: string): JobStep<FileLine> {
  say(here, `-bash: ${because}\n`);
  return ended(here, job.command, false);
}

function weigh({ answers }: FileLine): number {
  let octets = 0;
  for (const round of answers)
    for (const answer of round) if (answer.kind === 'content') octets += answer.content.length;
  return octets;
}

/** What is in files must not drive the terminal: of its controls line ends, CRs and TABs stay, others show as pictures. */
const readable = (text: Octets): string =>
  decodeUtf8(text).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
