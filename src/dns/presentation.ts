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
  /** TC: the rest did not fit, and is to be had over TCP. */
  readonly truncated?: true;
  /** A referral: the zone below, and the names of its servers. */
  readonly referral?: { readonly zone: string; readonly servers: readonly string[] };
}

/** What a message asks or answers; a query has no rcode. */
export function noteOfMessage(message: DnsMessage): MessageNote {
  const { name, type } = message.question;
  const note = {
    kind: 'dns',
    response: message.response,
    name,
    rrtype: type,
    rcode: message.response ? message.rcode : '',
    authoritative: message.authoritative,
    answers: message.answers.map((record) => formatData(record.data)),
  } as const;
  if (message.truncated) return { ...note, truncated: true };
  const referral = referralOf(message);
  return referral ? { ...note, referral } : note;
}

/** No answer, no authority, and NS records of a zone the name is in: these servers are to be asked (RFC 1034 §4.3.1). */
function referralOf(message: DnsMessage): MessageNote['referral'] | null {
  const { rcode, authoritative, answers, authority } = message;
  if (!message.response || rcode !== 'NOERROR' || authoritative || answers.length > 0) return null;
  const zone = authority[0]?.data.type === 'NS' ? authority[0].name : null;
  if (zone === null) return null;
  const servers = authority.flatMap(({ name, data }) =>
    name === zone && data.type === 'NS' ? [data.name] : [],
  );
  return { zone, servers };
}
