/** What OpenSSL 3.0 of Debian 12 printed is what ours prints, typed at servers that say the same. */
import { describe, expect, test } from 'vitest';
import type { Recorded } from './recorded.testing.ts';
import { readRecordings } from './recorded.testing.ts';
import { CA, openServers, serversOf, typedAt } from './s-client.testing.ts';

/**
 * Where ours is otherwise:
 * - no server here gives session tickets, so what OpenSSL prints of them (and its `read R BLOCK` behind them) is not there;
 * - certificates have a common name and no organisation: `CN = Example CA`;
 * - TLS 1.1 is not simulated, nor -tls1_1;
 * - there are no certificate files: the host trusts what `ca.pem` would have held;
 * - the NUL octets of -starttls pop3, which no terminal shows, are left out.
 */
const LEFT_OUT = /-tls1_1/;

/** A recorded screen without those, and without what differs from run to run. */
const expected = (screen: string): string =>
  screen
    .replace(/---\nPost-Handshake New Session Ticket arrived:\n[\s\S]*?read R BLOCK\n/g, '')
    .replace(/ {4}TLS session ticket lifetime hint: .*\n {4}TLS session ticket:\n(?: {4}.*-.*\n)+\n/g, '')
    .replaceAll('<NUL>', '')
    .replace(/<CR>$/gm, '')
    .replaceAll('O = Example, CN = ', 'CN = ');

const masked = (screen: string): string =>
  screen
    .replace(/(?<=^)[0-9A-F]{16}(?=:error:)/gm, '<thread>')
    .replace(/(?<=BEGIN CERTIFICATE-----\n)(?:[0-9A-Za-z+/=]+\n)+/g, '<lines of base64>\n')
    .replace(/(?<=has read |and written )\d+(?= bytes)/g, '<n>')
    .replace(/(?<=Session-ID: |Master-Key: )[0-9A-F]{16,}/g, '<hex>')
    .replace(/(?<=Start Time: )\d+/g, '<unix-time>')
    .replace(/v:NotBefore: Nov 1 12:34:56 2026 GMT; NotAfter: Dec 1 12:34:56 2026 GMT/, DATES)
    .replace(/v:NotBefore: Nov {2}1 12:34:56 2026 GMT; NotAfter: Dec {2}1 12:34:56 2026 GMT/, DATES);

const DATES = 'v:NotBefore: <date>; NotAfter: <date>';

function ours({ command, keys, output }: Recorded): string {
  const trust = command.includes('-CAfile ca.pem') ? [CA] : [];
  const history = openServers(serversOf(expected(output)), trust);
  return typedAt(history, command.replace(' -CAfile ca.pem', ''), keys);
}

describe.each(['openssl', 'openssl-verify', 'openssl-failures', 'openssl-mail'])(
  'recordings/%s.txt',
  (name) => {
    const { commands } = readRecordings(name);
    test.each(commands.filter(({ command }) => !LEFT_OUT.test(command)))('$command $keys', (recorded) => {
      expect(masked(ours(recorded))).toBe(expected(recorded.output));
    });
  },
);
