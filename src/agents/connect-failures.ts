/** Why a connect failed, in the words of the C library that every program of the age quotes. */
import type { ConnectFailure } from '../sim/types.ts';

export const CONNECT_FAILURES: Readonly<Record<ConnectFailure, string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
};
