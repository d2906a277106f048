/** The lines Sendmail's daemon writes about a session (LogLevel 9): letters that were begun, and what it finds odd. */
import type { ReplyNote } from '../protocol/note.ts';
import { entryOf } from './entries.ts';
import type { SessionLog, SessionWords } from './smtp-log-session.ts';
import { isGood } from './smtp-log-session.ts';
import type { Client } from './smtp-service.ts';

const NO_LINES: readonly string[] = [];

/** What Debian's `DAEMON_OPTIONS` calls it. */
export const SENDMAIL_DAEMON = 'MTA-v4';

export const sendmailRelay = ({ name, address }: Client): string =>
  name === 'unknown' || name === '' ? `[${address}]` : `${name} [${address}]`;

/** A letter that was begun and did not come, also one that was refused. */
const abandoned = ({ client, protocol, accepted }: SessionLog, sender: string, size: number): string =>
  `from=<${sender}>, size=${size}, class=0, nrcpts=${accepted}, proto=${protocol}, daemon=${SENDMAIL_DAEMON}, relay=${sendmailRelay(client)}`;

/** What is left of a transaction that ends without a letter. */
const leftOver = (log: SessionLog): readonly string[] =>
  log.sender === null ? NO_LINES : [abandoned(log, log.sender, 0)];

const operandOf = (line: string): string => /^\S+\s*(.*?)\s*$/s.exec(line)?.[1] ?? '';

const sizeIn = (line: string): number => Number(/ SIZE=(\d+)/i.exec(line)?.[1] ?? 0);

/** A rule set of the configuration said no. */
const ruleset = ({ client }: SessionLog, name: string, { line, code, enhanced, text }: ReplyNote): string => {
  const path = /:\s*(<[^>]*>|\S*)/.exec(line)?.[1] ?? '';
  return `ruleset=${name}, arg1=${path.startsWith('<') ? path : `<${path}>`}, relay=${sendmailRelay(client)}, reject=${code} ${enhanced} ${text}`;
};

function mail(log: SessionLog, note: ReplyNote, hostname: string): readonly string[] {
  const { code, enhanced, argument, line } = note;
  const noHello =
    log.helo === '' && code < '500'
      ? [`Authentication-Warning: ${hostname}: ${sendmailRelay(log.client)} didn't use HELO protocol`]
      : NO_LINES;
  if (isGood(note)) return noHello;
  if (code === '552') return [abandoned(log, argument, sizeIn(line))];
  if (!CHECK_MAIL.includes(enhanced)) return NO_LINES;
  return [ruleset(log, 'check_mail', note), abandoned(log, argument, 0)];
}

/** Statuses of `check_mail`: no such domain, not to be found now, none at all. */
const CHECK_MAIL: readonly string[] = ['5.1.8', '4.1.8', '5.5.4'];

function rcpt(log: SessionLog, note: ReplyNote): readonly string[] {
  if (isGood(note) || note.code === '503') return NO_LINES;
  return [note.enhanced === '5.7.1' ? ruleset(log, 'check_rcpt', note) : note.text];
}

/** From so many of a kind on it suspects an attack, and says so once. */
const ATTACKS: readonly {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly count: number;
}[] = [
  { name: 'VRFY', verbs: ['vrfy'], count: 6 },
  { name: 'EXPN', verbs: ['expn'], count: 6 },
  { name: 'ETRN', verbs: ['etrn'], count: 8 },
  { name: 'NOOP', verbs: ['noop'], count: 20 },
  { name: 'HELO/EHLO', verbs: ['helo', 'ehlo'], count: 3 },
];

const times = ({ counts }: SessionLog, verbs: readonly string[]): number =>
  verbs.reduce((sum, verb) => sum + (entryOf(counts, verb)?.all ?? 0), 0);

function attack(log: SessionLog, verb: string): readonly string[] {
  const kind = ATTACKS.find(({ verbs }) => verbs.includes(verb.toLowerCase()));
  if (!kind || times(log, kind.verbs) + 1 !== kind.count) return NO_LINES;
  return [`${sendmailRelay(log.client)}: possible SMTP attack: command=${kind.name}, count=${kind.count}`];
}

function replied(log: SessionLog, note: ReplyNote, hostname: string): readonly string[] {
  const { verb, line } = note;
  switch (verb) {
    case 'MAIL':
      return mail(log, note, hostname);
    case 'RCPT':
      return rcpt(log, note);
    case 'VRFY':
    case 'EXPN':
    case 'ETRN':
      return [`${sendmailRelay(log.client)}: ${verb} ${operandOf(line)}`];
    case 'HELO':
    case 'EHLO':
    case 'RSET':
    case 'QUIT':
      return isGood(note) ? leftOver(log) : NO_LINES;
    case 'UNKNOWN':
      return /^(?:GET|POST|CONNECT|USER) /i.test(line)
        ? [`${sendmailRelay(log.client)}: probable open proxy: command=${line}\\r\\n`]
        : NO_LINES;
    default:
      return NO_LINES;
  }
}

/** Nothing of what a mail server is for. */
const idle = (log: SessionLog): readonly string[] =>
  times(log, ['mail', 'expn', 'vrfy', 'etrn']) > 0
    ? NO_LINES
    : [
        `${sendmailRelay(log.client)} did not issue MAIL/EXPN/VRFY/ETRN during connection to ${SENDMAIL_DAEMON}`,
      ];

const named = (log: SessionLog, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${log.letter?.queueId ?? 'NOQUEUE'}: ${line}`);

export const sendmailSessionWords: SessionWords = {
  remembers: 0,
  names: 'at-once',
  opened: () => NO_LINES,
  secured: () => NO_LINES,
  replied: (log, note, { hostname }) =>
    named(log, [...replied(log, note, hostname), ...attack(log, note.verb)]),
  dismissed: () => NO_LINES,
  named: () => NO_LINES,
  ended: (log, { broken }) => {
    const { sender, client, after } = log;
    if (broken === null) return named(log, [...(after === '' ? NO_LINES : leftOver(log)), ...idle(log)]);
    const who = client.name === 'unknown' ? `[${client.address}]` : client.name;
    const waiting =
      broken === 'timeout' ? [`timeout waiting for input from ${who} during server cmd read`] : NO_LINES;
    if (after === 'DATA') {
      const about = `collect: relay=${who}, from=<${sender ?? ''}>, info=`;
      return named(log, [
        ...(broken === 'timeout'
          ? [`SYSERR(root): ${about}read timeout`]
          : ['collect: premature EOM: unexpected close', `${about}unexpected close`]),
        ...leftOver(log),
      ]);
    }
    const lost =
      sender === null
        ? NO_LINES
        : [
            `lost input channel from ${sendmailRelay(client)} to ${SENDMAIL_DAEMON} after ${after.toLowerCase()}`,
          ];
    return named(log, [...waiting, ...lost, ...leftOver(log), ...idle(log)]);
  },
};
