/** One-line checks for teachers (LESSONS.md 4.3, "Sugar"): each expands to a check of the predicate language. */
import type { Check, EventName, Fields, Matcher, StateName, Window } from './types.ts';

const WINDOW: Window = { since: 'lesson', after: null };
const text = (glob: string): Matcher => ({ kind: 'text', glob });
const code = (word: string): Matcher =>
  /^[2-5]xx$/i.test(word) ? { kind: 'class', digit: word[0]! } : text(word);
const event = (name: EventName, fields: Fields): Check => ({ kind: 'event', name, fields, window: WINDOW });
const state = (name: StateName, fields: Fields): Check => ({ kind: 'state', name, fields, window: WINDOW });

const FORMS: readonly { readonly form: RegExp; readonly check: (parts: readonly string[]) => Check }[] = [
  {
    form: /^student gets (\w{3}) to ([\w-]+)(?: (\S+))?$/i,
    check: ([reply, verb, address]) =>
      event('smtp', {
        by: text('student'),
        verb: text(verb!.toUpperCase()),
        reply: code(reply!),
        ...(address ? { address: text(address) } : {}),
      }),
  },
  {
    form: /^mailbox (\S+) has ([\w-]+) "([^"]*)"$/i,
    check: ([mailbox, name, value]) =>
      state('message', {
        in: text(mailbox!),
        header: { kind: 'fields', fields: { [name!.toLowerCase()]: text(value!) } },
      }),
  },
  { form: /^mailbox (\S+) has a message$/i, check: ([mailbox]) => state('message', { in: text(mailbox!) }) },
  {
    form: /^asked (MX|A|AAAA|TXT|PTR|CNAME|NS|SOA) of (\S+)$/i,
    check: ([rrtype, name]) =>
      event('dns', { by: text('student'), rrtype: text(rrtype!), name: text(name!) }),
  },
  {
    form: /^queue of (\S+) is empty$/i,
    check: ([host]) => state('queue', { host: text(host!), is: text('0') }),
  },
  {
    form: /^(\S+) is (on|off)$/i,
    check: ([host, how]) =>
      state('host', { name: text(host!), up: { kind: 'flag', value: how!.toLowerCase() === 'on' } }),
  },
];

/** null: no sentence of the list. */
export function sentenceToCheck(sentence: string): Check | null {
  if (sentence.length > 200) return null;
  for (const { form, check } of FORMS) {
    const parts = form.exec(sentence.trim());
    if (parts) return check(parts.slice(1));
  }
  return null;
}
