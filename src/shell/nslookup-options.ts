/** What can be set in `nslookup`: `-type=mx` on the command line, `set type=mx` at its prompt. */
import { parseQueryType } from '../dns/records.ts';
import type { QueryType } from '../dns/types.ts';

export interface NslookupOptions {
  /** Null: A, and AAAA after it. */
  readonly type: QueryType | null;
  readonly port: number;
  /** Seconds; 0 is the default. */
  readonly timeout: number;
  /** Times a server is asked. */
  readonly retry: number;
  readonly recursion: boolean;
  readonly tcp: boolean;
  readonly search: boolean;
  readonly debug: boolean;
  readonly silent: boolean;
}

export const DEFAULTS: NslookupOptions = {
  type: null,
  port: 53,
  timeout: 0,
  retry: 3,
  recursion: true,
  tcp: false,
  search: true,
  debug: false,
  silent: false,
};

/** Options with a value, by their full names; nslookup knows them by any beginning of at least so many letters. */
const VALUES: Readonly<Record<string, number>> = {
  class: 2,
  type: 2,
  querytype: 1,
  domain: 2,
  port: 2,
  timeout: 1,
  retry: 3,
  ndots: 2,
};
const SWITCHES: Readonly<Record<string, number>> = {
  recurse: 3,
  vc: 2,
  debug: 3,
  d2: 2,
  search: 3,
  defname: 3,
  silent: 3,
  fail: 4,
};

const whole = (names: Readonly<Record<string, number>>, word: string): string | undefined =>
  Object.keys(names).find((name) => word.length >= names[name]! && name.startsWith(word));

/** The options after one was set; `said` is what nslookup has to say to it, if anything. */
export function setOption(
  options: NslookupOptions,
  text: string,
): { readonly options: NslookupOptions; readonly said: readonly string[] } {
  const equals = text.indexOf('=');
  const word = (equals < 0 ? text : text.slice(0, equals)).toLowerCase();
  const set = (changes: Partial<NslookupOptions>) => ({ options: { ...options, ...changes }, said: [] });
  const refused = (said: string) => ({ options, said: [said] });
  if (equals >= 0) {
    const value = text.slice(equals + 1);
    const number = /^\d{1,5}$/.test(value) ? Number(value) : null;
    switch (whole(VALUES, word)) {
      case 'type':
      case 'querytype': {
        const type = parseQueryType(value);
        return type === null ? refused(`unknown query type: ${value}`) : set({ type });
      }
      case 'class':
        return value.toUpperCase() === 'IN' ? set({}) : refused(`unknown query class: ${value}`);
      case 'port':
        return number !== null && number >= 1 && number <= 65535
          ? set({ port: number })
          : refused(`Couldn't parse port number '${value}'`);
      case 'timeout':
        return number === null ? refused(`Couldn't parse timeout '${value}'`) : set({ timeout: number });
      case 'retry':
        return number === null
          ? refused(`Couldn't parse tries '${value}'`)
          : set({ retry: Math.min(number, 20) });
      case 'domain':
      case 'ndots':
        return set({});
      default:
        return refused(`*** Invalid option: ${text}`);
    }
  }
  const on = !word.startsWith('no');
  switch (whole(SWITCHES, on ? word : word.slice(2))) {
    case 'recurse':
      return set({ recursion: on });
    case 'vc':
      return set({ tcp: on });
    case 'debug':
      return set({ debug: on });
    case 'search':
    case 'defname':
      return set({ search: on });
    case 'silent':
      return set({ silent: on });
    case 'd2':
    case 'fail':
      return set({});
    default:
      return refused(`*** Invalid option: ${text}`);
  }
}
