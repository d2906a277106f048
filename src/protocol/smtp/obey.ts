/** A command line: what it is, whether it may come now, and who handles it. */
import type { Octets } from '../../base/octets.ts';
import { isUtf8 } from '../../base/octets.ts';
import { auth, hearResponseLine } from './auth.ts';
import { chunk } from './chunks.ts';
import type { SmtpCommand } from './commands.ts';
import { smtpCommand } from './commands.ts';
import type { Offer } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { mail, rcpt } from './envelope.ts';
import { keywordLines, supports } from './extensions.ts';
import { expand, turn, verify } from './inquiries.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import {
  accept,
  conclude,
  copyOf,
  heardAs,
  JUNK_LIMIT,
  refuse,
  withoutTransaction,
  word,
} from './session.ts';

/** RFC 5321 §4.5.3.1.2: octets of a domain. */
const HELLO_LIMIT = 255;

export function hearCommand(session: SmtpServerState, unit: Octets, overlong: boolean): Step {
  const eol = overlong ? 'none' : unit.endsWith('\r\n') ? 'crlf' : 'lf';
  const line = unit.slice(0, unit.length - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0));
  if (session.exchange !== null) {
    return hearResponseLine(session, line, {
      verb: 'AUTH',
      line: '*',
      eol,
      argument: session.mechanism,
      typed: '',
    });
  }
  const trimmed = line.trim();
  const blank = trimmed.search(/[ \t]/);
  const typedVerb = blank < 0 ? trimmed : trimmed.slice(0, blank);
  const rest = blank < 0 ? '' : trimmed.slice(blank + 1).trim();
  const command = overlong ? undefined : commandOf(session, typedVerb.toUpperCase());
  const heard: Heard = { verb: command?.verb ?? 'UNKNOWN', line, eol, argument: '', typed: '' };

  if (overlong) return refuse(session, heard, 'R500TooLong');
  if (session.refused && command?.verb !== 'QUIT') return refuse(session, heard, 'R503Refused');
  if (trimmed === '') return refuse(session, heard, 'R500BadSyntax');
  // RFC 5321 §4.1.2, §2.4: commands are printable ASCII, or UTF-8 where SMTPUTF8 is spoken (RFC 6531 §3.7.1).
  if (/[\x80-\xff]/.test(line) && !(supports(session, 'SMTPUTF8') && isUtf8(line as Octets))) {
    return refuse(session, heard, 'R500EightBit');
  }
  if (command === undefined) return hearUnknown(session, heard, typedVerb);
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return refuse(session, heard, 'R500BadSyntax');
  if (session.config.tls === 'encrypt' && session.secured === null && !command.beforeTls) {
    return refuse(session, heard, 'R530StartTlsFirst');
  }
  return obey(command.junk ? burdened(session) : session, heard, command, rest);
}

/** The table's command, if the dialect knows it: those of extensions it does not have are unknown to it. */
function commandOf(session: SmtpServerState, verb: string): SmtpCommand | undefined {
  const { dialect, variant } = session.config;
  const command = smtpCommand(verb, variant);
  const extension = command && EXTENSION_OF[command.verb];
  if (extension === undefined) return command;
  const { offers, notImplemented } = DIALECTS[dialect];
  const known = offers.includes(extension) || notImplemented.some((name) => name === verb);
  return known ? command : undefined;
}

const EXTENSION_OF: Partial<Record<string, Offer>> = {
  STARTTLS: 'STARTTLS',
  AUTH: 'AUTH',
  BDAT: 'CHUNKING',
  EXPN: 'EXPN',
  ETRN: 'ETRN',
};

/** A command that serves no transaction; past the limit each counts as an error. */
function burdened(session: SmtpServerState): SmtpServerState {
  const next = copyOf(session);
  next.junk++;
  if (next.junk > JUNK_LIMIT + 1) next.errors++;
  return next;
}

/** RFC 5321 §4.2.4: 500. Some servers hang up when header lines or HTTP requests come in the place of commands. */
function hearUnknown(session: SmtpServerState, heard: Heard, verb: string): Step {
  const { hangsUpOn } = DIALECTS[session.config.dialect];
  const foreign =
    /^[\x21-\x39\x3b-\x7e]+:/.test(verb) ||
    /^(?:CONNECT|GET|POST)$/i.test(verb) ||
    (hangsUpOn === 'any' && !/^[A-Z\0]/i.test(verb));
  if (hangsUpOn === 'nothing' || !foreign) return refuse(session, heard, 'R500Unknown');
  const reply = word(session, heard, 'R221NoMailClient');
  const after = copyOf(session);
  after.state = 'closed';
  return conclude(session, after, [{ heard, name: 'R221NoMailClient', reply }]);
}

/** A command of the table, in its turn or not. */
function obey(session: SmtpServerState, heard: Heard, command: SmtpCommand, rest: string): Step {
  const { config, state, helo } = session;
  const { notImplemented, offers } = DIALECTS[config.dialect];
  const extension = EXTENSION_OF[command.verb];
  if (notImplemented.some((name) => name === command.verb) && !(extension && offers.includes(extension))) {
    return refuse(session, heard, 'R502NotImplemented');
  }
  if (command.verb === 'AUTH' && !supports(session, 'AUTH')) return refuse(session, heard, 'R503NoAuth');
  // RFC 2033 §4.2: without recipients DATA fails with 503, where some SMTP servers say 554.
  const order =
    config.variant === 'lmtp' && command.verb === 'DATA' && state === 'mail'
      ? 'R503DataBeforeMail'
      : command.outOfOrder[state];
  if (order !== undefined) return refuse(session, heard, order);
  // RFC 5321 §4.1.4: a client shall not start without a HELO; LMTP (RFC 2033 §4.1) demands LHLO.
  if (command.wantsHello && helo === '' && (config.heloRequired || config.variant === 'lmtp')) {
    return refuse(session, heard, 'R503HelloFirst');
  }
  return perform(session, heard, command, rest);
}

function perform(session: SmtpServerState, heard: Heard, command: SmtpCommand, rest: string): Step {
  switch (command.handler) {
    case 'hello':
      return hello(session, heard, rest);
    case 'starttls':
      return startTls(session, heard, rest);
    case 'auth':
      return auth(session, heard, rest);
    case 'mail':
      return mail(session, heard, rest);
    case 'rcpt':
      return rcpt(session, heard, rest);
    case 'data':
      if (rest !== '') return refuse(session, heard, 'R501NoArgument');
      return accept(session, heard, 'R354Start');
    case 'chunk':
      return chunk(session, heard, rest);
    case 'reset':
      if (rest !== '') return refuse(session, heard, 'R501NoArgument');
      return accept(withoutTransaction(session), heard, 'R250Reset');
    case 'verify':
      return verify(session, heard, rest);
    case 'expand':
      return expand(session, heard, rest);
    case 'turn':
      return turn(session, heard, rest);
    case 'noop':
      return accept(session, heard, 'R250Noop');
    case 'help':
      return accept(session, heard, 'R214Help');
    case 'quit':
      return accept(session, heard, 'R221Closing');
  }
}

/** RFC 3207 §4: 220, then the handshake; anything that came in clear behind the command is dropped with the buffer. */
function startTls(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (rest !== '') return refuse(session, heard, 'R501NoArgument');
  if (session.secured !== null) return refuse(session, heard, 'R503TlsActive');
  if (!supports(session, 'STARTTLS')) return refuse(session, heard, 'R502NotImplemented');
  const [after, effects] = accept(session, heard, 'R220StartTls');
  return [after, [...effects, { kind: 'startTls' }]];
}

/** HELO, EHLO, LHLO: who the client says it is, and RSET besides (RFC 5321 §4.1.4). */
function hello(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (rest === '') return refuse(session, heard, 'R501HelloSyntax');
  const helo = rest.slice(0, HELLO_LIMIT);
  const extended = heard.verb !== 'HELO';
  const named = heardAs(heard, helo, helo);
  const after = withoutTransaction(session);
  after.helo = helo;
  after.extended = extended;
  if (!extended) return accept(after, named, 'R250Helo');
  return accept(after, named, 'R250Ehlo', {}, offer(session));
}

/** The lines of the reply to EHLO: the dialect's greeting, then one keyword each (RFC 5321 §4.1.1.1). */
function offer(session: SmtpServerState): readonly string[] {
  const { dialect } = session.config;
  const { R250Ehlo } = DIALECTS[dialect].replies;
  const greeting = typeof R250Ehlo === 'string' ? R250Ehlo : String(R250Ehlo.text);
  return [greeting, ...keywordLines(session)];
}
