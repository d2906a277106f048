/** ENABLE (RFC 5161). */
import type { Mailbox } from '../../../mail/mailbox.ts';
import { keywordOf } from '../arguments.ts';
import { timed } from '../replies.ts';
import type { Data, Extension, ImapServerState } from '../session.ts';
import {
  ask,
  bad,
  hasEnabled,
  imapCommand,
  IN_EVERY_STATE,
  ok,
  reply,
  sessionWith,
  untagged,
  viewWith,
} from '../session.ts';

const EXTENSIONS: Readonly<Record<string, Extension>> = { CONDSTORE: 'CONDSTORE', IMAP4REV2: 'IMAP4rev2' };

export const enable = imapCommand<readonly Extension[]>({
  verb: 'ENABLE',
  moves: IN_EVERY_STATE,
  syntax: 'ENABLE extension …',
  clause: 'RFC 5161 §3.1',
  handle(session, heard) {
    if (session.state === 'not-authenticated')
      return reply(ok(session, 'ENABLE ignored in non-authenticated state.', untagged('ENABLED')));
    const wanted: Extension[] = [];
    for (const argument of heard.args) {
      const name = keywordOf(argument);
      if (name === null) return reply(bad(session, heard, 'Invalid arguments'));
      const extension = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined;
      if (extension && !wanted.includes(extension)) wanted.push(extension);
    }
    return ask({ kind: 'look' }, wanted);
  },
  answered(session, _heard, wanted, { view }) {
    const fresh = wanted.filter((extension) => !hasEnabled(session, extension));
    const [next, data] = fresh.includes('CONDSTORE') ? withCondstore(session, view) : [session, []];
    const enabled = [...next.enabled, ...fresh.filter((extension) => !hasEnabled(next, extension))];
    const told = wanted.length === 0 ? [] : [untagged(`ENABLED ${wanted.join(' ')}`)];
    // IMAP4rev2 knows no \Recent (RFC 9051 appendix E), in a mailbox selected before neither.
    const selected =
      next.view !== null && enabled.includes('IMAP4rev2') ? viewWith(next.view, { recent: [] }) : next.view;
    return ok(sessionWith(next, { enabled, view: selected }), timed('Enabled'), ...data, ...told);
  },
});

/** CONDSTORE from now on (RFC 7162 §3.1); a selected mailbox's modification sequence is told at once. */
export function withCondstore(
  session: ImapServerState,
  view: Mailbox | null,
): readonly [ImapServerState, readonly Data[]] {
  if (hasEnabled(session, 'CONDSTORE')) return [session, []];
  const next = sessionWith(session, { enabled: [...session.enabled, 'CONDSTORE'] });
  return [next, view === null ? [] : [untagged(`OK [HIGHESTMODSEQ ${view.highestModseq}] Highest`)]];
}
