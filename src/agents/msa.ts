/**
 * MSA, the mail submission agent (RFC 6409): takes letters from the mail programs of its own network and gives them to
 * the MTA of its host. It answers 250 only when the MTA has the letter in its queue.
 */
import type { SmtpAnswer } from '../protocol/smtp/types.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { FlushRequest, SubmitAnswer, SubmitRequest } from './mta/types.ts';
import { entryOf } from './entries.ts';
import type { LogStyle, Occasion, SessionLog } from './smtp-log.ts';
import { logSession, sessionOpened } from './smtp-log.ts';
import type { Heard, ServiceConfig, ServiceState } from './smtp-service.ts';
import { serviceHears, serviceOpened, serviceState } from './smtp-service.ts';
import { arrivalOf } from './talk.ts';

export interface MsaState {
  readonly service: ServiceState;
  readonly logs: readonly SessionLog[];
  readonly nextNumber: number;
}

const init = (config: unknown, host: HostSpec): MsaState => ({
  service: serviceState(config as ServiceConfig, host),
  logs: [],
  nextNumber: 1,
});

function step(
  state: MsaState,
  input: ProgramInput,
  at: StepContext,
): readonly [MsaState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'tcp', port: state.service.config.port });
      return [state, effects];
    case 'opened': {
      const { address } = input.peer;
      const client = { address, name: state.service.config.clientNames[address] ?? 'unknown' };
      const { logs, nextNumber } = sessionOpened(state, styleOf(state), input.conn, client, at, effects);
      const from = effects.length;
      const heard = serviceOpened(state.service, input, at, effects);
      return [taken({ ...state, logs, nextNumber }, input.conn, 'opened', heard, from, at, effects), effects];
    }
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return [hear(state, input.conn, arrivalOf(input), at, effects), effects];
    case 'message': {
      const answer = input.message as SubmitAnswer;
      const verdict: SmtpAnswer =
        answer.kind === 'queued'
          ? { kind: 'queued', queueId: answer.queueId }
          : { kind: 'refuse', why: answer.why, text: '' };
      return [hear(state, Number(answer.token), { kind: 'answer', answer: verdict }, at, effects), effects];
    }
    default:
      return [state, effects];
  }
}

/** Debian's master.cf names the services on 587 and 465. */
const styleOf = ({ service: { config, hostname } }: MsaState): LogStyle => ({
  dialect: config.dialect,
  hostname,
  daemon: config.port === 465 ? 'postfix/submissions/smtpd' : 'postfix/submission/smtpd',
  lane: config.port === 465 ? 2 : 1,
});

function hear(
  state: MsaState,
  conn: number,
  arrival: Exclude<Parameters<typeof serviceHears>[2], { kind: 'secured' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MsaState {
  const from = effects.length;
  const heard = serviceHears(state.service, conn, arrival, at, effects);
  return taken(state, conn, arrival.kind, heard, from, at, effects);
}

/** The log hears of it, and the MTA gets what came. */
function taken(
  state: MsaState,
  conn: number,
  occasion: Occasion,
  heard: Heard,
  from: number,
  at: StepContext,
  effects: ProgramEffect[],
): MsaState {
  const { service } = heard;
  const logged = logSession(state, styleOf(state), conn, occasion, state.service, service, from, at, effects);
  for (const { conn: token, received, client } of heard.letters) {
    const named = entryOf(logged.logs, token)?.letter ?? null;
    const message: SubmitRequest = { kind: 'submit', token: String(token), received, client, named };
    effects.push({ kind: 'tell', program: 'mta', message });
  }
  for (const domain of heard.turned) {
    const message: FlushRequest = { kind: 'flush', domain };
    effects.push({ kind: 'tell', program: 'mta', message });
  }
  return { service, logs: logged.logs, nextNumber: logged.nextNumber };
}

/** Numbers of letters are on disk, in their names: none is given twice. */
const survive = (state: MsaState, config: unknown, host: HostSpec): MsaState => ({
  ...init(config, host),
  nextNumber: state.nextNumber,
});

export const msa: Program<MsaState> = { init, step, survive };
