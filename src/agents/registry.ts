/** The agents a scenario can put on a host (RFC 5598 names). The shell joins them in `shell/registry.ts`. */
import type { Program, Registry } from '../sim/types.ts';
import { files } from './files/program.ts';
import { imapServerAgent } from './imap-server.ts';
import { mda } from './mda/mda.ts';
import { messageStore } from './message-store.ts';
import { msa } from './msa.ts';
import { mta } from './mta/mta.ts';
import { mua } from './mua/mua.ts';
import { nameServer } from './name-server.ts';
import { pop3ServerAgent } from './pop3-server.ts';
import { qmtpService } from './qmtp-server.ts';
import { visitor } from './visitor.ts';
import { cachingResolver } from './resolver/resolver.ts';

const program = <S>(typed: Program<S>): Program => typed as Program;

export const AGENTS: Registry = {
  mua: program(mua),
  msa: program(msa),
  mta: program(mta),
  mda: program(mda),
  store: program(messageStore),
  pop3: program(pop3ServerAgent),
  imap: program(imapServerAgent),
  ns: program(nameServer),
  resolver: program(cachingResolver),
  qmtp: program(qmtpService),
  visitor: program(visitor),
  files: program(files),
};
