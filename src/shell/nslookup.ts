/** What `nslookup` prints, as version 9.18 does; 9.2.4 differs in little. */
import { formatData } from '../dns/records.ts';
import type { DnsMessage, DomainName, RecordData, ResourceRecord } from '../dns/types.ts';
import type { NslookupOptions } from './nslookup-options.ts';
import { socketName } from './look-up-types.ts';
import type { Address } from '../sim/types.ts';

/** 9.2.4 says so whenever it starts, unless told to be silent. */
export const DEPRECATED: readonly string[] = [
  'Note:  nslookup is deprecated and may be removed from future releases.',
  "Consider using the `dig' or `host' programs instead.  Run nslookup with",
  "the `-sil[ent]' option to prevent this message from appearing.",
];

/** Without the final dot, the root excepted. */
const shownName = (name: DomainName): string => (name === '' ? '.' : name.replaceAll('\\046', '\\.'));

/** The server that answered; `name` is as it was typed. */
export const serverLines = (name: string, address: Address): readonly string[] => [
  `Server:\t\t${name}`,
  `Address:\t${socketName(address)}`,
  '',
];

/** What `server` and `set all` say. */
export const defaultServerLines = (name: string, address: Address): readonly string[] => [
  `Default server: ${name}`,
  `Address: ${socketName(address)}`,
];

/** The name was not found, or nobody would say. */
export const cannotFind = (name: DomainName, rcode: DnsMessage['rcode']): string =>
  `** server can't find ${shownName(name)}: ${rcode}`;

export const noAnswer = (name: DomainName): string => `*** Can't find ${shownName(name)}: No answer`;

const WORDS: Readonly<Record<RecordData['type'], string>> = {
  A: 'internet address = ',
  AAAA: 'has AAAA address ',
  NS: 'nameserver = ',
  CNAME: 'canonical name = ',
  PTR: 'name = ',
  MX: 'mail exchanger = ',
  TXT: 'text = ',
  SOA: '',
};

function soaLines(soa: RecordData & { type: 'SOA' }): readonly string[] {
  const { mname, rname, serial, refresh, retry, expire, minimum } = soa;
  return [
    `\torigin = ${shownName(mname)}`,
    `\tmail addr = ${shownName(rname)}`,
    `\tserial = ${serial}`,
    `\trefresh = ${refresh}`,
    `\tretry = ${retry}`,
    `\texpire = ${expire}`,
    `\tminimum = ${minimum}`,
  ];
}

const shortLines = ({ name, data }: ResourceRecord): readonly string[] =>
  data.type === 'SOA'
    ? [shownName(name), ...soaLines(data)]
    : [`${shownName(name)}\t${WORDS[data.type]}${formatData(data)}`];

/** Records of an answer. */
export const answerLines = (records: readonly ResourceRecord[]): readonly string[] =>
  records.flatMap((record) =>
    record.data.type === 'A' || record.data.type === 'AAAA'
      ? [`Name:\t${shownName(record.name)}`, `Address: ${record.data.address}`]
      : shortLines(record),
  );

/** Where somebody with authority is to be asked. */
export const authorityLines = ({ authority, additional }: DnsMessage): readonly string[] => [
  '',
  'Authoritative answers can be found from:',
  ...authority.flatMap(shortLines),
  ...additional.flatMap(shortLines),
];

/** The whole message, as `set debug` shows it. */
export function debugLines({ question, answers, authority, additional }: DnsMessage): readonly string[] {
  return [
    '------------',
    '    QUESTIONS:',
    `\t${shownName(question.name)}, type = ${question.type}, class = IN`,
    '    ANSWERS:',
    ...answers.flatMap(detailLines),
    '    AUTHORITY RECORDS:',
    ...authority.flatMap(detailLines),
    '    ADDITIONAL RECORDS:',
    ...additional.flatMap(detailLines),
    '------------',
  ];
}

const detailLines = ({ name, ttl, data }: ResourceRecord): readonly string[] => [
  `    ->  ${shownName(name)}`,
  ...(data.type === 'SOA' ? soaLines(data) : [`\t${WORDS[data.type]}${formatData(data)}`]),
  `\tttl = ${ttl}`,
];

/** What `set all` shows. */
export function optionLines(options: NslookupOptions, search: string): readonly string[] {
  const { type, tcp, debug, recursion, search: searching, timeout, retry, port } = options;
  return [
    '',
    'Set options:',
    `  ${tcp ? 'vc' : 'novc'}\t\t\t${debug ? 'debug' : 'nodebug'}\t\tnod2`,
    `  ${searching ? 'search' : 'nosearch'}\t\t${recursion ? 'recurse' : 'norecurse'}`,
    `  timeout = ${timeout}\t\tretry = ${retry}\tport = ${port}\tndots = 1`,
    `  querytype = ${(type ?? 'A').padEnd(8)}\tclass = IN`,
    `  srchlist = ${search}`,
  ];
}
