/** What a receiving SMTP service allows: who may send, from whom, to whom. */
import type { Clock, Millis } from '../base/time.ts';
import { mailDate } from '../base/time.ts';
import { routeFor } from '../dns/exchangers.ts';
import type { KnownAnswers, Question } from '../dns/types.ts';
import { splitAddress, subaddress } from '../mail/address.ts';
import type { Credentials } from '../protocol/sasl/sasl.ts';
import { proves } from '../protocol/sasl/sasl.ts';
import { DIALECTS } from '../protocol/smtp/dialects/dialect.ts';
import type {
  AuthConfig,
  DialectName,
  SmtpAnswer,
  SmtpExtension,
  SmtpQuestion,
} from '../protocol/smtp/types.ts';
import type { Chain } from '../protocol/tls/certificate.ts';
import { challengeOf } from './challenge.ts';
import { localTarget } from './local-names.ts';
import { inNetworks, isOwnLiteral } from './networks.ts';

export interface ServiceConfig {
  readonly port: number;
  readonly dialect: DialectName;
  readonly sizeLimit: number;
  /** Domains whose mail ends on this host, lower case; the first is the host's main mail domain. */
  readonly domains: readonly string[];
  /** Domains it passes on for anybody, with all below them. */
  readonly relayDomains: readonly string[];
  /** Known recipients in relay domains; a domain not listed accepts all. */
  readonly relayRecipients: Readonly<Record<string, readonly string[]>>;
  /** Clients that may send anywhere: CIDR blocks. */
  readonly networks: readonly string[];
  /**
   * An MSA (RFC 6409): `network` takes letters from clients of `networks`, `login` from those who logged in, each with a
   * sender address of their own. null: no MSA.
   */
  readonly submission: 'network' | 'login' | null;
  readonly tls: 'none' | 'may' | 'encrypt' | 'implicit';
  readonly auth: AuthConfig | null;
  /** What this host shows for itself, the leaf first (TLS). */
  readonly certificates: Chain;
  /** Extensions of the dialect that are switched off. */
  readonly without: readonly SmtpExtension[];
  readonly users: readonly string[];
  /** Login → password, for AUTH. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Refuse MAIL when the sender's domain is not in the DNS (Sendmail's default, a choice in Postfix). */
  readonly checkSenderDomain: boolean;
  /** Names of client addresses, as reverse look-ups would find them; others are `unknown`. */
  readonly clientNames: Readonly<Record<string, string>>;
  /** Connections that one client may have at once, but for clients of `networks`; 0: as many as are served at all. */
  readonly clientLimit: number;
  /** Own words behind 220; empty: the dialect's. */
  readonly banner: string;
}

/** From where to where. */
export interface Parties {
  /** The host's own. */
  readonly addresses: readonly string[];
  readonly client: string;
}

/** Where a question comes from. */
export interface Asker extends Parties {
  readonly hostname: string;
  readonly clock: Clock;
  /** When the session was opened, and a number drawn then. */
  readonly openedAt: Millis;
  readonly chance: number;
  readonly known: KnownAnswers;
}

export type Verdict = { readonly done: SmtpAnswer } | { readonly need: readonly Question[] };

type Refusal = Extract<SmtpAnswer, { kind: 'refuse' }>['why'];

const refuse = (why: Refusal, text = ''): Verdict => ({ done: { kind: 'refuse', why, text } });
const ACCEPT: Verdict = { done: { kind: 'accept' } };

export function decide(
  config: ServiceConfig,
  asker: Asker,
  question: Exclude<SmtpQuestion, { kind: 'message' }>,
): Verdict {
  switch (question.kind) {
    case 'connect':
      return {
        done: {
          kind: 'accept',
          greetingDate: mailDate(asker.clock, asker.openedAt),
          banner: config.banner,
          clientName: config.clientNames[asker.client] ?? '',
        },
      };
    case 'mail':
      return config.checkSenderDomain ? senderDomain(config, question.reversePath, asker.known) : ACCEPT;
    case 'rcpt':
      return recipient(config, asker, question.login, question.reversePath, question.forwardPath);
    case 'vrfy':
      return verify(config, asker, question);
    case 'expn':
      return expand(config, question.argument);
    case 'etrn':
      return { done: { kind: inDomains(question.domain, config.relayDomains) ? 'queueing' : 'unserved' } };
    case 'challenge':
      return { done: { kind: 'challenge', challenge: challengeFor(asker) } };
    case 'login':
      return { done: { kind: 'login', login: loginOf(config.passwords, question.credentials) } };
  }
}

const challengeFor = ({ chance, clock, openedAt, hostname }: Asker): string =>
  challengeOf(chance, 0, clock.epochMs + openedAt, hostname);

/** A domain of the list, or one below it: as Postfix compares relay domains. */
export const inDomains = (domain: string, domains: readonly string[]): boolean =>
  domains.some((parent) => domain === parent || domain.endsWith(`.${parent}`));

/** The login whose password was proved; null: none. */
export function loginOf(
  passwords: Readonly<Record<string, string>>,
  credentials: Credentials,
): string | null {
  const user = credentials.user.toLowerCase();
  return Object.hasOwn(passwords, user) && proves(credentials, passwords[user]!) ? user : null;
}

function senderDomain(config: ServiceConfig, reversePath: string, known: KnownAnswers): Verdict {
  const { domain } = splitAddress(reversePath);
  if (domain === '' || domain.startsWith('[') || config.domains.includes(domain)) return ACCEPT;
  const route = routeFor(domain, known, 0, []);
  if ('need' in route) return route;
  if (route.done.kind === 'exchangers') return ACCEPT;
  return route.done.why === 'temporary' ? refuse('try-later') : refuse('sender-domain-unknown');
}

export function recipient(
  config: ServiceConfig,
  asker: Parties,
  login: string,
  reversePath: string,
  forwardPath: string,
): Verdict {
  const trusted = inNetworks(asker.client, config.networks);
  // RFC 5321 §4.1.1.3: whoever has something to tell the postmaster.
  if (/^"?postmaster"?$/i.test(forwardPath)) return ACCEPT;
  if (config.submission === 'login') return submitted(config, login, reversePath);
  if (config.submission === 'network' && !trusted) return refuse('relay-denied');
  const { localPart, domain } = splitAddress(forwardPath);
  if (domain === '' || config.domains.includes(domain) || isOwnLiteral(domain, asker.addresses)) {
    // Where nobody asks at RCPT, the letter of an unknown user comes back as a bounce.
    const { checksRecipients } = DIALECTS[config.dialect];
    const unasked =
      checksRecipients === 'none' || (checksRecipients === 'strangers' && (trusted || login !== ''));
    const known = localTarget(config, localPart).kind !== 'unknown' || isOwnSender(config, localPart);
    return unasked || known ? ACCEPT : refuse('user-unknown');
  }
  if (inDomains(domain, config.relayDomains)) {
    const listed = Object.hasOwn(config.relayRecipients, domain) ? config.relayRecipients[domain] : undefined;
    return !listed || listed.includes(localPart.toLowerCase()) || localPart.toLowerCase() === 'postmaster'
      ? ACCEPT
      : refuse('user-unknown');
  }
  return trusted || login !== '' ? ACCEPT : refuse('relay-denied');
}

/** Postfix takes letters to the senders of its own reports, if only to lose or bounce them. */
const isOwnSender = ({ dialect }: ServiceConfig, localPart: string): boolean =>
  dialect.startsWith('postfix') && ['mailer-daemon', 'double-bounce'].includes(localPart.toLowerCase());

/** RFC 6409 §6.1: a login, and a sender address of its own. Unknown recipients come back as bounces. */
function submitted(config: ServiceConfig, login: string, reversePath: string): Verdict {
  const owners = ownersOf(config, reversePath);
  if (login === '') return refuse(owners.length > 0 ? 'not-logged-in' : 'access-denied');
  return reversePath === '' || owners.includes(login) ? ACCEPT : refuse('not-owner');
}

/** Who may send as this address: its user, or all who get the mail of an alias. */
function ownersOf(config: ServiceConfig, reversePath: string): readonly string[] {
  const { localPart, domain } = splitAddress(reversePath);
  if (localPart === '' || (domain !== '' && !config.domains.includes(domain))) return [];
  const target = localTarget(config, localPart);
  if (target.kind === 'mailbox') return [target.mailbox];
  if (target.kind === 'unknown') return [];
  return target.targets.map((one) => subaddress(splitAddress(one).localPart.toLowerCase()).user);
}

function verify(
  config: ServiceConfig,
  asker: Asker,
  question: Extract<SmtpQuestion, { kind: 'vrfy' }>,
): Verdict {
  const { argument } = question;
  const verdict = recipient(config, asker, question.login, question.reversePath, argument);
  if ('need' in verdict || verdict.done.kind === 'refuse') return verdict;
  return { done: { kind: 'verified', mailbox: argument } };
}

function expand(config: ServiceConfig, argument: string): Verdict {
  const { localPart, domain } = splitAddress(argument);
  if (domain !== '' && !config.domains.includes(domain)) return refuse('relay-denied');
  const target = localTarget(config, localPart);
  if (target.kind === 'unknown') return refuse('user-unknown');
  const mailboxes =
    target.kind === 'alias' ? target.targets : [`${target.mailbox}@${config.domains[0] ?? 'localhost'}`];
  return { done: { kind: 'expanded', mailboxes } };
}
