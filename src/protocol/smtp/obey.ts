/** A command line: what it is, whether it may come now, and who handles it. */
import type { Octets } from '../../base/octets.ts';
import { isUtf8 } from '../../base/octets.ts';
import { isAddressLiteral } from '../../mail/address.ts';
import { rememberRefusal } from './answers.ts';
import { auth, hearResponseLine } from './auth.ts';
import { chunk } from './chunks.ts';
import type { SmtpCommand } from './commands.ts';
import { refuseData } from './data.ts';
import type { Offer } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { Habits } from './dialects/habits.ts';
import { mail, rcpt } from './envelope.ts';
import { keywordLines, supports } from './extensions.ts';
import { expand, turn, verify } from './inquiries.ts';
import { commandOf, EXTENSION_OF } from './known-commands.ts';
import { isTired, patienceOf, reached } from './patience.ts';
import type { ReplyName } from './replies.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { accept, copyOf, heardAs, refuse, refuseAndEnd, withoutTransaction, word } from './session.ts';

/** RFC 5321 §4.5.3.1.2: octets of a domain. */
const HELLO_LIMIT = 255;

export function hearCommand(session: SmtpServerState, unit: Octets, overlong: boolean, more: boolean): Step {
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
  const { exact, controls } = DIALECTS[session.config.dialect].lines;
  const text = controls === 'c-string' ? upToNul(line) : line;
  const trimmed = text.trim();
  const blank = trimmed.search(controls === 'c-string' ? BLANK.c : BLANK.plain);
  const typedVerb = blank < 0 ? trimmed : trimmed.slice(0, blank);
  const rest = blank < 0 ? '' : trimmed.slice(blank + 1).trim();
  const named = overlong ? undefined : commandOf(session, typedVerb.toUpperCase());
  const command = exact && !EXACTLY.test(line.trimEnd()) ? undefined : named;
  const heard: Heard = { verb: command?.verb ?? 'UNKNOWN', line, eol, argument: '', typed: '' };
  const untimely = hearUntimely(session, heard, overlong, more);
  if (untimely !== null) return untimely;
  if (trimmed === '') return refuse(session, heard, 'R500BadSyntax');
  const octets = octetFault(session, text, command !== undefined);
  if (octets !== null) return refuse(session, heard, octets);
  if (command === undefined) return hearUnknown(session, heard, typedVerb);
  if (session.config.tls === 'encrypt' && session.secured === null && !command.beforeTls) {
    return refuse(session, heard, 'R530StartTlsFirst');
  }
  return obey(counted(session, command), heard, command, rest);
}

/** What the session remembers of a command, whatever becomes of it. */
function counted(session: SmtpServerState, { verb, junk }: SmtpCommand): SmtpServerState {
  if (junk) return burdened(session, verb);
  if (verb !== 'MAIL' || session.mailed) return session;
  const next = copyOf(session);
  next.mailed = true;
  return next;
}

/** Where the first word ends. */
const BLANK = { c: /[ \t\r\f\v]/, plain: /[ \t]/ } as const;

function upToNul(line: string): string {
  const nul = line.indexOf('\0');
  return nul < 0 ? line : line.slice(0, nul);
}

/** Lines that no server of this kind hears, whatever they say: too long, in a refused session, too early. */
function hearUntimely(session: SmtpServerState, heard: Heard, overlong: boolean, more: boolean): Step | null {
  const { longEnds } = DIALECTS[session.config.dialect].lines;
  if (overlong)
    return longEnds ? refuseAndEnd(session, heard, 'R500TooLong') : refuse(session, heard, 'R500TooLong');
  if (heard.verb === 'QUIT') return null;
  if (session.refused) return refuse(session, heard, 'R503Refused');
  // The octets of a chunk belong behind their command.
  const early = more && heard.verb !== 'BDAT' ? typeAhead(session, heard) : 'welcome';
  if (early === 'ends') return refuseAndEnd(session, heard, 'R554TypeAhead');
  return early === 'refused' ? refuse(session, heard, 'R554TypeAhead') : null;
}

/** How a command is written where nothing but that is one: no blank in front, a space behind, no space before the colon. */
const EXACTLY = /^(?:MAIL FROM:|RCPT TO:|(?!MAIL|RCPT)[A-Z]+(?: |$))/i;

/**
 * A command that did not wait for the reply to the one in front (RFC 2920 §3.1): what becomes of it before PIPELINING
 * was offered. Before any HELO nothing does: Exim offers that (PIPECONNECT), and Postfix looks later.
 */
function typeAhead(session: SmtpServerState, { verb }: Heard): 'welcome' | 'refused' | 'ends' {
  const { typeAhead: habit } = DIALECTS[session.config.dialect].lines;
  // Lines that are no commands, after a MAIL, and more behind: that is a letter whose DATA was refused.
  if (verb === 'UNKNOWN' && habit === 'ends' && session.mailed) return 'ends';
  if (session.helo === '' || (session.extended && supports(session, 'PIPELINING'))) return 'welcome';
  return session.config.typeAhead ?? habit;
}

const NOT_PRINTABLE = /[^\x20-\x7e]/;

/** RFC 5321 §4.1.2, §2.4: commands are printable ASCII, or UTF-8 where SMTPUTF8 is spoken (RFC 6531 §3.7.1). */
function octetFault(session: SmtpServerState, line: string, known: boolean): ReplyName | null {
  const { controls } = DIALECTS[session.config.dialect].lines;
  if (controls === 'text') return line.includes('\0') ? 'R501Nul' : null;
  if (!NOT_PRINTABLE.test(line)) return null;
  if (/[\x80-\xff]/.test(line) && !(supports(session, 'SMTPUTF8') && isUtf8(line as Octets)))
    return 'R500EightBit';
  return known && controls === 'refused' && /[\x00-\x08\x0a-\x1f\x7f]/.test(line) ? 'R500BadSyntax' : null;
}

/** A command that serves no transaction; past the limit each counts as an error, or is the last. */
function burdened(session: SmtpServerState, verb: string): SmtpServerState {
  const next = copyOf(session);
  if (session.freeJunk.includes(verb)) {
    next.freeJunk = session.freeJunk.filter((one) => one !== verb);
    return next;
  }
  const { junk, junkEnds } = patienceOf(session);
  next.junk++;
  if (!junkEnds && reached(next.junk, junk)) next.errors++;
  return next;
}

/** RFC 5321 §4.2.4: 500. Some servers hang up when header lines or HTTP requests come in the place of commands. */
function hearUnknown(session: SmtpServerState, heard: Heard, verb: string): Step {
  const { hangsUpOn, notImplemented } = DIALECTS[session.config.dialect];
  if (notImplemented.some((name) => name === verb.toUpperCase()))
    return refuse(session, heard, 'R502NotImplemented');
  const foreign =
    /^(?:CONNECT|GET|POST)$/i.test(verb) ||
    (hangsUpOn !== 'requests' && /^[\x21-\x39\x3b-\x7e]+:/.test(verb)) ||
    (hangsUpOn === 'any' && !/^[A-Z\0]/i.test(verb));
  if (hangsUpOn === 'nothing' || !foreign) return refuse(session, heard, 'R500Unknown');
  return refuseAndEnd(session, heard, 'R221NoMailClient');
}

/** A command of the table, in its turn or not. */
function obey(session: SmtpServerState, heard: Heard, command: SmtpCommand, rest: string): Step {
  const { config, state, helo } = session;
  const { notImplemented, offers, wantsHello, noArguments, mailAgain, asOffered, orderFirst } =
    DIALECTS[config.dialect];
  if (command.junk && isTired(session)) return refuseAndEnd(session, heard, 'R421TooManyIdle');
  const extension = EXTENSION_OF[command.verb];
  if (notImplemented.some((name) => name === command.verb) && !(extension && offers.includes(extension))) {
    return refuse(session, heard, 'R502NotImplemented');
  }
  if (command.verb === 'AUTH' && !supports(session, 'AUTH')) return refuse(session, heard, 'R503NoAuth');
  const odd = rest !== '' && noArguments.includes(command.verb);
  const order = mailAgain && command.verb === 'MAIL' ? undefined : command.outOfOrder[state];
  if (odd && !(orderFirst && order !== undefined)) return refuse(session, heard, 'R501NoArgument');
  if (asOffered && AS_OFFERED.includes(command.verb) && !isOffered(session, extension!))
    return refuseUnoffered(session, heard, extension!);
  if (order !== undefined) return refuseOrder(session, heard, order);
  // RFC 5321 §4.1.4: a client shall not start without a HELO; LMTP (RFC 2033 §4.1) demands LHLO.
  const needed = wantsHello || config.heloRequired || config.variant === 'lmtp';
  if (command.wantsHello && helo === '' && needed) return refuse(session, heard, 'R503HelloFirst');
  return perform(session, heard, command, rest);
}

const AS_OFFERED: readonly string[] = ['AUTH', 'STARTTLS', 'BDAT'];

/** Whether the latest EHLO offered this. */
const isOffered = (session: SmtpServerState, extension: Offer): boolean =>
  session.extended && supports(session, extension) && !(extension === 'STARTTLS' && session.secured !== null);

function refuseUnoffered(session: SmtpServerState, heard: Heard, extension: Offer): Step {
  if (heard.verb === 'AUTH') return refuse(session, heard, 'R503NoAuth');
  return refuse(session, heard, 'R503NotOffered', {
    keyword: extension === heard.verb ? '' : `${extension} `,
  });
}

function refuseOrder(session: SmtpServerState, heard: Heard, order: ReplyName): Step {
  // RFC 2033 §4.2: without recipients DATA fails with 503, where some SMTP servers say 554.
  if (session.config.variant === 'lmtp' && order === 'R503DataBeforeRcpt')
    return refuse(session, heard, 'R503DataBeforeMail');
  if (order === 'R503DataBeforeRcpt' || order === 'R503DataBeforeMail')
    return refuseData(session, heard, order);
  if (order === 'R503NestedMail' && session.reversePath === null)
    return refuse(session, heard, 'R503MailAfterChunk');
  if (order !== 'R503NeedMail' || heard.verb !== 'RCPT') return refuse(session, heard, order);
  const remembering = copyOf(session);
  const { code, lines } = word(session, heard, order);
  rememberRefusal(remembering, `${code} ${lines.join(' ')}`);
  return refuse(remembering, heard, order);
}

function perform(session: SmtpServerState, heard: Heard, command: SmtpCommand, rest: string): Step {
  switch (command.handler) {
    case 'hello':
      return hello(session, heard, rest);
    case 'starttls':
      return startTls(session, heard);
    case 'auth':
      return auth(session, heard, rest);
    case 'mail':
      return mail(session.reversePath === null ? session : begunAgain(session), heard, rest);
    case 'rcpt':
      return rcpt(session, heard, rest);
    case 'data':
      return accept(session, heard, 'R354Start');
    case 'chunk':
      return chunk(session, heard, rest);
    case 'reset':
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

/** For the servers to whom a second MAIL means that the first is forgotten. */
function begunAgain(session: SmtpServerState): SmtpServerState {
  const next = withoutTransaction(session);
  next.state = 'ready';
  return next;
}

/** RFC 3207 §4: 220, then the handshake; anything that came in clear behind the command is dropped with the buffer. */
function startTls(session: SmtpServerState, heard: Heard): Step {
  if (session.secured !== null) return refuse(session, heard, 'R503TlsActive');
  if (!supports(session, 'STARTTLS')) return refuse(session, heard, 'R502NotImplemented');
  const [after, effects] = accept(session, heard, 'R220StartTls');
  return [after, [...effects, { kind: 'startTls' }]];
}

/** Postfix's `NEUTER_CHARACTERS`: they would mean something in a trace field. */
const NEUTERED = /[ <>()\\";@\x00-\x1f\x7f]/;

/** HELO, EHLO, LHLO: who the client says it is, and RSET besides (RFC 5321 §4.1.4). */
function hello(session: SmtpServerState, heard: Heard, rest: string): Step {
  const { helloNames, helloSticks } = DIALECTS[session.config.dialect];
  if (rest === '' && helloNames !== 'even-none') return refuse(session, heard, 'R501HelloSyntax');
  if (!isHelloName(rest, helloNames)) return refuse(session, heard, 'R501HelloName');
  const said = rest.slice(0, HELLO_LIMIT);
  const helo = helloSticks && NEUTERED.test(said) ? said.replace(new RegExp(NEUTERED, 'g'), '?') : said;
  const extended = heard.verb !== 'HELO';
  const named = heardAs(heard, helo, said);
  const after = withoutTransaction(session);
  after.helo = helo;
  after.extended = extended;
  after.esmtp = extended || (helloSticks && session.esmtp);
  if (!extended) return accept(after, named, 'R250Helo');
  return accept(after, named, 'R250Ehlo', {}, offer(session));
}

function isHelloName(name: string, taken: Habits['helloNames']): boolean {
  if (taken === 'one-word') return !/[ \t]/.test(name);
  if (taken !== 'host-name') return true;
  return name.startsWith('[') ? isAddressLiteral(name) : /^[A-Za-z0-9.-]+$/.test(name);
}

/** The lines of the reply to EHLO: the dialect's greeting, then one keyword each (RFC 5321 §4.1.1.1). */
function offer(session: SmtpServerState): readonly string[] {
  const { dialect } = session.config;
  const { R250Ehlo } = DIALECTS[dialect].replies;
  const greeting = typeof R250Ehlo === 'string' ? R250Ehlo : String(R250Ehlo.text);
  return [greeting, ...keywordLines(session)];
}
