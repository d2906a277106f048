/** The lines smtpd(8) writes about a session. */
import type { ReplyNote } from '../protocol/note.ts';
import { entryOf } from './entries.ts';
import { claimOf } from './smtp-log-login.ts';
import type { SessionLog, SessionWords } from './smtp-log-session.ts';
import { cutShort, isGood } from './smtp-log-session.ts';
import type { Client } from './smtp-service.ts';

const shown = ({ name, address }: Client): string => `${name}[${address}]`;

/** What Postfix tells of a TLS connection: with TLS 1.3 also the parts its cipher's name no longer has. */
export const tlsWords = (version: string, cipher: string, bits: number): string =>
  `${version} with cipher ${cipher} (${bits}/${bits} bits)${
    version === 'TLSv1.3'
      ? ' key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256'
      : ''
  }`;

/** Verbs in the order of Postfix's statistics; what is none of them comes last. */
const VERBS: readonly string[] = [
  ...['helo', 'ehlo', 'xclient', 'xforward', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'bdat'],
  ...['rset', 'noop', 'vrfy', 'etrn', 'help', 'quit'],
];

/** Lines about what was refused, as smtpd's restrictions and its parser write them. */
function complaints(log: SessionLog, note: ReplyNote): readonly string[] {
  const { verb, code, enhanced, text, line } = note;
  const from = shown(log.client);
  if (verb === 'UNKNOWN' && code === '221') return [`warning: non-SMTP command from ${from}: ${line}`];
  if (enhanced === '5.1.7' || enhanced === '5.1.3')
    return [`warning: Illegal address syntax from ${from} in ${verb} command: ${pathOf(line)}`];
  if (verb === 'ETRN')
    return code === '459' ? [`warning: reject: ETRN ${note.argument}... from ${from}`] : [];
  if (!['CONNECT', 'MAIL', 'RCPT', 'VRFY'].includes(verb) || enhanced.slice(1, 3) === '.5') return [];
  const sender = verb === 'MAIL' ? note.argument : log.sender;
  const who =
    (sender === null ? '' : ` from=<${sender}>`) +
    (verb === 'RCPT' || verb === 'VRFY' ? ` to=<${note.argument}>` : '');
  const helo = log.helo === '' ? '' : ` helo=<${log.helo}>`;
  const status = enhanced === '' ? '' : `${enhanced} `;
  return [
    `${log.letter?.queueId ?? 'NOQUEUE'}: reject: ${verb} from ${from}: ${code} ${status}${text};${who} proto=${log.protocol}${helo}`,
  ];
}

const NO_LINES: readonly string[] = [];

/** The path as typed. */
const pathOf = (line: string): string => /:\s*(\S*)/.exec(line)?.[1] ?? '';

/** `ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`, since Postfix 3.0. */
function statistics({ counts }: SessionLog): string {
  const sum = { well: 0, all: 0 };
  const others = { well: 0, all: 0 };
  for (const { id, well, all } of counts) {
    sum.well += well;
    sum.all += all;
    if (VERBS.includes(id)) continue;
    others.well += well;
    others.all += all;
  }
  let text = '';
  for (const verb of VERBS) {
    const count = entryOf(counts, verb);
    if (count) text += ` ${verb}=${ratio(count.well, count.all)}`;
  }
  if (others.all > 0) text += ` unknown=${ratio(others.well, others.all)}`;
  return `${text} commands=${sum.all === 0 ? '0/0' : ratio(sum.well, sum.all)}`;
}

const ratio = (well: number, all: number): string => (well === all ? String(all) : `${well}/${all}`);

/** `, sasl_method=PLAIN, sasl_username=jura` behind the client of a letter; empty for strangers. */
const loginWords = ({ login, mechanism }: SessionLog): string =>
  login === '' ? '' : `, sasl_method=${mechanism}, sasl_username=${login}`;

/** A login that failed. */
function loginFailure(log: SessionLog, note: ReplyNote): readonly string[] {
  const { mechanism, user } = claimOf(log, note);
  const warning = `warning: ${shown(log.client)}: SASL ${mechanism}`;
  switch (note.code) {
    case '535':
      return [
        `${warning} authentication failed: ${reasonOf(note.text)}, sasl_username=${user ?? '(unavailable)'}`,
      ];
    case '504':
      return [
        `${warning} authentication failed: Invalid authentication mechanism, sasl_username=(unavailable)`,
      ];
    case '501':
      return log.claims === null ? NO_LINES : [`${warning} authentication aborted`];
    default:
      return NO_LINES;
  }
}

const reasonOf = (text: string): string => /failed: (.*)$/.exec(text)?.[1] ?? '(reason unavailable)';

/** smtpd(8); `counting`: it says at the end what it counted, as since Postfix 3.0. */
export const postfixSessionWords = (counting: boolean): SessionWords => ({
  remembers: 0,
  names: 'first-recipient',
  opened: ({ client }) => [`connect from ${shown(client)}`],
  secured: ({ client }, { version, cipher, bits }) => [
    `Anonymous TLS connection established from ${shown(client)}: ${tlsWords(version, cipher, bits)}`,
  ],
  replied: (log, note) => {
    if (isGood(note)) return NO_LINES;
    return note.verb === 'AUTH' ? loginFailure(log, note) : complaints(log, note);
  },
  dismissed: ({ after, client }, { text }, timedOut) =>
    !timedOut && text.includes('too many errors')
      ? [`too many errors after ${after} from ${shown(client)}`]
      : NO_LINES,
  named: (log, queueId) => [`${queueId}: client=${shown(log.client)}${loginWords(log)}`],
  ended: (log, { broken, inside, octets }) => {
    // A letter that broke off counts as a DATA that failed.
    const whole = broken && inside ? cutShort(log) : log;
    const how = broken === 'timeout' ? 'timeout' : 'lost connection';
    const where = inside ? `DATA (${octets} bytes)` : log.after;
    const from = shown(log.client);
    const end = `disconnect from ${from}${counting ? statistics(whole) : ''}`;
    // Who leaves behind a whole letter is not worth a word.
    const expected = broken === 'closed' && where === 'END-OF-MESSAGE';
    return broken === null || expected ? [end] : [`${how} after ${where} from ${from}`, end];
  },
});
