/**
 * The file system of a host as a program: others ask it by messages. A mailbox is stored once, in the message store, and
 * looked at as files through a mount; what is asked below a mount goes on to the program that keeps it.
 */
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { Called, Caller } from './calls.ts';
import { call } from './calls.ts';
import type { FilesConfig } from './furnish.ts';
import { furnished } from './furnish.ts';
import type {
  DirectoryNode,
  Errand,
  FileRequest,
  FilesAnswer,
  FilesRequest,
  MountedAnswer,
  MountedRequest,
} from './types.ts';
import { failure, REQUEST_LIMIT } from './types.ts';
import { weigh } from './tree.ts';

export interface FilesState {
  readonly root: DirectoryNode;
}

const init = (config: unknown, host: HostSpec): FilesState => ({
  root: furnished(config as FilesConfig, host),
});

/** All of it is on disk. */
const survive = (state: FilesState): FilesState => state;

function step(
  state: FilesState,
  input: ProgramInput,
  at: StepContext,
): readonly [FilesState, readonly ProgramEffect[]] {
  if (input.kind !== 'message') return [state, []];
  const message = input.message as FilesRequest | MountedAnswer;
  if (message.kind === 'files') {
    const { token, user, requests } = message;
    const from = input.from.slice(input.from.indexOf('/') + 1);
    return goOn(state, { from, token, user, answers: [], requests: requests.slice(0, REQUEST_LIMIT) }, at);
  }
  const { errand } = message;
  return goOn(state, { ...errand, answers: [...errand.answers, ...message.answers] }, at);
}

/** Carries requests out until some are for a mount, or all are answered. */
function goOn(
  state: FilesState,
  errand: Errand,
  at: StepContext,
): readonly [FilesState, readonly ProgramEffect[]] {
  const { from, token, user, requests } = errand;
  const now = Math.floor((at.clock.epochMs + at.now) / 1000) * 1000;
  const caller: Caller = { user, now, weight: weigh(state.root) };
  const answers = errand.answers.slice();
  let { root } = state;
  const after = (): FilesState => (root === state.root ? state : { root });
  for (let i = 0; i < requests.length; i++) {
    const called = call(root, requests[i]!, caller);
    if (called.kind === 'answer') {
      root = called.root;
      answers.push(called.answer);
    } else if (!at.host.programs.some(({ name }) => name === called.mount.program))
      answers.push(failure('EIO'));
    else {
      const there = forTheSame(root, called, requests.slice(i + 1), caller);
      const rest: Errand = { from, token, user, answers, requests: requests.slice(i + there.length) };
      const { program, tree } = called.mount;
      const message: MountedRequest = { kind: 'mounted', tree, user, requests: there, errand: rest };
      return [after(), [{ kind: 'tell', program, message }]];
    }
  }
  const message: FilesAnswer = { kind: 'files', token, answers };
  return [after(), [{ kind: 'tell', program: from, message }]];
}

/** Requests for one mount that follow each other go to it together: nothing else changes between them. */
function forTheSame(
  root: DirectoryNode,
  { mount, request }: Extract<Called, { kind: 'mounted' }>,
  next: readonly FileRequest[],
  caller: Caller,
): readonly FileRequest[] {
  const together = [request];
  for (const other of next) {
    const called = call(root, other, caller);
    if (called.kind !== 'mounted' || called.mount !== mount) break;
    together.push(called.request);
  }
  return together;
}

export const files: Program<FilesState> = { init, step, survive };
