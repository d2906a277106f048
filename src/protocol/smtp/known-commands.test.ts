import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { drive, driven } from '../machine.ts';
import { SMTP_COMMANDS } from './commands.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { lackedVerbs } from './known-commands.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { DialectName, SmtpAnswer, SmtpQuestion, SmtpServerConfig } from './types.ts';

const LINES: Readonly<Record<string, string>> = {
  HELO: 'HELO client.example',
  EHLO: 'EHLO client.example',
  LHLO: 'LHLO client.example',
  MAIL: 'MAIL FROM:<ann@example.org>',
  RCPT: 'RCPT TO:<jura@example.net>',
  AUTH: 'AUTH PLAIN =',
  BDAT: 'BDAT 0',
  VRFY: 'VRFY jura@example.net',
  EXPN: 'EXPN staff@example.net',
  ETRN: 'ETRN example.org',
};

const accept = ({ kind }: SmtpQuestion): SmtpAnswer =>
  kind === 'vrfy' ? { kind: 'cannot-verify' } : kind === 'etrn' ? { kind: 'queueing' } : { kind: 'accept' };

/** The reply to the last of these lines, said one by one. */
function replyTo(config: SmtpServerConfig, lines: readonly string[]): string {
  let held = driven(smtpServerState(config));
  let said = '';
  const hear = (arrival: Parameters<typeof drive<typeof held.state, SmtpQuestion, SmtpAnswer>>[2]): void => {
    const [next, effects] = drive(smtpServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said = effect.octets;
      if (effect.kind === 'ask') hear({ kind: 'answer', answer: accept(effect.question) });
    }
  };
  hear({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) hear({ kind: 'octets', octets: `${line}\r\n` as Octets });
  return said;
}

/** Codes for what is no command here, is not done here, or is not offered here. */
const REFUSAL =
  /^(?:500|502|550 Administrative prohibition|(?:458|459) Administrative|503 (?:\S+ )?(?:Error: authentication not enabled|AUTH not available|\w+ command used when (?:\w+ )?not advertised)|504 5\.7\.4)/;

const AUTH = { mechanisms: ['PLAIN'], tlsOnly: false, oldLine: false };

describe.each(Object.keys(DIALECTS) as DialectName[])('%s', (dialect) => {
  const variant = dialect === 'dovecot-lmtp' ? 'lmtp' : 'smtp';
  const base = {
    hostname: 'mail.example.net',
    dialect,
    variant,
    sizeLimit: 0,
    recipientLimit: 100,
    heloRequired: false,
  } as const;
  const configs: readonly SmtpServerConfig[] = [
    { ...base, tls: 'none', auth: null, without: [] },
    { ...base, tls: 'may', auth: AUTH, without: [] },
    {
      ...base,
      tls: 'none',
      auth: null,
      without: ['VRFY', 'EXPN', 'ETRN', 'CHUNKING'],
    },
  ];

  test.each(configs.map((config, index) => ({ index, config })))(
    'refuses what it lacks and nothing else, configuration $index',
    ({ config }) => {
      const lacked = lackedVerbs(config);
      const hello = variant === 'lmtp' ? LINES.LHLO! : lacked.includes('EHLO') ? LINES.HELO! : LINES.EHLO!;
      for (const { verb, variants } of SMTP_COMMANDS) {
        if (!variants.includes(variant)) continue;
        const before = verb === 'DATA' || verb === 'BDAT' ? [hello, LINES.MAIL!, LINES.RCPT!] : [hello];
        const reply = replyTo(config, [...before, LINES[verb] ?? verb]);
        expect([verb, REFUSAL.test(reply)], reply).toEqual([verb, lacked.includes(verb)]);
      }
    },
  );
});
