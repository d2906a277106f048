/** MAIL and RCPT: the envelope (RFC 5321 §4.1.1.2, §4.1.1.3). */
import { isAscii } from '../../base/octets.ts';
import { parsePath, splitAddress, withoutQuotes } from '../../mail/address.ts';
import type { Troubled } from './path-trouble.ts';
import { pathTrouble } from './path-trouble.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { ask, copyOf, heardAs, refuse } from './session.ts';
import { DIALECTS } from './dialects/dialect.ts';
import type { Wrong } from './parameters.ts';
import { mailParameters, rcptParameters } from './parameters.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';

/** A command's path and parameters. */
interface Envelope {
  readonly heard: Heard;
  readonly parameters: readonly string[];
}

/** Why there is no path: `syntax` without the keyword or without anything behind it, `bad` for a path that is none. */
interface NoEnvelope {
  readonly wrong: 'syntax' | 'bad';
  readonly typed: string;
}

/** `FROM:<path> parameters` after `keyword` in front. */
function readPath(
  session: SmtpServerState,
  heard: Heard,
  rest: string,
  keyword: 'FROM:' | 'TO:',
): Envelope | NoEnvelope {
  const { lenient, phrases, literals, hyphenFirst, tidies } = DIALECTS[session.config.dialect].paths;
  if (lenient) return lenientPath(heard, rest);
  if (rest.slice(0, keyword.length).toUpperCase() !== keyword) return { wrong: 'syntax', typed: '' };
  const written = rest.slice(keyword.length).trim();
  const text = tidies ? withoutInnerBlanks(written) : written;
  if (text === '') return { wrong: 'syntax', typed: '' };
  const phrase = phrases ? (/^[^<>"@,]+ (?=<)/.exec(text)?.[0].length ?? 0) : 0;
  const path = parsePath(text, phrase);
  if (
    path === null ||
    (!literals && path.domain?.startsWith('[') === true) ||
    (!hyphenFirst && path.path.startsWith('-'))
  )
    return { wrong: 'bad', typed: text };
  const typed = text.slice(phrase, path.next).trimEnd();
  const mailbox = tidies ? withoutQuotes(path.path) : path.path;
  return { heard: heardAs(heard, mailbox, typed), parameters: wordsOf(text, path.next) };
}

/** `< ann@example.org >`, as a parser for header fields reads it; blanks within quotes stay. */
const withoutInnerBlanks = (text: string): string =>
  /^<[ \t]|[ \t]>/.test(text)
    ? text.replace(/^<[ \t]+/, '<').replace(/^(<(?:"(?:[^"\\]|\\.)*"|[^"<>])*?)[ \t]+>/, '$1>')
    : text;

const wordsOf = (text: string, from: number): readonly string[] =>
  from === text.length
    ? NO_WORDS
    : text
        .slice(from)
        .split(/[ \t]+/)
        .filter((word) => word !== '');

const NO_WORDS: readonly string[] = [];

/** Octets of a path that qmail takes. */
const LENIENT_LIMIT = 900;

/** qmail's way: what the brackets hold, or what stands behind the colon, without quotes and source route. */
function lenientPath(heard: Heard, rest: string): Envelope | NoEnvelope {
  const open = rest.indexOf('<');
  const from = open >= 0 ? open : rest.indexOf(':');
  const raw = open >= 0 || from >= 0 ? rest.slice(from + 1).trimStart() : '';
  const text = raw.replace(/^@[^:]*:/, '');
  let path = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (!quoted && text[i] === (open >= 0 ? '>' : ' ')) break;
    if (text[i] === '"') quoted = !quoted;
    else path += text[i] === '\\' ? (text[++i] ?? '') : text[i];
  }
  if (path.length > LENIENT_LIMIT) return { wrong: 'bad', typed: text };
  return { heard: heardAs(heard, path, `<${path}>`), parameters: [] };
}

/** Says what is wrong with the envelope. */
function refusePath(
  session: SmtpServerState,
  heard: Heard,
  rest: string,
  { wrong, typed }: NoEnvelope,
): Step {
  const sender = heard.verb === 'MAIL';
  const named = heardAs(heard, heard.argument, typed);
  if (wrong === 'syntax') {
    const scanned = /^[^\s:<]*/.exec(rest)![0].toUpperCase();
    return refuse(session, named, sender ? 'R501MailSyntax' : 'R501RcptSyntax', { scanned });
  }
  return refuseAs(session, named, pathTrouble(typed));
}

function refuseAs(session: SmtpServerState, heard: Heard, { trouble, before, rest }: Troubled): Step {
  const name = heard.verb === 'MAIL' ? 'R501BadSender' : 'R501BadRecipient';
  return refuse(session, heard, name, { before, rest }, '', trouble);
}

export function mail(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(session, heard, rest, 'FROM:');
  if ('wrong' in read) return refusePath(session, heard, rest, read);
  if (wantsDomain(session, read.heard)) return refuse(session, read.heard, 'R501WantsDomain');
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

/** Whether the address should name a domain and does not. */
function wantsDomain({ config }: SmtpServerState, { verb, argument }: Heard): boolean {
  const { wantsDomain: wants } = DIALECTS[config.dialect].paths;
  if (wants === 'never' || (wants === 'sender' && verb !== 'MAIL') || argument === '') return false;
  return splitAddress(argument).domain === '' && argument.toLowerCase() !== 'postmaster';
}

/** RFC 5321 §4.1.1.11: parameters belong to the extensions that EHLO offered. */
const parametersWelcome = ({ config, extended }: SmtpServerState): boolean =>
  extended || DIALECTS[config.dialect].parametersAfterHelo;

/** RFC 6531 §3.3: domains beyond ASCII belong to letters that say SMTPUTF8. */
const speaksDomain = ({ parameters }: SmtpServerState, mailbox: string): boolean =>
  parameters.utf8 || isAscii(splitAddress(mailbox).domain);

const wrong = (session: SmtpServerState, heard: Heard, { wrong: name, parameter }: Wrong): Step =>
  refuse(session, heard, name, {
    parameter,
    keyword: parameter.split('=', 1)[0] ?? '',
    value: parameter.slice(parameter.indexOf('=') + 1),
  });

const unknown = (session: SmtpServerState, heard: Heard, parameter: string): Step =>
  wrong(session, heard, { wrong: 'R555Parameter', parameter });

export function rcpt(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(session, heard, rest, 'TO:');
  if ('wrong' in read) return refusePath(session, heard, rest, read);
  // The null path is for reverse-paths only (RFC 5321 §4.1.2).
  if (read.heard.argument === '' && !DIALECTS[session.config.dialect].paths.lenient)
    return refuseAs(session, read.heard, pathTrouble('<>'));
  if (wantsDomain(session, read.heard)) return refuse(session, read.heard, 'R501WantsDomain');
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
