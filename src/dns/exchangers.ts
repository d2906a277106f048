/** Where mail for a domain goes (RFC 5321 §5.1; null MX: RFC 7505). Pure and restartable. */
import { knownAnswer, sameQuestion } from './known.ts';
import { followAliases } from './chain.ts';
import { parseName } from './names.ts';
import type {
  DomainName,
  Exchanger,
  KnownAnswers,
  Lookup,
  Question,
  RecordType,
  ResourceRecord,
  Route,
} from './types.ts';

/** Exchangers looked at, the most preferred first; a domain with more has told enough. */
const MAX_EXCHANGERS = 20;
/** Look-ups that end in an alias and go on elsewhere. */
const MAX_ALIASES = 8;

interface Exchange {
  readonly preference: number;
  readonly name: DomainName;
}

/** What is known of one question, aliases followed through as many answers as it takes. */
type Settled =
  | { readonly kind: 'need'; readonly question: Question }
  | { readonly kind: 'records'; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'noName' }
  | { readonly kind: 'temporary' };

/** Address records worth asking for: those of the families the asking host has itself. */
export type AddressType = 'A' | 'AAAA';
const BOTH_FAMILIES: readonly AddressType[] = ['A', 'AAAA'];

const none = (why: (Route & { kind: 'none' })['why']): Lookup<Route> => ({ done: { kind: 'none', why } });

/**
 * The exchangers of a domain in the order to be tried, each with its A and then its AAAA addresses (never
 * empty: those without an address are left out). Exchangers of equal preference are shuffled by `chance`, a
 * number in [0, 1): 0 keeps the order of the answer. When one of `ownNames` is among them, it and all that
 * are not preferred to it are dropped, and `loop` says that none is left. What a look-up could not tell now
 * is `temporary`, if nothing else can be tried.
 */
export function routeFor(
  domain: string,
  known: KnownAnswers,
  chance: number,
  ownNames: readonly string[] = [],
  types: readonly AddressType[] = BOTH_FAMILIES,
): Lookup<Route> {
  const name = parseName(domain);
  if (name === null || name === '') return none('noDomain');
  const own = new Set(ownNames.map((ownName) => parseName(ownName)));
  const answer = settle(known, { name, type: 'MX' });
  if (answer.kind === 'need') return { need: [answer.question] };
  if (answer.kind === 'temporary') return none('temporary');
  if (answer.kind === 'noName') return none('noDomain');
  // RFC 5321 §5.1: no MX at all, and the domain itself stands in with preference 0.
  if (answer.records.length === 0) {
    if (own.has(name)) return none('loop');
    return withAddresses('implicit', [{ preference: 0, name }], known, types);
  }
  const exchanges = exchangesOf(answer.records);
  if (exchanges.length === 0) return none('nullMx');
  const eligible = beforeOurselves(exchanges, own);
  if (eligible.length === 0) return none('loop');
  return withAddresses('mx', shuffled(eligible, chance).slice(0, MAX_EXCHANGERS), known, types);
}

/** Exchangers by preference, each once; a target that is the root is none (RFC 7505 §3). */
function exchangesOf(records: readonly ResourceRecord[]): readonly Exchange[] {
  const exchanges: { preference: number; readonly name: DomainName }[] = [];
  for (const { data } of records) {
    if (data.type !== 'MX' || data.exchange === '') continue;
    const { preference, exchange: name } = data;
    const known = exchanges.find((exchange) => exchange.name === name);
    if (known) known.preference = Math.min(known.preference, preference);
    else exchanges.push({ preference, name });
  }
  return exchanges.sort((one, other) => one.preference - other.preference);
}

/** RFC 5321 §5.1: a relay that finds itself in the list must try only those that are preferred to it. */
function beforeOurselves(
  exchanges: readonly Exchange[],
  own: ReadonlySet<string | null>,
): readonly Exchange[] {
  const self = exchanges.find((exchange) => own.has(exchange.name));
  return self ? exchanges.filter((exchange) => exchange.preference < self.preference) : exchanges;
}

/** Equal preferences in an order that `chance` chooses; every order is about as likely as any other. */
function shuffled(exchanges: readonly Exchange[], chance: number): readonly Exchange[] {
  const out = exchanges.slice();
  let rest = chance > 0 && chance < 1 ? chance : 0;
  for (let i = 0; i < out.length; i++) {
    let end = i + 1;
    while (end < out.length && end - i < MAX_EXCHANGERS && out[end]!.preference === out[i]!.preference) end++;
    // One digit of `chance` in base (end - i) says who comes first, its further digits order the rest.
    rest *= end - i;
    const pick = Math.floor(rest);
    rest -= pick;
    const first = out[i + pick]!;
    out[i + pick] = out[i]!;
    out[i] = first;
  }
  return out;
}

function withAddresses(
  by: 'mx' | 'implicit',
  exchanges: readonly Exchange[],
  known: KnownAnswers,
  types: readonly AddressType[],
): Lookup<Route> {
  const need: Question[] = [];
  const exchangers: Exchanger[] = [];
  let temporary = false;
  let allUnknown = true;
  for (const { preference, name } of exchanges) {
    const addresses: string[] = [];
    for (const type of types) {
      const answer = settle(known, { name, type });
      if (answer.kind === 'need') need.push(answer.question);
      else if (answer.kind === 'temporary') temporary = true;
      else if (answer.kind === 'records') for (const { data } of answer.records) addAddress(addresses, data);
      if (answer.kind !== 'noName') allUnknown = false;
    }
    if (addresses.length > 0) exchangers.push({ preference, name, addresses });
  }
  if (need.length > 0) return { need: distinct(need) };
  if (exchangers.length > 0) return { done: { kind: 'exchangers', by, exchangers } };
  if (temporary) return none('temporary');
  return none(by === 'implicit' && allUnknown ? 'noDomain' : 'noAddress');
}

function addAddress(addresses: string[], data: ResourceRecord['data']): void {
  if ((data.type === 'A' || data.type === 'AAAA') && !addresses.includes(data.address))
    addresses.push(data.address);
}

function distinct(questions: readonly Question[]): readonly Question[] {
  return questions.filter((question, i) => questions.findIndex((one) => sameQuestion(one, question)) === i);
}

/**
 * An alias whose target's data is not in the answer needs a question of its own: not every server follows
 * them.
 */
function settle(known: KnownAnswers, question: Question & { readonly type: RecordType }): Settled {
  let asked = question;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const answer = knownAnswer(known, asked);
    if (!answer) return { kind: 'need', question: asked };
    if (answer.rcode === 'NXDOMAIN') return { kind: 'noName' };
    if (answer.rcode !== 'NOERROR') return { kind: 'temporary' };
    const { name, records } = followAliases(asked, answer.records);
    if (records.length > 0 || name === asked.name) return { kind: 'records', records };
    asked = { name, type: question.type };
  }
  return { kind: 'temporary' };
}
