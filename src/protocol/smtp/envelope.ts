/** MAIL and RCPT: the envelope (RFC 5321 §4.1.1.2, §4.1.1.3). */
import { parsePath } from '../../mail/address.ts';
import type { ReplyName } from './replies.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { ask, heardAs, refuse } from './session.ts';

/** A command's keyword and path, read as the two commands share it. */
interface Envelope {
  readonly heard: Heard;
  readonly domain: string | null;
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
  return { heard: heardAs(heard, path.path, typed), domain: path.domain, parameters };
}

export function mail(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(heard, rest, 'FROM:', 'R501MailSyntax', 'R501BadSender');
  if ('wrong' in read) return refuse(session, heardAs(heard, heard.argument, read.typed), read.wrong);
  const { sizeLimit } = session.config;
  let size: number | null = null;
  for (const parameter of read.parameters) {
    const upper = parameter.toUpperCase();
    const known = upper.startsWith('SIZE=') || upper === 'BODY=7BIT' || upper === 'BODY=8BITMIME';
    // RFC 5321 §4.1.1.11: parameters belong to the extensions that EHLO offered.
    if (!known || !session.extended) return unknown(session, read.heard, parameter);
    if (upper.startsWith('SIZE=')) {
      const value = parameter.slice(5);
      if (!/^\d+$/.test(value)) return refuse(session, read.heard, 'R501BadSize');
      // RFC 1870 §5 has at most 20 digits; a number too large for exact arithmetic is still too large for us.
      size = Number(value);
      const beyond = sizeLimit > 0 ? size > sizeLimit : size > Number.MAX_SAFE_INTEGER;
      if (beyond) return refuse(session, read.heard, 'R552TooLarge');
    }
  }
  return ask(session, read.heard, { kind: 'mail', reversePath: read.heard.argument, size });
}

const unknown = (session: SmtpServerState, heard: Heard, parameter: string): Step =>
  refuse(session, heard, 'R555Parameter', { parameter, keyword: parameter.split('=', 1)[0] ?? '' });

export function rcpt(session: SmtpServerState, heard: Heard, rest: string): Step {
  const read = readPath(heard, rest, 'TO:', 'R501RcptSyntax', 'R501BadRecipient');
  if ('wrong' in read) return refuse(session, heardAs(heard, heard.argument, read.typed), read.wrong);
  // The null path is for reverse-paths only (RFC 5321 §4.1.2).
  if (read.heard.argument === '') return refuse(session, read.heard, 'R501BadRecipient');
  const parameter = read.parameters[0];
  if (parameter !== undefined) return unknown(session, read.heard, parameter);
  if (session.forwardPaths.length >= session.config.recipientLimit) {
    return refuse(session, read.heard, 'R452TooManyRecipients');
  }
  return ask(session, read.heard, {
    kind: 'rcpt',
    reversePath: session.reversePath ?? '',
    forwardPath: read.heard.argument,
  });
}
