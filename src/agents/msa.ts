/**
 * MSA, the mail submission agent (RFC 6409): takes letters from the mail programs of its own network and gives them to
 * the MTA of its host. It answers 250 only when the MTA has the letter in its queue.
 */
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { SubmitAnswer, SubmitRequest } from './mta/types.ts';
import type { Heard, ServiceConfig, ServiceState } from './smtp-service.ts';
import { serviceHears, serviceOpened, serviceState } from './smtp-service.ts';

export interface MsaState {
  readonly service: ServiceState;
}

function step(
  state: MsaState,
  input: ProgramInput,
  at: StepContext,
): readonly [MsaState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  const { service } = state;
  const heard = (): Heard | null => {
    switch (input.kind) {
      case 'start':
        effects.push({ kind: 'listen', protocol: 'tcp', port: service.config.port });
        return null;
      case 'opened':
        return serviceOpened(service, input, at, effects);
      case 'octets':
        return serviceHears(service, input.conn, { kind: 'octets', octets: input.octets }, at, effects);
      case 'closed':
        return serviceHears(service, input.conn, { kind: 'closed' }, at, effects);
      case 'conn-timer':
        return serviceHears(service, input.conn, { kind: 'timeout', name: input.name }, at, effects);
      case 'message': {
        const { token, queueId } = input.message as SubmitAnswer;
        const answer = { kind: 'answer', answer: { kind: 'queued', queueId } } as const;
        return serviceHears(service, Number(token), answer, at, effects);
      }
      default:
        return null;
    }
  };
  const after = heard();
  if (!after) return [state, effects];
  for (const { conn, received, client } of after.letters) {
    const message: SubmitRequest = { kind: 'submit', token: String(conn), received, client };
    effects.push({ kind: 'tell', program: 'mta', message });
  }
  return [{ service: after.service }, effects];
}

export const msa: Program<MsaState> = {
  init: (config: unknown, host: HostSpec) => ({ service: serviceState(config as ServiceConfig, host) }),
  step,
};
