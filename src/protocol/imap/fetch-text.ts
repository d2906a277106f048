/** FETCH responses (RFC 3501 §7.4.2), in the order Dovecot gives them: what is known at once comes first. */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Message } from '../../mail/mailbox.ts';
import { uniqueId } from '../../mail/mailbox.ts';
import type { Part } from '../../mail/structure.ts';
import { structureOf } from '../../mail/structure.ts';
import { bodyStructureText } from './body-structure.ts';
import { internalDateText } from './dates.ts';
import { envelopeText } from './envelope.ts';
import type { FetchItem, Partial } from './fetch-items.ts';
import type { Section } from './section.ts';
import { binaryOctets, sectionOctets, sectionText } from './section.ts';
import type { Data, ImapServerState } from './session.ts';
import { flagsText, isRecent } from './sync.ts';

const AT_ONCE: readonly FetchItem['kind'][] = ['uid', 'flags', 'modseq', 'internal-date', 'size'];

const isAtOnce = ({ kind }: FetchItem): boolean => AT_ONCE.includes(kind);

/** Why some of a message cannot be given (RFC 3516 §4.3), or that it is more than there is room for; empty: nothing is amiss. */
export type Failure = '' | 'unknown-cte' | 'invalid' | 'too-much';

/** `* 3 FETCH (UID 7 FLAGS (\Seen) BODY[] {5}…)`; `position` counts from 0, `room` is in octets. */
export function fetchLine(
  session: ImapServerState,
  position: number,
  message: Message,
  items: readonly FetchItem[],
  room: number,
): { readonly data: Data; readonly failure: Failure } {
  const parts: string[] = [];
  let octets = 0;
  const letter: Reading = { message, root: null, failure: '' };
  for (const item of items) if (isAtOnce(item)) parts.push(itemText(session, letter, item));
  let whole = false;
  for (const item of items) {
    if (isAtOnce(item)) continue;
    const text = itemText(session, letter, item);
    octets += text.length + 1;
    if (octets > room) return { data: { octets: NO_OCTETS }, failure: 'too-much' };
    if (text !== '') parts.push(text);
    whole ||=
      item.kind === 'section' &&
      item.section.what === 'all' &&
      item.section.path.length === 0 &&
      item.partial === null;
  }
  // Dovecot never says nothing of a message.
  if (parts.length === 0) parts.push(`UID ${message.uid}`);
  const line = `* ${position + 1} FETCH (${parts.join(' ')})\r\n` as Octets;
  if (!whole) return { data: { octets: line }, failure: letter.failure };
  const id = uniqueId(message.uid, session.view!.uidValidity);
  const data = { octets: line, letter: { id, octets: message.content.length } };
  return { data, failure: letter.failure };
}

/** A message while it is fetched; its structure is read once, and only if somebody asks. */
interface Reading {
  readonly message: Message;
  root: Part | null;
  failure: Failure;
}

function rootOf(letter: Reading): Part {
  letter.root ??= structureOf(letter.message.content);
  return letter.root;
}

/** The same of a message that is gone, of which the client does not know yet: it has flags, and no octets. */
export function removedLine(
  session: ImapServerState,
  position: number,
  message: Message,
  items: readonly FetchItem[],
): Data {
  const letter: Reading = { message, root: null, failure: '' };
  const parts = [...items.filter(isAtOnce), ...items.filter((item) => !isAtOnce(item))].map((item) =>
    item.kind === 'section' ? `${labelOf(item)} NIL` : itemText(session, letter, item),
  );
  return { octets: `* ${position + 1} FETCH (${parts.join(' ')})\r\n` as Octets };
}

/** Empty: what was asked for cannot be given. */
function itemText(session: ImapServerState, letter: Reading, item: FetchItem): string {
  const { message } = letter;
  const { content } = message;
  switch (item.kind) {
    case 'uid':
      return `UID ${message.uid}`;
    case 'flags':
      return `FLAGS (${flagsText(message.flags, isRecent(session.view!, message.uid))})`;
    case 'modseq':
      return `MODSEQ (${message.modseq})`;
    case 'internal-date':
      return `INTERNALDATE ${internalDateText(message.internalDate, session.config.offsetMinutes)}`;
    case 'size':
      return `RFC822.SIZE ${content.length}`;
    case 'envelope':
      return `ENVELOPE ${envelopeText(content)}`;
    case 'structure':
      return `${item.extended ? 'BODYSTRUCTURE' : 'BODY'} ${bodyStructureText(content, rootOf(letter), item.extended)}`;
    case 'section':
      return `${labelOf(item)} ${valueText(sectionOf(letter, item.section), item.partial)}`;
    case 'binary':
      return binaryText(letter, item);
    case 'binary-size': {
      const binary = binaryOctets(content, item.path, rootOf(letter));
      if (binary.kind !== 'octets') return failed(letter, binary.kind);
      return `BINARY.SIZE[${item.path.join('.')}] ${binary.octets.length}`;
    }
  }
}

const labelOf = ({ label, section, partial }: Extract<FetchItem, { kind: 'section' }>): string =>
  (label === '' ? sectionText(section) : label) + originText(partial);

const originText = (partial: Partial | null): string => (partial === null ? '' : `<${partial[0]}>`);

/** Only parts need the structure. */
const sectionOf = (letter: Reading, section: Section): Octets =>
  section.path.length === 0
    ? sectionOctets(letter.message.content, section)
    : sectionOctets(letter.message.content, section, rootOf(letter));

const partOf = (octets: Octets, partial: Partial | null): Octets =>
  (partial === null ? octets : octets.slice(partial[0], partial[0] + partial[1])) as Octets;

function valueText(octets: Octets, partial: Partial | null): string {
  const part = partOf(octets, partial);
  return `{${part.length}}\r\n${part}`;
}

function failed(letter: Reading, why: 'unknown-cte' | 'invalid'): string {
  letter.failure = why;
  return '';
}

function binaryText(letter: Reading, { path, partial }: Extract<FetchItem, { kind: 'binary' }>): string {
  const binary = binaryOctets(letter.message.content, path, rootOf(letter));
  if (binary.kind !== 'octets') return failed(letter, binary.kind);
  const part = partOf(binary.octets, partial);
  const size = `${binary.literal8 ? '~' : ''}{${part.length}}`;
  return `BINARY[${path.join('.')}]${originText(partial)} ${size}\r\n${part}`;
}
