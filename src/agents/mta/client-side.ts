/** How this host behaves as a client of others: names, patience, TLS and login. */
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import { smtpClientState } from '../../protocol/smtp/client.ts';
import type { TlsConfig } from '../../protocol/tls/types.ts';
import { PREFERENCE } from '../../protocol/tls/versions.ts';
import type { Delivery, Hop, MtaConfig, MtaState } from './types.ts';

/** `smtp_helo_timeout` and its like; RFC 5321 §4.5.3.2. */
const REPLY_TIMEOUT_MS = 300_000;

export const sessionFor = (state: MtaState, delivery: Delivery, variant: 'smtp' | 'lmtp'): SmtpClientState =>
  smtpClientState({
    helo: state.hostname,
    variant,
    replyTimeoutMs: REPLY_TIMEOUT_MS,
    tls: variant === 'lmtp' || delivery.plain ? 'none' : state.config.clientTls,
    login: loginFor(state, delivery),
    pipelines: state.config.dialect !== 'sendmail8',
  });

/** Whether what is for this domain goes to the configured relay host. */
export const isRelayed = ({ relayHost, transports }: MtaConfig, domain: string): boolean =>
  relayHost !== '' && !Object.hasOwn(transports, domain);

/** This host may have a login at the relay host, and nowhere else. */
export const loginFor = ({ config }: MtaState, { domain }: Delivery): MtaConfig['clientLogin'] =>
  isRelayed(config, domain) ? config.clientLogin : null;

/** RFC 7435: what cannot be verified is still better than nothing, and the log says which it was. */
export const tlsConfigFor = ({ config }: MtaState, { name }: Hop): TlsConfig => ({
  side: 'client',
  serverName: name,
  expectedName: name,
  trust: config.trust,
  verify: 'opportunistic',
  versions: PREFERENCE,
});
