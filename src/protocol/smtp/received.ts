/** A letter as the server machine hands it to the agent. */
import type { Octets } from '../../base/octets.ts';
import type { SmtpServerState } from './session.ts';
import type { ReceivedMessage } from './types.ts';

export function receivedOf(session: SmtpServerState, content: Octets): ReceivedMessage {
  const { helo, reversePath, parameters, forwardPaths, recipientParameters } = session;
  const { login, mechanism, secured } = session;
  return {
    helo,
    protocol: withProtocol(session),
    reversePath: reversePath ?? '',
    parameters,
    forwardPaths,
    recipientParameters,
    login,
    mechanism,
    tls: secured,
    content,
  };
}

/** The `with` clause of the trace field: RFC 3848, and RFC 6531 §4.3 for letters that need SMTPUTF8. */
function withProtocol({ config, esmtp, secured, login, parameters }: SmtpServerState): string {
  if (config.variant === 'lmtp') return 'LMTP';
  const tls = secured === null ? '' : 'S';
  const auth = login === '' ? '' : 'A';
  if (parameters.utf8) return `UTF8SMTP${tls}${auth}`;
  return esmtp ? `ESMTP${tls}${auth}` : 'SMTP';
}
