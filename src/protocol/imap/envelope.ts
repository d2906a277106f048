/** ENVELOPE (RFC 3501 §7.4.2, RFC 9051 §7.5.2): what a header says of date, subject, people and other letters. */
import type { Octets } from '../../base/octets.ts';
import { fieldTextAt } from '../../mail/content-fields.ts';
import type { EnvelopeAddress } from '../../mail/envelope-addresses.ts';
import { parseEnvelopeAddresses } from '../../mail/envelope-addresses.ts';
import { fieldAt, fieldName, fieldValueAt } from '../../mail/header-fields.ts';
import { imapStringForPeople, NIL, nstring, nstringInOneLine } from './strings.ts';

/** Fields in the envelope's order, lower case. */
const TEXTS = ['date', 'subject', 'in-reply-to', 'message-id'] as const;
const LISTS = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'] as const;

type Texts = Partial<Record<(typeof TEXTS)[number], Octets>>;
/** Each list as it is written, without the brackets around it. */
type Lists = Partial<Record<(typeof LISTS)[number], string>>;

/**
 * The envelope of the header that begins at `at`, brackets included. Of a text that comes twice the last counts;
 * addresses of fields that come twice are one list. Sender and Reply-To default to From.
 */
export function envelopeText(content: Octets, at = 0, limit: number = content.length): Octets {
  const texts: Texts = {};
  const lists: Lists = {};
  for (let place = fieldAt(content, at, limit); place !== null; place = fieldAt(content, place.end, limit)) {
    const length = place.nameEnd - place.at;
    // No other name in an envelope is longer than In-Reply-To or shorter than To.
    if (length < 2 || length > 11) continue;
    const name = fieldName(content, place);
    if (isOneOf(TEXTS, name)) texts[name] = fieldTextAt(content, place);
    else if (isOneOf(LISTS, name))
      lists[name] = (lists[name] ?? '') + addressesText(fieldValueAt(content, place));
  }
  return writeEnvelope(texts, lists);
}

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

function writeEnvelope(texts: Texts, lists: Lists): Octets {
  const from = lists.from || '';
  const all = [from, lists.sender || from, lists['reply-to'] || from, lists.to, lists.cc, lists.bcc];
  const words = [
    nstringInOneLine(texts.date ?? null),
    texts.subject === undefined ? NIL : imapStringForPeople(texts.subject),
    ...all.map((list) => (list ? `(${list})` : NIL)),
    nstringInOneLine(texts['in-reply-to'] ?? null),
    nstringInOneLine(texts['message-id'] ?? null),
  ];
  return `(${words.join(' ')})` as Octets;
}

const addressesText = (value: Octets): string => parseEnvelopeAddresses(value).map(addressText).join('');

const addressText = ({ name, route, mailbox, host }: EnvelopeAddress): string =>
  `(${name === null ? NIL : imapStringForPeople(name)} ${nstring(route)} ${nstring(mailbox)} ${nstring(host)})`;
