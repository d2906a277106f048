/** MAIL and RCPT: the envelope (RFC 5321 §4.1.1.2, §4.1.1.3). */
import { isAscii } from '../../base/octets.ts';
import { parsePath, splitAddress } from '../../mail/address.ts';
import type { ReplyName } from './replies.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { ask, copyOf, heardAs, refuse } from './session.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { Wrong } from './parameters.ts';
import { mailParameters, rcptParameters } from './parameters.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';

/** A command's keyword and path, read as the two commands share it. */
interface Envelope {
  readonly heard: Heard;
  readonly parameters: readonly string[];
}

/**
 * `FROM:<path> parameters` after `keyword` in front. The name of the reply when it is malformed: `syntax` without the
 * keyword or without anything behind it, `bad` for a path that is none.
 */
function readPath(
  heard: Heard,
  rest: string,
  keyword: 'FROM:' | 'TO:',
  syntax: ReplyName,
  bad: ReplyName,
): Envelope | { readonly wrong: ReplyName; readonly typed: string } {
  if (rest.slice(0, keyword.length).toUpperCase() !== keyword) return { wrong: syntax, typed: '' };
  const text = rest.slice(keyword.length).trim();
  if (text === '') return { wrong: syntax, typed: '' };
  const path = parsePath(text, 0);
  if (path === null) return { wrong: bad, typed: text };
  const typed = text.slice(0, path.next).trimEnd();
  const parameters = text
    .slice(path.next)
    .split(/[ \t]+/)
    .filter((word) => word !== '');
  return { heard: heardAs(heard, path.path, typed), parameters };
}

export function mail(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(heard, rest, 'FROM:', 'R501MailSyntax', 'R501BadSender');
  if ('wrong' in read) return refuse(session, heardAs(heard, heard.argument, read.typed), read.wrong);
  const parameters = parametersWelcome(session) ? mailParameters(session, read.parameters) : null;
  if (parameters === null && read.parameters.length > 0)
    return unknown(session, read.heard, read.parameters[0]!);
  if (parameters !== null && 'wrong' in parameters) return wrong(session, read.heard, parameters);
  const named = copyOf(session);
  named.parameters = parameters ?? NO_MAIL_PARAMETERS;
  if (!speaksDomain(named, read.heard.argument)) return refuse(session, read.heard, 'R501BadSender');
  const reversePath = read.heard.argument;
  return ask(named, read.heard, {
    kind: 'mail',
    reversePath,
    size: named.parameters.size,
    login: session.login,
  });
}

/** RFC 5321 §4.1.1.11: parameters belong to the extensions that EHLO offered. */
const parametersWelcome = ({ config, extended }: SmtpServerState): boolean =>
  extended || DIALECTS[config.dialect].parametersAfterHelo;

/** RFC 6531 §3.3: domains beyond ASCII belong to letters that say SMTPUTF8. */
const speaksDomain = ({ parameters }: SmtpServerState, mailbox: string): boolean =>
  parameters.utf8 || isAscii(splitAddress(mailbox).domain);

const wrong = (session: SmtpServerState, heard: Heard, { wrong: name, parameter }: Wrong): Step =>
  refuse(session, heard, name, { parameter, keyword: parameter.split('=', 1)[0] ?? '' });

const unknown = (session: SmtpServerState, heard: Heard, parameter: string): Step =>
  wrong(session, heard, { wrong: 'R555Parameter', parameter });

export function rcpt(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(heard, rest, 'TO:', 'R501RcptSyntax', 'R501BadRecipient');
  if ('wrong' in read) return refuse(session, heardAs(heard, heard.argument, read.typed), read.wrong);
  // The null path is for reverse-paths only (RFC 5321 §4.1.2).
  if (read.heard.argument === '') return refuse(session, read.heard, 'R501BadRecipient');
  const welcome = parametersWelcome(session);
  if (!welcome && read.parameters.length > 0) return unknown(session, read.heard, read.parameters[0]!);
  const parameters = rcptParameters(session, read.parameters);
  if ('wrong' in parameters) return wrong(session, read.heard, parameters);
  if (!speaksDomain(session, read.heard.argument)) return refuse(session, read.heard, 'R501BadRecipient');
  if (session.forwardPaths.length >= session.config.recipientLimit) {
    return refuse(session, read.heard, 'R452TooManyRecipients');
  }
  const { reversePath, login } = session;
  const named = copyOf(session);
  // Kept for the moment in which the recipient is accepted.
  named.offered = parameters;
  const forwardPath = read.heard.argument;
  return ask(named, read.heard, { kind: 'rcpt', reversePath: reversePath ?? '', forwardPath, login });
}
