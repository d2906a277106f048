/** What `dig` prints: its answer as the versions 9.2.4 (2004) and 9.18 (Debian 12) have it. */
import { type CivilTime, type Millis, MONTHS, WEEKDAYS } from '../base/time.ts';
import {
  flagNames,
  multilineColumns,
  multilineQuestion,
  questionColumns,
  recordColumns,
} from '../dns/columns.ts';
import { formatName } from '../dns/names.ts';
import { formatData } from '../dns/records.ts';
import type { DnsMessage, ResourceRecord } from '../dns/types.ts';
import { encodeMessage } from '../dns/wire.ts';
import type { DigDisplay, DigRequest } from './dig-arguments.ts';
import type { ToolVersion } from './look-up-types.ts';

export interface DigContext {
  readonly version: ToolVersion;
  /** Who answered. */
  readonly server: { readonly address: string; readonly port: number };
  readonly tcp?: boolean;
  readonly elapsedMs: Millis;
  readonly time: CivilTime;
  /** Abbreviation such as `CET`; `UTC` without one. Only 9.18 shows it. */
  readonly zone?: string;
  /** Size of the message received; without it that of our own encoding. */
  readonly octets?: number;
  /** The greeting was printed before the answer to an earlier question. */
  readonly greeted?: boolean;
}

const VERSIONS: Readonly<Record<ToolVersion, string>> = {
  '9.2.4': '9.2.4',
  '9.18': '9.18.49-1~deb12u3-Debian',
};

/** An answer as lines of text, without line ends. */
export function formatDig(request: DigRequest, reply: DnsMessage, context: DigContext): readonly string[] {
  const { display } = request;
  if (display.short) return [...request.warnings, ...reply.answers.map((record) => formatData(record.data))];
  const lines = [...request.warnings, ...(context.greeted ? [] : digGreeting(request, context.version))];
  if (display.comments) lines.push(...header(reply, context.version), '');
  if (display.question) lines.push(...section(display, 'QUESTION', [questionLine(request, reply)]));
  const sections: readonly (readonly [boolean, string, readonly ResourceRecord[]])[] = [
    [display.answer, 'ANSWER', reply.answers],
    [display.authority, 'AUTHORITY', reply.authority],
    [display.additional, 'ADDITIONAL', reply.additional],
  ];
  for (const [shown, title, records] of sections)
    if (shown && records.length > 0) lines.push(...section(display, title, records.map(recordLine(display))));
  if (display.stats) lines.push(...statistics(request, reply, context), '');
  return lines;
}

/** Names are alike whatever their case (RFC 1035 §2.3.3); the question shows the one that was typed. */
function questionLine({ shown, display }: DigRequest, { question }: DnsMessage): string {
  const line = display.multiline ? multilineQuestion(question) : questionColumns(question);
  const name = formatName(question.name);
  return shown.toLowerCase() === name ? line.replace(name, shown) : line;
}

const recordLine =
  ({ multiline }: DigDisplay) =>
  (record: ResourceRecord): string =>
    multiline ? multilineColumns(record) : recordColumns(record);

export function digGreeting(request: DigRequest, version: ToolVersion): readonly string[] {
  if (!(version === '9.2.4' ? request.cmdAtName : request.display.cmd)) return [];
  const first = [
    '',
    `; <<>> DiG ${VERSIONS[version]} <<>>${request.args.map((word) => ` ${word}`).join('')}`,
  ];
  // Two blanks: between them 9.2.4 would say `short_form`.
  if (version === '9.2.4')
    return [...first, `;; global options: ${request.display.short ? 'short_form' : ''} printcmd`];
  return [...first, ...(request.server === null ? [] : ['; (1 server found)']), ';; global options: +cmd'];
}

function header(reply: DnsMessage, version: ToolVersion): readonly string[] {
  const counts =
    `QUERY: 1, ANSWER: ${reply.answers.length}, ` +
    `AUTHORITY: ${reply.authority.length}, ADDITIONAL: ${reply.additional.length}`;
  const lines = [
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${reply.id}`,
    `;; flags: ${flagNames(reply)}; ${counts}`,
  ];
  if (version === '9.18' && reply.recursionDesired && !reply.recursionAvailable)
    lines.push(';; WARNING: recursion requested but not available');
  return lines;
}

const section = (display: DigDisplay, title: string, lines: readonly string[]): readonly string[] =>
  display.comments ? [`;; ${title} SECTION:`, ...lines, ''] : lines;

function statistics(request: DigRequest, reply: DnsMessage, context: DigContext): readonly string[] {
  const { address, port } = context.server;
  return [
    `;; Query time: ${context.elapsedMs} msec`,
    `;; SERVER: ${address}#${port}(${request.server ?? address})${context.version === '9.18' ? (context.tcp ? ' (TCP)' : ' (UDP)') : ''}`,
    `;; WHEN: ${when(context)}`,
    `;; MSG SIZE  rcvd: ${context.octets ?? encodeMessage(reply).length}`,
  ];
}

/** C's ctime for 9.2.4 (`Thu Jan  5 13:10:15 2006`), date(1) with leading zero and zone for 9.18. */
function when({ version, time, zone }: DigContext): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const day = `${WEEKDAYS[time.weekday]} ${MONTHS[time.month - 1]}`;
  if (version === '9.2.4') return `${day} ${String(time.day).padStart(2)} ${clock} ${time.year}`;
  return `${day} ${two(time.day)} ${clock} ${zone ?? 'UTC'} ${time.year}`;
}

/** What dig says at last, when nobody answered; 9.18 has said of each try how it failed (`failureLines`). */
export function formatDigFailure(
  request: DigRequest,
  { version, greeted = false }: Pick<DigContext, 'version' | 'greeted'>,
): readonly string[] {
  const hello = [...request.warnings, ...(greeted ? [] : digGreeting(request, version))];
  if (version === '9.2.4') return [...hello, ';; connection timed out; no servers could be reached'];
  return [...hello, ';; no servers could be reached'];
}

/** The name behind `@` has no address. */
export const digServerUnknown = (server: string): string =>
  `dig: couldn't get address for '${server}': not found`;

type Step = Pick<DigContext, 'server' | 'elapsedMs' | 'octets'>;

/** The records of one step of `+trace`. */
export function formatDigStep(
  { display }: DigRequest,
  reply: DnsMessage,
  { server, elapsedMs }: Step,
): readonly string[] {
  if (display.short)
    return reply.answers.map(
      ({ data }) => `${data.type} ${formatData(data)} from server ${server.address} in ${elapsedMs} ms.`,
    );
  const shown = [
    ...(display.answer ? reply.answers : []),
    ...(display.authority ? reply.authority : []),
    ...(display.additional ? reply.additional : []),
  ];
  return shown.map(recordLine(display));
}

/** What ends a step: whence the records came. `name` is the server's as the referral had it. */
export function formatDigReceived(
  { display }: DigRequest,
  reply: DnsMessage,
  { server, elapsedMs, octets }: Step,
  name: string,
): readonly string[] {
  if (display.short) return [];
  const size = octets ?? encodeMessage(reply).length;
  return [`;; Received ${size} bytes from ${server.address}#${server.port}(${name}) in ${elapsedMs} ms`, ''];
}
