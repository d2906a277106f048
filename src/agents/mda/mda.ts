/**
 * MDA, the mail delivery agent (RFC 5598 §4.2.4): takes letters from the MTA of its host or over LMTP (RFC 2033),
 * expands aliases, adds what the envelope leaves behind (`Return-Path`, `Delivered-To`), and puts them in mailboxes.
 * The envelope ends here.
 */
import { splitAddress, subaddress } from '../../mail/address.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { localTarget } from '../local-names.ts';
import type { StoreAnswer } from '../message-store.ts';
import { arrivalOf } from '../talk.ts';
import { keep } from './keep.ts';
import { lmtpAnswers, lmtpHears, lmtpOpened } from './lmtp.ts';
import type { DeliverAnswer, DeliverRequest, MdaConfig, MdaState, Verdict } from './types.ts';
import { mdaWith, NOWHERE, sessionWith } from './types.ts';

const init = (config: unknown, host: HostSpec): MdaState => ({
  config: config as MdaConfig,
  hostname: host.name,
  nextNumber: 1,
  jobs: [],
  sessions: [],
});

/** Letters under way are still in the MTA's queue (or were not accepted yet): nothing here needs the disk but the counter. */
const survive = (state: MdaState): MdaState => mdaWith(state, { jobs: [], sessions: [] });

type Step = readonly [MdaState, readonly ProgramEffect[]];

function step(state: MdaState, input: ProgramInput, at: StepContext): Step {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      return state.config.lmtpPort === null
        ? [state, []]
        : [state, [{ kind: 'listen', protocol: 'tcp', port: state.config.lmtpPort }]];
    case 'opened':
      return [lmtpOpened(state, input, at, effects), effects];
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [lmtpHears(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message': {
      if (input.from.endsWith('/store'))
        return [heardStore(state, input.message as StoreAnswer, at, effects), effects];
      return [deliverLocally(state, input.message as DeliverRequest, effects), effects];
    }
    default:
      return [state, []];
  }
}

function deliverLocally(state: MdaState, request: DeliverRequest, effects: ProgramEffect[]): MdaState {
  const { queueId, id, recipient } = request;
  const local = localTarget(state.config, recipient);
  const answer = (result: DeliverAnswer['result'], targets: readonly string[] = []) => {
    const message: DeliverAnswer = { kind: 'delivery', queueId, id, result, targets, mailbox: NOWHERE };
    effects.push({ kind: 'tell', program: 'mta', message });
    return state;
  };
  if (local.kind === 'alias' && !request.expanded) return answer('aliased', local.targets);
  const { user } = subaddress(splitAddress(recipient).localPart.toLowerCase());
  const mailbox = local.kind === 'mailbox' ? local.mailbox : state.config.users.includes(user) ? user : null;
  if (mailbox === null) return answer('user-unknown');
  return keep(state, request, mailbox, `${queueId}/${id}`, null, effects);
}

function heardStore(
  state: MdaState,
  answer: StoreAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): MdaState {
  if (answer.kind !== 'stored' && answer.kind !== 'not-stored') return state;
  const job = entryOf(state.jobs, answer.token);
  if (!job) return state;
  const next = mdaWith(state, { jobs: withoutEntry(state.jobs, answer.token) });
  const result: Verdict = answer.kind === 'stored' ? 'delivered' : answer.why;
  const { queueId, recipientId: id, conn } = job;
  if (conn === null) {
    const mailbox = answer.kind === 'stored' ? NOWHERE : answer.mailbox;
    const message: DeliverAnswer = { kind: 'delivery', queueId, id, result, targets: [], mailbox };
    effects.push({ kind: 'tell', program: 'mta', message });
    return next;
  }
  const session = entryOf(next.sessions, conn);
  if (!session) {
    // The client left without waiting for its reply; what it gave is in the mailboxes all the same.
    if (!next.jobs.some((other) => other.queueId === queueId))
      effects.push({ kind: 'record', fact: { kind: 'removed', queueId } });
    return next;
  }
  const waiting = withEntry(session.waiting, { id: answer.token, verdict: result });
  if (waiting.every(({ verdict }) => verdict !== null))
    return lmtpAnswers(next, sessionWith(session, { waiting }), at, effects);
  return mdaWith(next, { sessions: withEntry(next.sessions, sessionWith(session, { waiting })) });
}

export const mda: Program<MdaState> = { init, step, survive };
