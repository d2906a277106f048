/** How the letters grow with the log. What is read of it is in `letters.ts`. */
import type { Fact } from '../agents/facts.ts';
import type { SimEvent } from '../sim/types.ts';
import { type LetterKey, letterKey } from './letter.ts';
import { accept, changeHop, settle } from './letters-hops.ts';
import { changeFolders, deliver, expunge, fetch, file, vanish } from './letters-mailbox.ts';
import { type LettersState, storeKey } from './letters-state.ts';
import { arrivalBehind } from './log.ts';
import { type Fold, project } from './project.ts';
import { factOf, noteOf } from './wire.ts';

export const LETTERS: Fold<LettersState> = {
  start: () => ({
    letters: new Map(),
    entries: new Map(),
    stored: new Map(),
    carried: new Map(),
    loggedIn: new Map(),
  }),
  copy: (state) => ({
    letters: new Map(state.letters),
    entries: new Map(state.entries),
    stored: new Map(state.stored),
    carried: new Map(state.carried),
    loggedIn: new Map(state.loggedIn),
  }),
  step: (state, event, log) => {
    const { what } = event;
    if (what.kind === 'segment') {
      const note = noteOf(what.note);
      if (note?.kind !== 'content') return;
      const retrieved = what.side === 'server';
      state.carried.set(what.conn, { host: event.host, letter: note.letter, segment: event.id, retrieved });
    } else if (what.kind === 'fact') {
      const fact = factOf(event);
      if (fact !== null) take(state, event, fact, log);
    }
  },
};

export const lettersState = (log: readonly SimEvent[], count: number): Readonly<LettersState> =>
  project(LETTERS, log, count);

function take(state: LettersState, event: SimEvent, fact: Fact, log: readonly SimEvent[]): void {
  switch (fact.kind) {
    case 'accepted':
      accept(state, event, fact, log);
      return;
    case 'relayed': {
      const { to, address, reply } = fact;
      settle(state, event, fact.queueId, fact.recipients, { kind: 'relayed', to, address, reply });
      return;
    }
    case 'deferred': {
      const { why, retryAt } = fact;
      settle(state, event, fact.queueId, fact.recipients, { kind: 'deferred', why, retryAt });
      return;
    }
    case 'bounced': {
      const notification = fact.notification === null ? null : letterKey(event.host, fact.notification);
      settle(state, event, fact.queueId, fact.recipients, { kind: 'bounced', why: fact.why, notification });
      return;
    }
    case 'delivered':
      deliver(state, event, fact, log);
      return;
    case 'routed': {
      const { domain, by, exchangers } = fact;
      const route = { domain, by, exchangers, event: event.id };
      // Tried again, it is routed again: the newest choice for a domain is the one that counts.
      changeHop(state, event, fact.queueId, (hop) => ({
        ...hop,
        routes: [...hop.routes.filter((other) => other.domain !== domain), route],
      }));
      return;
    }
    case 'removed':
      changeHop(state, event, fact.queueId, (hop) => ({ ...hop, removedAt: event.at }));
      return;
    case 'login': {
      const behind = fact.ok ? arrivalBehind(log, event, event.host, 'server') : null;
      if (behind) state.loggedIn.set(behind.conn, fact.mailbox);
      return;
    }
    case 'fetched':
      fetch(state, event, fact, log);
      return;
    case 'expunged':
      expunge(state, event, fact);
      return;
    case 'filed':
      file(state, event, fact);
      return;
    case 'folder':
      changeFolders(state, event, fact);
      return;
    case 'vanished':
      vanish(state, event, fact);
  }
}

/** The letter a content segment carries, with its postmarks so far; null when no host has accepted it yet. */
export function letterOnWire(
  state: Readonly<LettersState>,
  { host, what }: SimEvent,
): { readonly letter: LetterKey; readonly hop: number; readonly postmarks: number } | null {
  const note = what.kind === 'segment' ? noteOf(what.note) : null;
  if (what.kind !== 'segment' || note?.kind !== 'content') return null;
  const entry =
    what.side === 'server'
      ? state.stored.get(storeKey(host, state.loggedIn.get(what.conn) ?? '', note.letter))
      : state.entries.get(letterKey(host, note.letter));
  const hop = entry && state.letters.get(entry.key)?.hops[entry.hop];
  return entry && hop ? { letter: entry.key, hop: entry.hop, postmarks: hop.postmarks } : null;
}
