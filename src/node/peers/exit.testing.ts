/** The visitor's counterpart: a simulated server whose every connection leads out to a real one. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Octets } from '../../base/octets.ts';
import { act } from '../../sim/history.ts';
import type { ConnId, History, Program } from '../../sim/types.ts';

type ExitInput =
  | { readonly kind: 'say'; readonly conn: ConnId; readonly octets: Octets }
  | { readonly kind: 'close'; readonly conn: ConnId };

/** Listens on port 25 and puts on record what is for the other side. */
export const exitProgram: Program<null> = {
  init: () => null,
  step(state, input) {
    switch (input.kind) {
      case 'start':
        return [state, [{ kind: 'listen', protocol: 'tcp', port: 25 }]];
      case 'opened':
        return [
          state,
          [{ kind: 'record', fact: { kind: 'exit', conn: input.conn, what: 'opened', octets: '' } }],
        ];
      case 'octets':
        return [
          state,
          [{ kind: 'record', fact: { kind: 'exit', conn: input.conn, what: 'said', octets: input.octets } }],
        ];
      case 'closed':
        return [
          state,
          [{ kind: 'record', fact: { kind: 'exit', conn: input.conn, what: 'closed', octets: '' } }],
        ];
      case 'input': {
        const told = input.input as ExitInput;
        const note = { kind: 'typed', text: '', eol: 'none' };
        return told.kind === 'close'
          ? [state, [{ kind: 'close', conn: told.conn }]]
          : [state, [{ kind: 'send', conn: told.conn, octets: told.octets, note }]];
      }
      default:
        return [state, []];
    }
  },
};

/** Joins the exit of `program` to a real server; call the result whenever the history has grown. */
export function leadOut(history: History, program: string, port: number): () => void {
  const sockets = new Map<ConnId, Socket>();
  let seen = 0;
  const tell = (input: ExitInput): void => {
    act(history, { kind: 'input', program, input });
    pump();
  };
  const pump = (): void => {
    for (; seen < history.log.length; seen++) {
      const { what } = history.log[seen]!;
      if (what.kind !== 'fact' || what.program !== program) continue;
      const fact = what.fact as { kind: string; conn: ConnId; what: string; octets: string };
      if (fact.what === 'opened') sockets.set(fact.conn, open(fact.conn));
      else if (fact.what === 'said') sockets.get(fact.conn)?.write(fact.octets, 'latin1');
      else sockets.get(fact.conn)?.end();
    }
  };
  const open = (conn: ConnId): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data) => tell({ kind: 'say', conn, octets: data.toString('latin1') as Octets }));
    socket.on('end', () => tell({ kind: 'close', conn }));
    socket.on('error', () => tell({ kind: 'close', conn }));
    return socket;
  };
  return pump;
}
