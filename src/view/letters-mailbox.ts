/** A letter comes into a mailbox, is filed in its folders, fetched from them, and leaves them. */
import type { Fact } from '../agents/facts.ts';
import { NO_OCTETS } from '../base/octets.ts';
import { SEPARATOR } from '../mail/account.ts';
import type { SimEvent } from '../sim/types.ts';
import { type Fetched, type Letter, letterKey, type Place } from './letter.ts';
import { accept, changeHop, withStatus } from './letters-hops.ts';
import { type LettersState, storeKey } from './letters-state.ts';
import { arrivalBehind } from './log.ts';

export function deliver(
  state: LettersState,
  event: SimEvent,
  fact: Extract<Fact, { kind: 'delivered' }>,
  log: readonly SimEvent[],
): void {
  const { queueId, recipient, mailbox, uid, content, envelope, blankLine } = fact;
  const own = letterKey(event.host, queueId);
  // A store that delivers at once (LMTP) may never have put the letter in a queue of its own.
  if (!state.entries.has(own)) {
    const hop = {
      queueId,
      envelope,
      content,
      trace: NO_OCTETS,
      origin: 'smtp',
      about: null,
      blankLine,
    } as const;
    accept(state, event, hop, log);
    changeHop(state, event, queueId, (made) => ({ ...made, removedAt: event.at }));
  }
  const entry = state.entries.get(own)!;
  const letter = state.letters.get(entry.key);
  if (!letter) return;
  const place: Place = { kind: 'mailbox', host: event.host, mailbox, uid };
  state.stored.set(storeKey(event.host, mailbox, uid), entry);
  changeHop(
    state,
    event,
    queueId,
    (hop) => withStatus({ ...hop, content }, event, [recipient], { kind: 'delivered', mailbox, uid }),
    { content, ...envelopeOf(envelope), latestHop: entry.hop, places: [...letter.places, place] },
  );
}

const envelopeOf = ({
  reversePath,
  forwardPaths,
}: {
  reversePath: string;
  forwardPaths: readonly string[];
}) => ({
  reversePath,
  forwardPaths,
});

export function fetch(
  state: LettersState,
  event: SimEvent,
  fact: Extract<Fact, { kind: 'fetched' }>,
  log: readonly SimEvent[],
): void {
  const behind = arrivalBehind(log, event, event.host, 'client');
  const carried = behind ? state.carried.get(behind.conn) : undefined;
  if (!behind || !carried?.retrieved) return;
  const mailbox = state.loggedIn.get(behind.conn) ?? fact.account;
  const entry = state.stored.get(storeKey(carried.host, mailbox, fact.uid));
  const letter = entry && state.letters.get(entry.key);
  if (!letter) return;
  const { account, uid } = fact;
  const fetched: Fetched = {
    host: event.host,
    account,
    uid,
    at: event.at,
    event: event.id,
    from: carried.host,
  };
  const place: Place = { kind: 'folder', host: event.host, account, uid };
  state.stored.set(storeKey(event.host, account, uid), entry);
  state.letters.set(letter.key, {
    ...letter,
    fetched: [...letter.fetched, fetched],
    places: [...letter.places, place],
    changed: event.id,
  });
}

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

function storedAs(state: LettersState, event: SimEvent, mailbox: string, uid: string): Letter | undefined {
  const entry = state.stored.get(storeKey(event.host, mailbox, uid));
  return entry && state.letters.get(entry.key);
}

/** Takes the places away that are the letter's no more. */
function leave(
  state: LettersState,
  event: SimEvent,
  letter: Letter,
  isLeft: (place: Place) => boolean,
): void {
  const places = letter.places.filter((place) => !isLeft(place));
  if (places.length < letter.places.length)
    state.letters.set(letter.key, { ...letter, places, changed: event.id });
}

export function expunge(state: LettersState, event: SimEvent, { mailbox, uid }: Of<'expunged'>): void {
  const letter = storedAs(state, event, mailbox, uid);
  if (!letter) return;
  leave(state, event, letter, (place) => isIn(place, event, mailbox) && place.uid === uid);
}

type MailboxPlace = Extract<Place, { kind: 'mailbox' }>;

const isIn = (place: Place, { host }: SimEvent, mailbox: string): place is MailboxPlace =>
  place.kind === 'mailbox' && place.host === host && place.mailbox === mailbox;

/** Copies in a folder. What an APPEND brings is a letter nobody has sent. */
export function file(state: LettersState, event: SimEvent, fact: Of<'filed'>): void {
  const { mailbox, folder, from } = fact;
  from?.uids.forEach((original, i) => {
    const entry = state.stored.get(storeKey(event.host, mailbox, original));
    const letter = entry && state.letters.get(entry.key);
    const uid = fact.uids[i];
    if (!letter || uid === undefined) return;
    const inbox = { kind: 'mailbox', host: event.host, mailbox, uid } as const;
    const place: Place = folder === 'INBOX' ? inbox : { ...inbox, folder };
    state.stored.set(storeKey(event.host, mailbox, uid), entry);
    state.letters.set(letter.key, { ...letter, places: [...letter.places, place], changed: event.id });
  });
}

/** A folder goes with all that is in it, or has another name now, as those below it have. */
export function changeFolders(state: LettersState, event: SimEvent, fact: Of<'folder'>): void {
  const { what, folder, mailbox, from } = fact;
  for (const letter of state.letters.values()) {
    if (what === 'deleted')
      leave(state, event, letter, (place) => isIn(place, event, mailbox) && place.folder === folder);
    if (what !== 'renamed' || from === undefined) continue;
    const renamed = (place: Place): Place => {
      const name = isIn(place, event, mailbox) ? place.folder : undefined;
      if (name !== from && !name?.startsWith(from + SEPARATOR)) return place;
      return { ...(place as MailboxPlace), folder: folder + name.slice(from.length) };
    };
    const places = letter.places.map(renamed);
    if (places.some((place, i) => place !== letter.places[i]))
      state.letters.set(letter.key, { ...letter, places, changed: event.id });
  }
}

/** It is gone from the folder of a mail program. */
export function vanish(state: LettersState, event: SimEvent, { account, uid }: Of<'vanished'>): void {
  const letter = storedAs(state, event, account, uid);
  if (!letter) return;
  leave(
    state,
    event,
    letter,
    (place) =>
      place.kind === 'folder' && place.host === event.host && place.account === account && place.uid === uid,
  );
}
