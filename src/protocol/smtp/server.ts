/** The server side of an SMTP (RFC 5321) or LMTP (RFC 2033) connection. It runs from the table in `commands.ts`. */
import { parsePath } from '../../mail/address.ts';
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Framing, Input, Machine } from '../machine.ts';
import { settle } from './answers.ts';
import type { SmtpCommand } from './commands.ts';
import { smtpCommand } from './commands.ts';
import { dataLineLimit, hearData } from './data.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { mail, rcpt } from './envelope.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import {
  accept,
  ask,
  conclude,
  copyOf,
  endTransaction,
  hangUp,
  heardAs,
  IDLE_MS,
  refuse,
  STOP_IDLE,
  word,
} from './session.ts';
import type { SmtpAnswer, SmtpQuestion, SmtpServerConfig } from './types.ts';

export type { SmtpServerState } from './session.ts';

/** Postfix's `line_length_limit`, in octets with the line's ending; RFC 5321 §4.5.3.1.4 asks for 512 at least. */
const COMMAND_LIMIT = 2048;
/** RFC 5321 §4.5.3.1.2: octets of a domain. */
const HELLO_LIMIT = 255;

const CONNECT: Heard = { verb: 'CONNECT', line: '', eol: 'none', argument: '', typed: '' };

/** The state before a client has connected. */
export function smtpServerState(config: SmtpServerConfig): SmtpServerState {
  return {
    config,
    state: 'closed',
    peer: '',
    helo: '',
    extended: false,
    refused: false,
    reversePath: null,
    forwardPaths: [],
    content: '',
    tooLarge: false,
    afterCrlf: true,
    stirred: false,
    errors: 0,
    pending: null,
  };
}

export const smtpServer: Machine<SmtpServerState, SmtpQuestion, SmtpAnswer> = { framing, step };

const HOLD: Framing = { kind: 'hold' };
const COMMAND_LINE: Framing = { kind: 'line', limit: COMMAND_LIMIT };

function framing(session: SmtpServerState): Framing {
  if (session.pending !== null) return HOLD;
  return session.state === 'data' ? { kind: 'text', limit: dataLineLimit(session) } : COMMAND_LINE;
}

function step(session: SmtpServerState, input: Input<SmtpAnswer>): Step {
  switch (input.kind) {
    case 'opened':
      return opened(session, input.peer);
    case 'unit':
      if (session.state === 'closed') return [session, []];
      if (session.state === 'data') return hearData(session, input.octets, input.overlong);
      return hearCommand(session, input.octets, input.overlong);
    case 'answer':
      return session.pending === null ? [session, []] : settle(session, session.pending, input.answer);
    case 'timeout':
      return input.name === 'idle' ? runOut(session) : [session, []];
    case 'closed':
      return [closed(session), [STOP_IDLE]];
    case 'secured':
      return [session, []];
  }
}

function opened(session: SmtpServerState, peer: string): Step {
  const next = copyOf(session);
  next.peer = peer;
  return ask(next, CONNECT, { kind: 'connect', peer });
}

function closed(session: SmtpServerState): SmtpServerState {
  const next = copyOf(session);
  endTransaction(next);
  next.state = 'closed';
  next.pending = null;
  return next;
}

/** The client has been silent for long, unless it is the agent that makes it wait, or mail data came meanwhile. */
function runOut(session: SmtpServerState): Step {
  if (session.state === 'closed' || session.pending !== null) return [session, []];
  if (!session.stirred) return hangUp(session, 'R421TimedOut');
  const calm = copyOf(session);
  calm.stirred = false;
  return [calm, [{ kind: 'timer', name: 'idle', after: IDLE_MS }]];
}

function hearCommand(session: SmtpServerState, unit: Octets, overlong: boolean): Step {
  const eol = overlong ? 'none' : unit.endsWith('\r\n') ? 'crlf' : 'lf';
  const line = unit.slice(0, unit.length - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0));
  const trimmed = line.trim();
  const blank = trimmed.search(/[ \t]/);
  const typedVerb = blank < 0 ? trimmed : trimmed.slice(0, blank);
  const rest = blank < 0 ? '' : trimmed.slice(blank + 1).trim();
  const command = overlong ? undefined : smtpCommand(typedVerb.toUpperCase(), session.config.variant);
  const heard: Heard = { verb: command?.verb ?? 'UNKNOWN', line, eol, argument: '', typed: '' };

  if (overlong) return refuse(session, heard, 'R500TooLong');
  if (session.refused && command?.verb !== 'QUIT') return refuse(session, heard, 'R503Refused');
  if (trimmed === '') return refuse(session, heard, 'R500BadSyntax');
  // RFC 5321 §4.1.2, §2.4: commands are printable ASCII.
  if (/[\x80-\xff]/.test(line)) return refuse(session, heard, 'R500EightBit');
  const garbled = /[\x00-\x08\x0a-\x1f\x7f]/.test(line);
  if (command === undefined) return hearUnknown(session, heard, typedVerb);
  if (garbled) return refuse(session, heard, 'R500BadSyntax');
  return obey(session, heard, command, rest);
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
  // RFC 2033 §4.2: without recipients DATA fails with 503, where some SMTP servers say 554.
  const order =
    config.variant === 'lmtp' && command.verb === 'DATA' && state === 'mail'
      ? 'R503DataBeforeMail'
      : command.outOfOrder[state];
  if (command.moves[state] === undefined) return refuse(session, heard, order!);
  if (command.wantsHello && config.heloRequired && helo === '') {
    return refuse(session, heard, 'R503HelloFirst');
  }
  switch (command.handler) {
    case 'hello':
      return hello(session, heard, rest);
    case 'mail':
      return mail(session, heard, rest);
    case 'rcpt':
      return rcpt(session, heard, rest);
    case 'data':
      if (rest !== '') return refuse(session, heard, 'R501NoArgument');
      return accept(session, heard, 'R354Start');
    case 'reset':
      if (rest !== '') return refuse(session, heard, 'R501NoArgument');
      return accept(withoutTransaction(session), heard, 'R250Reset');
    case 'verify':
      return verify(session, heard, rest);
    case 'noop':
      return accept(session, heard, 'R250Noop');
    case 'help':
      return accept(session, heard, 'R214Help');
    case 'unimplemented':
      return refuse(session, heard, 'R502NotImplemented');
    case 'quit':
      return accept(session, heard, 'R221Closing');
  }
}

function withoutTransaction(session: SmtpServerState): Draft<SmtpServerState> {
  const next = copyOf(session);
  endTransaction(next);
  return next;
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
  const { dialect, keywords, sizeLimit } = session.config;
  const { replies, keywords: offered } = DIALECTS[dialect];
  const greeting = replies.R250Ehlo;
  const lines = [typeof greeting === 'string' ? greeting : ''];
  for (const keyword of offered) {
    if (keyword === '{keywords}') lines.push(...keywords);
    else lines.push(sizeLimit > 0 ? keyword : keyword.replace(' {limit}', ''));
  }
  return lines;
}

function verify(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (rest === '') return refuse(session, heard, 'R501VrfySyntax');
  const path = parsePath(rest, 0);
  if (path === null || path.path === '' || path.next < rest.length) {
    return refuse(session, heardAs(heard, '', rest), 'R501BadRecipient');
  }
  const argument = path.path;
  return ask(session, heardAs(heard, argument, rest), { kind: 'vrfy', argument });
}
