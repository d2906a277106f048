/** What a server does not have of its protocol's table, by its dialect and its configuration. */
import { POP3_DIALECTS } from '../protocol/pop3/dialects/dialect.ts';
import type { Pop3ServerConfig } from '../protocol/pop3/types.ts';
import { DIALECTS } from '../protocol/smtp/dialects/dialect.ts';
import { lackedVerbs } from '../protocol/smtp/known-commands.ts';
import type { SmtpServerConfig } from '../protocol/smtp/types.ts';
import { topologyOf } from '../sim/network.ts';
import type { ProgramId, Scenario } from '../sim/types.ts';
import type { DiagramProtocol } from './diagram.ts';

const NOTHING: readonly string[] = [];

/** Verbs that the server `program` refuses whenever they come; none where that program is not known. */
export function lackingAt(
  scenario: Scenario,
  program: ProgramId | null,
  protocol: DiagramProtocol,
): readonly string[] {
  const config = topologyOf(scenario).programs.get(program ?? '')?.spec.config;
  if (config === undefined) return NOTHING;
  switch (protocol) {
    case 'smtp':
    case 'lmtp': {
      const own = config as Partial<SmtpServerConfig> & Pick<SmtpServerConfig, 'dialect'>;
      const { dialect, tls = 'none', auth = null, without = [] } = own;
      if (!Object.hasOwn(DIALECTS, dialect)) return NOTHING;
      return lackedVerbs({ ...UNASKED, dialect, variant: protocol, tls, auth, without });
    }
    case 'pop3': {
      const { dialect, tls, apop, mechanisms } = config as Pop3ServerConfig;
      // The port said POP3, and another program listens there.
      if (!Object.hasOwn(POP3_DIALECTS, dialect)) return NOTHING;
      return [
        ...POP3_DIALECTS[dialect].habits.without,
        ...(tls === 'none' || tls === 'implicit' ? ['STLS'] : []),
        ...(apop ? [] : ['APOP']),
        ...(mechanisms.length === 0 ? ['AUTH'] : []),
      ];
    }
    case 'imap':
      return ['none', 'implicit'].includes((config as { readonly tls: string }).tls) ? ['STARTTLS'] : NOTHING;
    case 'qmtp':
      return NOTHING;
  }
}

/** What has no part in it. */
const UNASKED = { hostname: '', sizeLimit: 0, recipientLimit: 0, heloRequired: false } as const;
