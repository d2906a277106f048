/**
 * Tells a client what has changed in its mailbox, when the protocol allows it (RFC 3501 §5.2, §5.5, §7.4.1): the view
 * of a session follows the mailbox step by step, and only by what is said here.
 */
import { firstNotBelow } from '../../base/ascending.ts';
import type { Mailbox, Message, Removed } from '../../mail/mailbox.ts';
import { positionOf, SYSTEM_FLAGS } from '../../mail/mailbox.ts';
import type { Data, ImapServerState, View } from './session.ts';
import { hasEnabled, sessionWith, untagged, viewWith } from './session.ts';
import type { ImapAnswer } from './types.ts';

interface Telling {
  /** EXPUNGE may be said now. */
  readonly expunges: boolean;
  /** UIDs whose change of flags the client made itself and asked not to hear of; with CONDSTORE it needs the number. */
  readonly silent: ReadonlySet<number> | null;
  /** UIDs go with the flags. */
  readonly uid: boolean;
}

export const isRecent = ({ recent }: View, uid: number): boolean =>
  recent[firstNotBelow(recent, uid)] === uid;

/** `\Seen \Recent $Forwarded`: system flags, then `\Recent`, then keywords. */
export function flagsText(flags: readonly string[], recent: boolean): string {
  if (!recent) return flags.join(' ');
  const system = flags.filter((flag) => flag.startsWith('\\'));
  return [...system, '\\Recent', ...flags.slice(system.length)].join(' ');
}

/** FLAGS and PERMANENTFLAGS with what keywords a mailbox has (RFC 3501 §7.2.6, §7.1). */
export function flagLines(keywords: readonly string[], examined: boolean): readonly Data[] {
  const all = [...SYSTEM_FLAGS, ...keywords].join(' ');
  return [
    untagged(`FLAGS (${all})`),
    untagged(
      examined
        ? 'OK [PERMANENTFLAGS ()] Read-only mailbox.'
        : `OK [PERMANENTFLAGS (${all} \\*)] Flags permitted.`,
    ),
  ];
}

/** Says which keywords are new, before anything else mentions them. */
export function tellKeywords(
  session: ImapServerState,
  mailbox: Mailbox | null,
): readonly [ImapServerState, readonly Data[]] {
  const { view } = session;
  if (view === null || mailbox === null || mailbox.keywords.length === view.keywords.length)
    return [session, []];
  const { keywords } = mailbox;
  return [sessionWith(session, { view: viewWith(view, { keywords }) }), flagLines(keywords, view.examined)];
}

/** Remembers that an answer has claimed what is recent: it may be long until the client can be told. */
export function claiming(
  session: ImapServerState,
  { view: mailbox, recentFrom }: ImapAnswer,
): ImapServerState {
  const { view } = session;
  if (view === null || view.examined || mailbox?.id !== view.id || recentFrom >= mailbox.uidNext)
    return session;
  return sessionWith(session, { view: viewWith(view, { claimedFrom: view.claimedFrom ?? recentFrom }) });
}

/** Everything that may be said now, in Dovecot's order: keywords, flags, EXPUNGE from the last on, EXISTS, RECENT. */
export function tell(
  session: ImapServerState,
  answer: ImapAnswer,
  telling: Telling,
): readonly [ImapServerState, readonly Data[]] {
  const mailbox = answer.view;
  const { view } = session;
  if (view === null || mailbox === null || mailbox.id !== view.id) return [session, []];
  const isNews = mailbox.highestModseq !== view.told || (view.behind && telling.expunges);
  if (!isNews && mailbox.keywords.length === view.keywords.length) return [session, []];

  const [named, data] = tellKeywords(session, mailbox);
  const lines: Data[] = [...data];
  tellFlags(named, mailbox, telling, lines);
  const next = tellNumbers(
    named.view!,
    mailbox,
    view.claimedFrom ?? answer.recentFrom,
    telling.expunges,
    lines,
    hasEnabled(named, 'IMAP4rev2'),
  );
  return [sessionWith(named, { view: next }), lines];
}

function tellFlags(session: ImapServerState, mailbox: Mailbox, telling: Telling, lines: Data[]): void {
  const view = session.view!;
  if (mailbox.highestModseq === view.told) return;
  let number = 0;
  for (const message of changedSince(mailbox, view.told, !telling.expunges)) {
    const { uid } = message;
    // Both lists ascend: the number is found by walking on.
    while (number < view.uids.length && view.uids[number]! < uid) number++;
    if (view.uids[number] !== uid) continue;
    const silent = telling.silent?.has(uid) === true;
    if (silent && !hasEnabled(session, 'CONDSTORE')) continue;
    lines.push(untagged(`${number + 1} FETCH (${changeText(session, message, telling.uid, silent)})`));
  }
}

/** What was changed, by UID; with the removed ones where the client may not be told yet that they are. */
function changedSince(
  { messages, removed }: Mailbox,
  told: number,
  withRemoved: boolean,
): readonly Removed[] {
  const changed: Removed[] = messages.filter(({ modseq }) => modseq > told);
  if (!withRemoved) return changed;
  const gone = removed.filter(({ modseq }) => modseq > told);
  return gone.length === 0 ? changed : [...changed, ...gone].sort((a, b) => a.uid - b.uid);
}

/** `UID 4 MODSEQ (18) FLAGS (\Seen)`, as far as the client wants to know. */
function changeText(
  session: ImapServerState,
  { uid, modseq, flags }: Removed,
  withUid: boolean,
  silent: boolean,
): string {
  const parts: string[] = [];
  if (withUid || hasEnabled(session, 'IMAP4rev2')) parts.push(`UID ${uid}`);
  if (hasEnabled(session, 'CONDSTORE')) parts.push(`MODSEQ (${modseq})`);
  if (!silent) parts.push(`FLAGS (${flagsText(flags, isRecent(session.view!, uid))})`);
  return parts.join(' ');
}

function tellNumbers(
  view: View,
  mailbox: Mailbox,
  recentFrom: number,
  expunges: boolean,
  lines: Data[],
  rev2: boolean,
): View {
  const { messages, highestModseq: told } = mailbox;
  const known = view.uids.at(-1) ?? 0;
  const missing = missingFrom(view.uids, messages);
  const added = messages.slice(positionOf(messages, Math.max(known + 1, 1)));
  if (missing.length === 0 && added.length === 0) return viewWith(view, { told, behind: false });

  let { uids, recent } = view;
  const behind = missing.length > 0 && !expunges;
  if (missing.length > 0 && expunges) {
    for (let i = missing.length - 1; i >= 0; i--) lines.push(untagged(`${missing[i]! + 1} EXPUNGE`));
    const gone = new Set(missing.map((position) => uids[position]!));
    uids = uids.filter((uid) => !gone.has(uid));
    recent = recent.filter((uid) => !gone.has(uid));
  }
  if (added.length > 0) {
    uids = [...uids, ...added.map(({ uid }) => uid)];
    const fresh = rev2 ? [] : added.filter(({ uid }) => uid >= recentFrom).map(({ uid }) => uid);
    if (fresh.length > 0) recent = [...recent, ...fresh];
    lines.push(untagged(`${uids.length} EXISTS`));
  }
  if (!rev2 && recent.length !== view.recent.length) lines.push(untagged(`${recent.length} RECENT`));
  return viewWith(view, { uids, recent, told, behind, claimedFrom: null });
}

/** Positions of the UIDs that are in no message any more, ascending. */
function missingFrom(uids: readonly number[], messages: readonly Message[]): readonly number[] {
  const missing: number[] = [];
  let at = 0;
  for (let position = 0; position < uids.length; position++) {
    while (at < messages.length && messages[at]!.uid < uids[position]!) at++;
    if (messages[at]?.uid !== uids[position]) missing.push(position);
  }
  return missing;
}
