/** The predicates a lesson may use, with their fields (LESSONS.md 4.3): the schema checks against it, the grader fills it. */
import type { EventName, StateName } from './types.ts';

/** `fields`: a field of named fields. A list: the only words it can have. */
export type FieldKind = 'text' | 'number' | 'flag' | 'fields' | readonly string[];
export type FieldTable = Readonly<Record<string, FieldKind>>;

export const SMTP_VERBS: readonly string[] = [
  'CONNECT',
  'HELO',
  'EHLO',
  'MAIL',
  'RCPT',
  'DATA',
  'BODY',
  'END-OF-DATA',
  'RSET',
  'VRFY',
  'EXPN',
  'HELP',
  'NOOP',
  'ETRN',
  'AUTH',
  'STARTTLS',
  'QUIT',
  'UNKNOWN',
  'SERVER',
];

const POP_VERBS: readonly string[] = [
  'CONNECT',
  'USER',
  'PASS',
  'APOP',
  'AUTH',
  'STLS',
  'CAPA',
  'STAT',
  'LIST',
  'UIDL',
  'RETR',
  'TOP',
  'DELE',
  'RSET',
  'LAST',
  'NOOP',
  'QUIT',
  'UNKNOWN',
  'SERVER',
];

const LETTER: FieldTable = {
  host: 'text',
  envelope_from: 'text',
  envelope_to: 'text',
  header: 'fields',
  body: 'text',
  blank_line: 'flag',
  sent_by: 'text',
};

export const EVENTS: Readonly<Record<EventName, FieldTable>> = {
  tcp: { by: 'text', from: 'text', to: 'text', result: ['open', 'refused', 'timeout', 'unreachable'] },
  smtp: {
    by: 'text',
    host: 'text',
    verb: SMTP_VERBS,
    address: 'text',
    reply: 'text',
    enhanced: 'text',
    text: 'text',
    line: 'text',
    state: 'text',
    eol: ['crlf', 'lf', 'none'],
  },
  pop: { by: 'text', host: 'text', verb: POP_VERBS, arg: 'text', ok: 'flag', text: 'text', state: 'text' },
  dns: {
    by: 'text',
    from: 'text',
    name: 'text',
    rrtype: 'text',
    rcode: 'text',
    answers: 'text',
    server: 'text',
    aa: 'flag',
  },
  shell: { host: 'text', command: 'text', ok: 'flag' },
  send: { host: 'text', account: 'text', to: 'text', subject: 'text', ok: 'flag', by: ['mua'] },
  fetch: { host: 'text', account: 'text', ok: 'flag', why: 'text', header: 'fields', body: 'text' },
  accepted: { ...LETTER, origin: ['smtp', 'local', 'dsn'] },
  relayed: { host: 'text', to: 'text', next: 'text', reply: 'text' },
  delivered: { ...LETTER, mailbox: 'text', to: 'text' },
  deferred: { host: 'text', to: 'text', why: 'text' },
  bounce: { host: 'text', to: 'text', why: 'text' },
  auth: { host: 'text', proto: ['pop3'], user: 'text', ok: 'flag' },
  inspect: { what: 'text', id: 'text' },
  power: { host: 'text', up: 'flag' },
};

export const STATES: Readonly<Record<StateName, FieldTable>> = {
  message: { ...LETTER, in: 'text', count: 'number' },
  queue: { host: 'text', is: 'number', why: 'text' },
  session: { proto: ['smtp', 'pop3'], host: 'text', state: 'text', user: 'text', by: 'text' },
  host: { name: 'text', up: 'flag' },
};

export const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
export const isStateName = (name: string): name is StateName => Object.hasOwn(STATES, name);
