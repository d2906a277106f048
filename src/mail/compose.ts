/** Letters as a mail program writes them (RFC 5322, RFC 2045), and its view of those it gets. */
import type { Octets } from '../base/octets.ts';
import { encodeUtf8, isAscii } from '../base/octets.ts';
import type { NamedAddress } from './address-list.ts';
import { formatAddressList, parseAddressList } from './address-list.ts';
import { encodeHeaderText } from './encoded-word.ts';
import { field } from './message.ts';
import { encodeQuotedPrintable } from './mime.ts';

export { type NamedAddress, parseAddressList } from './address-list.ts';
export { type DisplayText, displayText } from './display.ts';

/** As typed, `Walter Sobchak <walter@example.org>, dude@example.com`, or already taken apart. */
export type Addresses = string | NamedAddress | readonly NamedAddress[];

/**
 * A letter as it was written. There is no Bcc: such recipients are in the envelope alone (RFC 5322 §3.6.3).
 */
export interface Letter {
  readonly from: Addresses;
  readonly to: Addresses;
  readonly cc?: Addresses;
  readonly subject: string;
  /** Text; lines end in LF or CRLF. */
  readonly body: string;
  /** RFC 5322 date-time. */
  readonly date: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly userAgent?: string;
}

/** RFC 5321 §4.5.3.1.6: a text line has at most 1000 octets, its CRLF included. */
const LINE_LIMIT = 998;

/** The letter, header and body, every line with its CRLF. */
export function composeLetter(letter: Letter): Octets {
  const { from, to, cc = '', subject, body, date, messageId, userAgent = '' } = letter;
  const text = canonicalText(body);
  const sevenBit = isAscii(text) && !text.includes('\u0000') && !hasLongLine(text);
  return (field('Message-ID', messageId) +
    field('Date', date) +
    addressField('From', from) +
    (userAgent === '' ? '' : field('User-Agent', userAgent)) +
    field('MIME-Version', '1.0') +
    addressField('To', to) +
    addressField('Cc', cc) +
    `Subject: ${encodeHeaderText(subject, 'Subject: '.length)}\r\n` +
    field('Content-Type', 'text/plain; charset=utf-8') +
    field('Content-Transfer-Encoding', sevenBit ? '7bit' : 'quoted-printable') +
    '\r\n' +
    (sevenBit ? text : encodeQuotedPrintable(text))) as Octets;
}

function addressField(name: string, given: Addresses): string {
  const addresses = typeof given === 'string' ? parseAddressList(given) : [given].flat();
  return addresses.length === 0 ? '' : `${name}: ${formatAddressList(addresses, name.length + 2)}\r\n`;
}

/** UTF-8 with every line ending in CRLF. */
function canonicalText(body: string): Octets {
  const lines = encodeUtf8(body).replace(/\r\n?|\n/g, '\r\n');
  return (lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`) as Octets;
}

function hasLongLine(text: Octets): boolean {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n', at);
    if (end - at > LINE_LIMIT) return true;
    at = end + 2;
  }
  return false;
}
