/**
 * The error lines of OpenSSL 3.0.22 (Debian 12): recordings/openssl-failures.txt, and what the same binary said of
 * servers that hang up, reset or send alerts. The id of the thread at their head differs from run to run; here it is one.
 */
import type { AlertName } from '../protocol/tls/alerts.ts';
import { ALERTS } from '../protocol/tls/alerts.ts';
import type { TlsEnd } from '../protocol/tls/types.ts';
import type { ConnectFailure } from '../sim/types.ts';

const THREAD = '4067FF46127F0000';

const error = (text: string): string => `${THREAD}:error:${text}\n`;

export const noFile = (name: string): string =>
  [
    `80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(${name}, r)`,
    '10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:',
    '05880002:x509 certificate routines:X509_load_cert_crl_file_ex:system lib:../crypto/x509/by_file.c:229:',
  ]
    .map(error)
    .join('');

/** `getaddrinfo` does not know the host, or the service. */
export const lookUpFailed = (why: string): string =>
  `${error(`10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:${why}`)}connect:errno=0\n`;

const CONNECT: Readonly<Record<ConnectFailure, { readonly errno: number; readonly text: string }>> = {
  refused: { errno: 111, text: 'Connection refused' },
  timeout: { errno: 110, text: 'Connection timed out' },
  unreachable: { errno: 101, text: 'Network is unreachable' },
};

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(8, '0');

/** One for each address that was tried; they are kept until there is none left. */
export function connectError(why: ConnectFailure): string {
  const { errno, text } = CONNECT[why];
  const code = hex(0x80000000 + errno);
  return (
    error(`${code}:system library:BIO_connect:${text}:../crypto/bio/bio_sock2.c:117:calling connect()`) +
    error('10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:')
  );
}

export const connectErrno = (why: ConnectFailure): string => `connect:errno=${CONNECT[why].errno}\n`;

/** The connection ended, and nobody had said close_notify. */
export const UNEXPECTED_EOF = error(
  '0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:318:',
);
/** `R` under TLS 1.3, which knows no renegotiation, and before, where the server declines (RFC 5746 §4.5). */
export const CANNOT_RENEGOTIATE = error(
  '0A00010A:SSL routines:can_renegotiate:wrong ssl version:../ssl/ssl_lib.c:2287:',
);
export const NO_RENEGOTIATION = error(
  '0A000153:SSL routines:ssl3_read_bytes:no renegotiation:../ssl/record/rec_layer_s3.c:1618:',
);
/** `K` before TLS 1.3. */
export const NO_KEY_UPDATE = error(
  '0A00010A:SSL routines:SSL_key_update:wrong ssl version:../ssl/ssl_lib.c:2250:',
);
/** The signatures of TLS 1.0 are SHA-1's: Debian does not take them. */
export const LEGACY_SIGNATURE = error(
  '0A00014D:SSL routines:tls_process_key_exchange:legacy sigalg disallowed or unsupported:../ssl/statem/statem_clnt.c:2254:',
);

const REASONS: Readonly<Record<string, string>> = {
  'wrong version number':
    '0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:',
  'certificate verify failed':
    '0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:',
};

/** Reason codes of alerts that were heard begin here (`SSL_AD_REASON_OFFSET`). */
const ALERT_REASONS = 1000;

/** Why TLS broke off; what no honest server brings about is told without the place in OpenSSL's source. */
export function tlsError({ alert, byPeer, reason }: Extract<TlsEnd, { kind: 'failed' }>): string {
  if (byPeer && alert !== null) return alertHeard(alert, reason);
  return error(REASONS[reason] ?? `0A000000:SSL routines::${reason}`);
}

function alertHeard(name: AlertName, reason: string): string {
  const code = ALERTS[name];
  const number = hex(0x0a000000 + ALERT_REASONS + code);
  return error(
    `${number}:SSL routines:ssl3_read_bytes:${reason}:../ssl/record/rec_layer_s3.c:1602:SSL alert number ${code}`,
  );
}

/** The connection broke: `reset` or `timeout`. */
export const brokenErrno = (why: 'reset' | 'timeout'): number => (why === 'reset' ? 104 : 110);
