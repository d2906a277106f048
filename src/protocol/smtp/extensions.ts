/** What a server's session offers: the dialect's extensions, as configured, at this moment (RFC 5321 §4.1.1.1). */
import type { Offer } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { SmtpServerState } from './session.ts';

/** Whether the server does this extension at all, in this configuration. */
export function supports({ config }: SmtpServerState, offer: Offer): boolean {
  if (!DIALECTS[config.dialect].offers.includes(offer)) return false;
  if (offer === 'STARTTLS') return config.tls === 'may' || config.tls === 'encrypt';
  if (offer === 'AUTH') return config.auth !== null;
  return !config.without.includes(offer);
}

/** The keyword lines of the reply to EHLO. */
export function keywordLines(session: SmtpServerState): readonly string[] {
  const { offers } = DIALECTS[session.config.dialect];
  return offers.flatMap((offer) => (supports(session, offer) ? linesOf(session, offer) : []));
}

function linesOf(session: SmtpServerState, offer: Offer): readonly string[] {
  const { sizeLimit, auth, tls } = session.config;
  switch (offer) {
    case 'SIZE':
      return [sizeLimit === 0 ? 'SIZE' : `SIZE ${sizeLimit}`];
    case 'STARTTLS':
      return session.secured === null ? ['STARTTLS'] : [];
    case 'AUTH': {
      if (auth === null || authWantsTls(session) || (tls === 'encrypt' && session.secured === null))
        return [];
      const mechanisms = auth.mechanisms.join(' ');
      return auth.oldLine ? [`AUTH ${mechanisms}`, `AUTH=${mechanisms}`] : [`AUTH ${mechanisms}`];
    }
    default:
      return [offer];
  }
}

/** RFC 4954 §4: AUTH is to wait for TLS. */
export const authWantsTls = ({ config, secured }: SmtpServerState): boolean =>
  config.auth?.tlsOnly === true && secured === null;
