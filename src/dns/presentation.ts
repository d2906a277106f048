/** A DNS message as the log's readers see it. */
import { formatData } from './records.ts';
import type { DnsMessage } from './types.ts';

/** The shape of `DnsNote` in `protocol/note.ts`, which this folder may not import. */
export interface MessageNote {
  readonly kind: 'dns';
  readonly response: boolean;
  readonly name: string;
  readonly rrtype: string;
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly answers: readonly string[];
}

/** What a message asks or answers; a query has no rcode. */
export const noteOfMessage = (message: DnsMessage): MessageNote => ({
  kind: 'dns',
  response: message.response,
  name: message.question.name,
  rrtype: message.question.type,
  rcode: message.response ? message.rcode : '',
  authoritative: message.authoritative,
  answers: message.answers.map((record) => formatData(record.data)),
});
