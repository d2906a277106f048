/** VRFY, EXPN, ETRN: what a client may ask besides (RFC 5321 §3.5; RFC 1985). */
import { isAscii } from '../../base/octets.ts';
import { isAddressLiteral, parsePath, splitAddress } from '../../mail/address.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { supports } from './extensions.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { ask, heardAs, refuse } from './session.ts';
import { isOff } from './known-commands.ts';

export function verify(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (isOff(session, 'VRFY') && !mustNameDomain(session)) return refuse(session, heard, 'R502VrfyDisabled');
  if (rest === '' || (supports(session, 'SMTPUTF8') && /^SMTPUTF8$/i.test(rest)))
    return refuse(session, heard, 'R501VrfySyntax');
  const typed = supports(session, 'SMTPUTF8') ? rest.replace(/[ \t]+SMTPUTF8$/i, '') : rest;
  const argument = mailboxIn(typed);
  const { hyphenFirst } = DIALECTS[session.config.dialect].paths;
  const speaks = typed !== rest || argument === null || isAscii(splitAddress(argument).domain);
  if (argument === null || !speaks || (!hyphenFirst && argument.startsWith('-')))
    return refuse(session, heardAs(heard, '', typed), 'R501BadRecipient');
  const named = heardAs(heard, argument, typed);
  // Exim reads the address before it says that nobody may ask.
  if (
    mustNameDomain(session) &&
    splitAddress(argument).domain === '' &&
    argument.toLowerCase() !== 'postmaster'
  )
    return refuse(session, named, 'R501WantsDomain');
  if (isOff(session, 'VRFY')) return refuse(session, named, 'R502VrfyDisabled');
  return ask(session, named, {
    kind: 'vrfy',
    argument,
    reversePath: session.reversePath ?? '',
    login: session.login,
  });
}

const mustNameDomain = ({ config }: SmtpServerState): boolean =>
  DIALECTS[config.dialect].paths.wantsDomain === 'always';

export function expand(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (isOff(session, 'EXPN')) return refuse(session, heard, 'R502ExpnDisabled');
  if (rest === '') return refuse(session, heard, 'R501VrfySyntax');
  const argument = mailboxIn(rest);
  if (argument === null) return refuse(session, heardAs(heard, '', rest), 'R501BadRecipient');
  return ask(session, heardAs(heard, argument, rest), { kind: 'expn', argument });
}

/** A user name or mailbox, in brackets or not; a phrase may stand before the brackets. */
function mailboxIn(text: string): string | null {
  const phrase = /^[^<>"@]+ (?=<[^<>]*>$)/.exec(text)?.[0].length ?? 0;
  const path = parsePath(text, phrase);
  return path === null || path.path === '' || path.next < text.length ? null : path.path;
}

/** RFC 1985 §5: a domain, perhaps with `@` (and all below it) or `#` (a queue's name) in front. */
export function turn(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (DIALECTS[session.config.dialect].prohibits.includes('ETRN'))
    return refuse(session, heard, 'R502TurnDisabled');
  const words = rest.split(/[ \t]+/).filter((one) => one !== '');
  if (words.length !== 1) return refuse(session, heard, 'R501TurnSyntax');
  const domain = words[0]!.replace(/^[@#]/, '');
  if (!isDomain(domain)) return refuse(session, heard, 'R501TurnDomain');
  const named = heardAs(heard, domain, rest);
  return ask(session, named, { kind: 'etrn', domain: domain.toLowerCase(), login: session.login });
}

/** A host name or an address literal; a bare address is neither. */
function isDomain(text: string): boolean {
  if (text.startsWith('[')) return isAddressLiteral(text);
  if (/^[\d.]+$/.test(text)) return false;
  return text.length <= 255 && text.split('.').every((label) => /^(?!-)[\w-]{1,63}(?<!-)$/.test(label));
}
