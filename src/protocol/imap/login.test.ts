/** How a server tells at login what it can (RFC 3501 §7.1, CAPABILITY): as a code, or in a line of its own. */
import { expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { imapServer, imapServerState } from './server.ts';
import type { ImapAnswer } from './types.ts';

const WELCOME: ImapAnswer = {
  view: null,
  recentFrom: 1,
  now: 0,
  result: { kind: 'welcome', user: 'jura' },
};
const SECURED: Arrival<ImapAnswer> = {
  kind: 'secured',
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 },
};

/** What a server says to the last of these lines; `<tls>`: the handshake. */
function lastWords(tls: 'may' | 'implicit', lines: readonly string[]): string {
  const config = {
    hostname: 'neo.firma1.intr',
    offsetMinutes: 0,
    tls,
    plaintext: true,
    mechanisms: ['PLAIN'],
    messageLimit: 1000,
  } as const;
  let said = '';
  let held = driven(imapServerState(config));
  const arrive = (arrival: Arrival<ImapAnswer>): void => {
    const [next, effects] = drive(imapServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind === 'ask') arrive({ kind: 'answer', answer: WELCOME });
    }
  };
  arrive({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) {
    said = '';
    arrive(line === '<tls>' ? SECURED : { kind: 'octets', octets: octets(`${line}\r\n`) });
  }
  return said;
}

const CAPABILITY = 'a CAPABILITY';
const STARTTLS = ['b STARTTLS', '<tls>'];

// As Dovecot 2.3.19 does: asking behind STARTTLS is a duty and no sign.
test.each([
  ['may', [], 'code'],
  ['may', [CAPABILITY], 'line'],
  ['may', STARTTLS, 'code'],
  ['may', [...STARTTLS, CAPABILITY], 'code'],
  ['may', [CAPABILITY, ...STARTTLS], 'line'],
  ['may', [CAPABILITY, ...STARTTLS, CAPABILITY], 'line'],
  ['implicit', ['<tls>'], 'code'],
  ['implicit', ['<tls>', CAPABILITY], 'line'],
] as const)('TLS %s, %j: a %s', (tls, before, form) => {
  const said = lastWords(tls, [...before, 'z LOGIN jura heslo']);
  if (form === 'code') expect(said).toMatch(/^z OK \[CAPABILITY IMAP4rev1 .*\] Logged in\r\n$/);
  else expect(said).toMatch(/^\* CAPABILITY IMAP4rev1 .*\r\nz OK Logged in\r\n$/);
});
