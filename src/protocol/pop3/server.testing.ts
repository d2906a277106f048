/** Servers for tests, in the state before anybody connected. */
import { pop3ServerState } from './server.ts';
import type { Pop3ServerState } from './session.ts';
import type { Pop3DialectName, Pop3ServerConfig } from './types.ts';

export const DIALECTS: readonly Pop3DialectName[] = ['dovecot2006', 'dovecot', 'qpopper', 'telenet-pop'];

/** One without TLS, that takes passwords in clear and AUTH PLAIN, unless `changes` say otherwise. */
export const serverOf = (
  dialect: Pop3DialectName,
  changes: Partial<Pop3ServerConfig> = {},
): Pop3ServerState =>
  pop3ServerState({
    hostname: 'mail.example.org',
    dialect,
    tls: 'none',
    plaintext: true,
    mechanisms: ['PLAIN'],
    apop: false,
    ...changes,
  });
