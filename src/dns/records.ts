/** Resource records as text: the zone-file form of RFC 1035 §5.1, which `dig` and `host` print too. */
import { formatName } from './names.ts';
import { OTHER_TYPES } from './types.ts';
import type { DomainName, QueryType, RecordData, RecordType, ResourceRecord } from './types.ts';
import { isMetaType, typeOf } from './wire-codes.ts';

export const RECORD_TYPES: readonly RecordType[] = ['A', 'AAAA', 'MX', 'NS', 'CNAME', 'TXT', 'PTR', 'SOA'];

/** A type's name in any case; null for one this world has no records of. */
export function parseRecordType(text: string): RecordType | null {
  const upper = text.toUpperCase();
  return RECORD_TYPES.find((type) => type === upper) ?? null;
}

/** As {@link parseRecordType}, and `ANY`, the types this world has no records of, and `TYPE65` for one without a name. */
export function parseQueryType(text: string): QueryType | null {
  const upper = text.toUpperCase();
  if (upper === 'ANY') return 'ANY';
  const other = OTHER_TYPES.find((type) => type === upper);
  if (other !== undefined) return other;
  const number = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (number === undefined) return parseRecordType(text);
  return Number(number) > 0 && Number(number) < 65_536 && !isMetaType(Number(number))
    ? typeOf(Number(number))
    : null;
}

/** The data of a record: `10 mx1.example.org.`, `192.0.2.1`, `"v=spf1 mx -all"`. */
export function formatData(data: RecordData): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address;
    case 'MX':
      return `${data.preference} ${formatName(data.exchange)}`;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return formatName(data.name);
    case 'TXT':
      return data.texts.map(formatText).join(' ');
    case 'SOA':
      return (
        `${formatName(data.mname)} ${formatName(data.rname)} ` +
        `${data.serial} ${data.refresh} ${data.retry} ${data.expire} ${data.minimum}`
      );
  }
}

/** A character-string (RFC 1035 §5.1), always quoted; octets that are not printable ASCII as `\DDD`. */
function formatText(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34 || code === 92) out += `\\${text[i]}`;
    else if (code >= 32 && code < 127) out += text[i];
    else out += `\\${String(code & 255).padStart(3, '0')}`;
  }
  return `${out}"`;
}

/** A whole record on one line: `example.org. 3600 IN MX 10 mx1.example.org.` */
export const formatRecord = (record: ResourceRecord): string =>
  `${formatName(record.name)} ${record.ttl} IN ${record.data.type} ${formatData(record.data)}`;

/** The same owner, type and data; the TTL does not make another record of it (RFC 2181 §5). */
export const sameRecord = (one: ResourceRecord, other: ResourceRecord): boolean =>
  one.name === other.name &&
  one.data.type === other.data.type &&
  formatData(one.data) === formatData(other.data);

/** The mail and name servers that records name, each once: those whose addresses are additional (RFC 1035 §3.3). */
export function namedHosts(records: readonly ResourceRecord[]): readonly DomainName[] {
  const names: DomainName[] = [];
  for (const { data } of records) {
    const name = data.type === 'MX' ? data.exchange : data.type === 'NS' ? data.name : null;
    if (name !== null && !names.includes(name)) names.push(name);
  }
  return names;
}
