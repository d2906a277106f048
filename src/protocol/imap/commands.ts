/**
 * IMAP as a table (RFC 3501 §6): the states of a session, and each command with the states it is allowed in, where it
 * leads, its syntax and what it does. The server machine runs from this table and the session view draws it.
 */
import { capability, id, logout, noop } from './commands/any-state.ts';
import { append } from './commands/append.ts';
import { authenticate } from './commands/authenticate.ts';
import { copy, move } from './commands/copy.ts';
import { enable } from './commands/enable.ts';
import { expunge } from './commands/expunge.ts';
import { fetch } from './commands/fetch.ts';
import { create, deletion, rename, subscribe, unsubscribe } from './commands/hierarchy.ts';
import { idle } from './commands/idle.ts';
import { list, lsub } from './commands/list.ts';
import { login } from './commands/login.ts';
import { getQuota, getQuotaRoot, setQuota } from './commands/quota.ts';
import { search } from './commands/search.ts';
import { check, close, examine, namespace, select, unselect } from './commands/select.ts';
import { starttls } from './commands/starttls.ts';
import { status } from './commands/status.ts';
import { store } from './commands/store.ts';
import type { ImapCommand, ImapStateName } from './session.ts';

/** In the order a session goes through them; it begins in the first. */
export const IMAP_STATES: readonly ImapStateName[] = [
  'not-authenticated',
  'authenticated',
  'selected',
  'logout',
];

export const IMAP_COMMANDS: readonly ImapCommand[] = [
  capability,
  noop,
  logout,
  id,
  starttls,
  login,
  authenticate,
  enable,
  select,
  examine,
  create,
  deletion,
  rename,
  subscribe,
  unsubscribe,
  list,
  lsub,
  namespace,
  status,
  append,
  idle,
  getQuotaRoot,
  getQuota,
  setQuota,
  check,
  close,
  unselect,
  expunge,
  search,
  fetch,
  store,
  copy,
  move,
];

const BY_VERB: ReadonlyMap<string, ImapCommand> = new Map(
  IMAP_COMMANDS.map((command) => [command.verb, command]),
);

/** The command of that name, in capitals. */
export const imapCommand = (verb: string): ImapCommand | undefined => BY_VERB.get(verb);
