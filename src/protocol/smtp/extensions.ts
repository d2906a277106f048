/** What a server's session offers: the dialect's extensions, as configured, at this moment (RFC 5321 §4.1.1.1). */
import type { Offer } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { SmtpServerState } from './session.ts';

/** Whether the server does this extension at all, in this configuration. */
export function supports({ config }: Pick<SmtpServerState, 'config'>, offer: Offer): boolean {
  if (!DIALECTS[config.dialect].offers.includes(offer)) return false;
  if (offer === 'STARTTLS') return config.tls === 'may' || config.tls === 'encrypt';
  if (offer === 'AUTH') return config.auth !== null;
  // VERB tells as much of the inside as EXPN; Sendmail's `goaway` takes both away.
  if (offer === 'VERB') return !config.without.includes('EXPN');
  return !config.without.some((name) => name === offer);
}

/** The keyword lines of the reply to EHLO. */
export function keywordLines(session: SmtpServerState): readonly string[] {
  const lines: string[] = [];
  for (const offer of DIALECTS[session.config.dialect].offers)
    if (supports(session, offer)) lines.push(...linesOf(session, offer));
  return lines;
}

function linesOf(session: SmtpServerState, offer: Offer): readonly string[] {
  const { sizeLimit, auth, tls, dialect } = session.config;
  switch (offer) {
    case 'SIZE':
      return [sizeLimit === 0 ? 'SIZE' : `SIZE ${sizeLimit}`];
    case 'STARTTLS':
      return session.secured === null ? ['STARTTLS'] : [];
    case 'AUTH': {
      const mechanisms = mechanismsNow(session).join(' ');
      if (mechanisms === '' || (tls === 'encrypt' && session.secured === null)) return [];
      if (session.login !== '' && !DIALECTS[dialect].auth.offeredAgain) return [];
      return auth?.oldLine ? [`AUTH ${mechanisms}`, `AUTH=${mechanisms}`] : [`AUTH ${mechanisms}`];
    }
    default:
      return [offer];
  }
}

/** RFC 4954 §4: AUTH is to wait for TLS. */
export const authWantsTls = (session: SmtpServerState): boolean =>
  session.config.auth?.tlsOnly === true && session.secured === null && mechanismsNow(session).length === 0;

/** What may be logged in with now: where passwords wait for TLS, perhaps only what does not show them. */
export function mechanismsNow({ config, secured }: SmtpServerState): readonly string[] {
  if (config.auth === null) return [];
  const { mechanisms, tlsOnly } = config.auth;
  if (!tlsOnly || secured !== null) return mechanisms;
  const { clear } = DIALECTS[config.dialect].auth;
  return clear === 'nothing' ? [] : mechanisms.filter((name) => name !== 'PLAIN' && name !== 'LOGIN');
}
