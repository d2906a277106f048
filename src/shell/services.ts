/** Names of ports, as Debian's `/etc/services` has them. */

/** The first name of a port is the one that is printed, the others are aliases. */
const SERVICES: readonly (readonly [port: number, ...names: string[]])[] = [
  [23, 'telnet'],
  [25, 'smtp', 'mail'],
  [53, 'domain'],
  [110, 'pop3', 'pop-3'],
  [143, 'imap2', 'imap'],
  [209, 'qmtp'],
  [465, 'submissions', 'ssmtp', 'smtps', 'urd'],
  [587, 'submission'],
  [993, 'imaps'],
  [995, 'pop3s'],
];

/** Port of a service's name or number; null: neither. */
export function portNumber(service: string): number | null {
  if (/^\d{1,9}$/.test(service)) return Number(service);
  const found = SERVICES.find(([, ...names]) => names.includes(service.toLowerCase()));
  return found?.[0] ?? null;
}

/** Name of a port; null: it has none. */
export const serviceName = (port: number): string | null =>
  SERVICES.find(([number]) => number === port)?.[1] ?? null;
