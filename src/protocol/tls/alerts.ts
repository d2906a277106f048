/** Alerts (RFC 8446 §6) and what OpenSSL says of them. */
export type AlertName = keyof typeof ALERTS;

export const ALERTS = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  record_overflow: 22,
  handshake_failure: 40,
  bad_certificate: 42,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  decode_error: 50,
  decrypt_error: 51,
  protocol_version: 70,
  internal_error: 80,
  user_canceled: 90,
} as const;

const NAMES = Object.keys(ALERTS) as AlertName[];

/** The RFC's name of an alert, or null for a number it does not know. */
export const alertName = (code: number): AlertName | null =>
  NAMES.find((name) => ALERTS[name] === code) ?? null;

/** OpenSSL names the alerts of SSL 3.0 after it, the younger ones after TLS 1.0. */
const SSL3 = [10, 20, 40, 42, 45, 46, 47];

/** How OpenSSL reports an alert it heard: `tlsv1 alert unknown ca`, `sslv3 alert handshake failure`. */
export function alertReason(code: number): string {
  const name = alertName(code);
  if (name === null) return 'unknown alert type';
  return `${SSL3.includes(code) ? 'sslv3' : 'tlsv1'} alert ${name.replaceAll('_', ' ')}`;
}
