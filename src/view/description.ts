/** Words for an event: a key of the string catalogues with its values, and what the wire or the log said. */
import type { HostId } from '../sim/types.ts';
import type { Protocol } from './wire.ts';

export type RowKind =
  | 'action'
  | 'connection'
  | 'exchange'
  | 'content'
  | 'dns'
  | 'letter'
  | 'mailbox'
  | 'host'
  | 'syslog'
  /** Programs among themselves and packets: links in a chain of causes, no rows of a log. */
  | 'inner';

/** Keys `log.<key>` of the string catalogues. */
export const DESCRIPTION_KEYS = [
  'typed',
  'key',
  'sendMail',
  'fetchMail',
  'input',
  'inspected',
  'powerOn',
  'powerOff',
  'linkUp',
  'linkCut',
  'connecting',
  'connected',
  'opened',
  'failed.refused',
  'failed.timeout',
  'failed.unreachable',
  'closed.local',
  'closed.fin',
  'closed.reset',
  'closed.timeout',
  'packet',
  'said',
  'answered',
  'told',
  'altered',
  'greeted',
  'content',
  'octets',
  'arrived',
  'heard',
  'dnsAsked',
  'dnsAnswered',
  'datagram',
  'timer',
  'message',
  'started',
  'printed',
  'accepted.smtp',
  'accepted.local',
  'accepted.dsn',
  'relayed',
  'delivered',
  'deferred',
  'bounced',
  'bouncedSilently',
  'removed',
  'routed',
  'expunged',
  'expungedFrom',
  'selected',
  'examined',
  'flagged.add',
  'flagged.remove',
  'flagged.replace',
  'appended',
  'copied',
  'folder.created',
  'folder.deleted',
  'folder.renamed',
  'folder.subscribed',
  'login',
  'loginRefused',
  'fetched',
  'vanished',
  'submitted',
  'submitFailed',
  'fetchFailed',
  'shell',
  'shellUnknown',
  'logged',
  'unknown',
] as const;

export type DescriptionKey = (typeof DESCRIPTION_KEYS)[number];

export interface Description {
  readonly kind: RowKind;
  readonly protocol: Protocol;
  readonly i18n: {
    readonly key: DescriptionKey;
    readonly values: Readonly<Record<string, string | number>>;
  };
  /** Wire text or log line as text for the page, never translated; empty when there is none. */
  readonly text: string;
  /** The other host it concerns. */
  readonly peer: HostId | null;
}

/** Characters of a row's text and values. */
export const ROW_LIMIT = 240;

export type Values = Description['i18n']['values'];

export const row = (
  kind: RowKind,
  protocol: Protocol,
  key: DescriptionKey,
  values: Values = {},
  text = '',
  peer: HostId | null = null,
): Description => ({ kind, protocol, i18n: { key, values }, text, peer });
