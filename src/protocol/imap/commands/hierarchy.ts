/** CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE (RFC 3501 §6.3.3–6.3.7). */
import { SEPARATOR } from '../../../mail/account.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { invalidName, invalidNewName, noSuchMailbox, readName } from '../names.ts';
import { completed, timed, WORDS } from '../replies.ts';
import type { HeardCommand, ImapServerState, Outcome, Verdict } from '../session.ts';
import { AFTER_LOGIN, ask, bad, imapCommand, no, ok, outcome, reply, sessionWith } from '../session.ts';
import type { ImapRefusal } from '../types.ts';

type Named = { readonly names: readonly string[] } | { readonly wrong: Verdict };

/** So many mailbox names at the head of the arguments. */
function namesOf(session: ImapServerState, heard: HeardCommand, count: number): Named {
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = astringOf(heard.args[i]);
    const why = heard.args[i] === undefined ? 'Missing arguments' : 'Invalid arguments';
    if (text === null) return { wrong: reply(bad(session, heard, why)) };
    names.push(readName(session, text));
  }
  return { names };
}

const impossible = (session: ImapServerState, why: string): Verdict => reply(no(session, timed(why)));

/** A separator at the end says only that inferiors are to come. */
const withoutEnd = (name: string): string => (name.endsWith(SEPARATOR) ? name.slice(0, -1) : name);

export const create = imapCommand<string>({
  verb: 'CREATE',
  moves: AFTER_LOGIN,
  syntax: 'CREATE mailbox [(USE (\\Sent))]',
  clause: 'RFC 3501 §6.3.3',
  handle(session, heard) {
    const named = namesOf(session, heard, 1);
    if ('wrong' in named) return named.wrong;
    const name = withoutEnd(named.names[0]!);
    const why = invalidNewName(name);
    if (why !== null) return impossible(session, why);
    const use = specialUse(heard.args[1]);
    if (use === null) return reply(no(session, timed('[USEATTR] Unknown special-use')));
    return ask({ kind: 'create', name, use }, name);
  },
  answered: (session, _heard, name, { result }) =>
    result.kind === 'refused'
      ? no(session, timed(refusal(result.why, name)))
      : ok(session, completed('Create')),
});

const USES = ['\\All', '\\Archive', '\\Drafts', '\\Flagged', '\\Junk', '\\Sent', '\\Trash'];

/** RFC 6154 §3: `(USE (\Sent))`; empty without, null for a use that nobody knows. */
function specialUse(argument: Argument | undefined): string | null {
  if (argument?.kind !== 'list' || keywordOf(argument.items[0]) !== 'USE') return '';
  const list = argument.items[1];
  const [first] = list?.kind === 'list' ? list.items : [];
  if (first === undefined) return '';
  const wanted = keywordOf(first);
  return USES.find((use) => use.toUpperCase() === wanted) ?? null;
}

function refusal(why: ImapRefusal, name: string): string {
  switch (why) {
    case 'exists':
      return '[ALREADYEXISTS] Mailbox already exists';
    case 'nonexistent':
      return `[NONEXISTENT] ${noSuchMailbox(name)}`;
    case 'inbox':
      return "INBOX can't be deleted";
    case 'has-inferiors':
      return `[NONEXISTENT] ${noSuchMailbox(name)}`;
    case 'inferior':
      return "Can't rename mailbox under its own child";
    case 'too-long':
      return '[CANNOT] Mailbox name too long';
    default:
      return '[LIMIT] Too many mailboxes';
  }
}

export const deletion = imapCommand<string>({
  verb: 'DELETE',
  moves: AFTER_LOGIN,
  syntax: 'DELETE mailbox',
  clause: 'RFC 3501 §6.3.4',
  handle(session, heard) {
    const named = namesOf(session, heard, 1);
    if ('wrong' in named) return named.wrong;
    const name = named.names[0]!;
    if (name === '') return impossible(session, "[CANNOT] Storage root can't be deleted");
    const why = invalidName(name);
    return why === null ? ask({ kind: 'delete', name }, name) : impossible(session, why);
  },
  answered: (session, _heard, name, { result, view }) =>
    deleted(session, name, result.kind === 'refused' ? result.why : null, view === null),
});

function deleted(session: ImapServerState, name: string, why: ImapRefusal | null, isGone: boolean): Outcome {
  if (why !== null) return no(session, timed(refusal(why, name)));
  if (session.view === null || !isGone) return ok(session, completed('Delete'));
  const next = sessionWith(session, { view: null });
  return outcome(next, 'OK', completed('Delete'), {
    ending: { kind: 'bye', words: WORDS.deleted, place: 'behind' },
  });
}

export const rename = imapCommand<string>({
  verb: 'RENAME',
  moves: AFTER_LOGIN,
  syntax: 'RENAME mailbox mailbox',
  clause: 'RFC 3501 §6.3.5',
  handle(session, heard) {
    const named = namesOf(session, heard, 2);
    if ('wrong' in named) return named.wrong;
    const [name, to] = named.names as [string, string];
    if (name === to) return impossible(session, "[ALREADYEXISTS] Can't rename mailbox to itself");
    const why = invalidName(name) ?? invalidNewName(to);
    if (why !== null) return impossible(session, why);
    return ask({ kind: 'rename', name, to }, name);
  },
  answered: (session, _heard, name, { result }) =>
    result.kind === 'refused'
      ? no(
          session,
          timed(
            result.why === 'exists'
              ? '[ALREADYEXISTS] Target mailbox already exists'
              : refusal(result.why, name),
          ),
        )
      : ok(session, completed('Rename')),
});

const TOO_MANY = '[LIMIT] Too many subscriptions';

const subscription = (verb: 'SUBSCRIBE' | 'UNSUBSCRIBE', clause: string) =>
  imapCommand<string>({
    verb,
    moves: AFTER_LOGIN,
    syntax: `${verb} mailbox`,
    clause,
    handle(session, heard) {
      const named = namesOf(session, heard, 1);
      if ('wrong' in named) return named.wrong;
      const name = verb === 'SUBSCRIBE' ? withoutEnd(named.names[0]!) : named.names[0]!;
      const why = invalidName(name);
      if (why !== null && (name !== '' || verb === 'UNSUBSCRIBE')) return impossible(session, why);
      return ask({ kind: verb === 'SUBSCRIBE' ? 'subscribe' : 'unsubscribe', name }, name);
    },
    answered: (session, _heard, name, { result }) =>
      result.kind === 'refused'
        ? no(session, timed(result.why === 'too-many' ? TOO_MANY : noSuchMailbox(name)))
        : ok(session, completed(verb === 'SUBSCRIBE' ? 'Subscribe' : 'Unsubscribe')),
  });

export const subscribe = subscription('SUBSCRIBE', 'RFC 3501 §6.3.6');
export const unsubscribe = subscription('UNSUBSCRIBE', 'RFC 3501 §6.3.7');
