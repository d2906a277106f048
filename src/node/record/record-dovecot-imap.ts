/** The recordings of Dovecot's IMAP server, word for word. */
import { type Dovecot, startDovecot, stopDovecot } from './dovecot.ts';
import { headOf, imapConfiguration, TLS_PORTS } from './dovecot-imap.ts';
import { FEW, fillMbox, MANY } from './dovecot-imap-letters.ts';
import * as fetch from './dovecot-imap-fetch.ts';
import * as parts from './dovecot-imap-parts.ts';
import * as append from './dovecot-imap-append.ts';
import * as store from './dovecot-imap-store.ts';
import * as list from './dovecot-imap-list.ts';
import { mailboxes } from './dovecot-imap-mailboxes.ts';
import { names } from './dovecot-imap-names.ts';
import { copies } from './dovecot-imap-copy.ts';
import * as pieces from './dovecot-imap-pieces.ts';
import { searches } from './dovecot-imap-search.ts';
import * as more from './dovecot-imap-search-more.ts';
import * as together from './dovecot-imap-together.ts';
import * as vanish from './dovecot-imap-gone.ts';
import * as idle from './dovecot-imap-idle.ts';
import { type Manner, pause, performed, told } from './dovecot-imap-play.ts';
import * as select from './dovecot-imap-select.ts';
import * as lines from './dovecot-imap-lines.ts';
import * as login from './dovecot-imap-login.ts';
import * as settings from './dovecot-imap-settings.ts';
import * as maildir from './dovecot-pop3-maildir.ts';
import { odd } from './dovecot-pop3-odd.ts';
import { pop3ReplyEnd } from './converse.ts';
import { type Certificate, makeCertificates } from './room-certificates.ts';
import { type Recording, showText } from './transcript.ts';

interface Job {
  readonly name: string;
  readonly changes?: readonly string[];
  /** Settings that say where things are on this machine. */
  readonly places?: (certificate: Certificate) => readonly string[];
  /** Time zone as POSIX writes it, else UTC. */
  readonly zone?: string;
  readonly notes?: readonly string[];
  readonly body: (dovecot: Dovecot) => Promise<string>;
}

/** The letters themselves, for all recordings. */
const showLetters = (): string =>
  MANY.map(({ text, received, flags }, i) => {
    const place = flags === undefined ? 'new' : `cur, flags ${flags}`;
    return `# letter ${i + 1} (${place}), internal date ${received}\n${showText('M:', text)}`;
  }).join('\n');

const places = ({ key, certificate }: Certificate): string[] => [
  `ssl_cert = <${certificate}`,
  `ssl_key = <${key}`,
  ...TLS_PORTS,
];
/** As Debian has it. */
const TLS = { changes: ['ssl = yes', 'disable_plaintext_auth = yes'], places };
const TLS_OR_CLEAR = { changes: ['ssl = yes'], places };
const POP3 = { replyEnd: pop3ReplyEnd };

const few: Manner = { letters: FEW };
const many: Manner = { letters: MANY };
const none: Manner = { letters: [] };
const logged: Manner = { letters: FEW, log: true };
const FEW_NOTE = `INBOX before each session: the first ${FEW.length} letters of dovecot-imap-letters.txt.`;
const MANY_NOTE = 'INBOX before each session: the letters of dovecot-imap-letters.txt.';
const ORDER_NOTE =
  'LIST goes by the order of the folders on the disk, which is no property of Dovecot; on this disk the newest is first.';
const MARKS_NOTE =
  'C1: and S1: are the first session, C2: and S2: the second, CP: and SP: one of POP3; lines stand in the order of time.';
const GOES_ON_NOTE =
  'INBOX at first: the first 4 letters of dovecot-imap-letters.txt. Each session finds what the last one left.';
const NONE_NOTE = 'INBOX before each session: empty.';

const JOBS: readonly Job[] = [
  {
    name: 'dovecot-imap-letters',
    notes: ['The letters of the recordings, as files of a Maildir: their line ends are LF.'],
    body: async () => showLetters(),
  },
  { name: 'dovecot-imap-login', notes: [FEW_NOTE], body: told(login.logins, logged) },
  { name: 'dovecot-imap-authenticate', notes: [FEW_NOTE], body: told(login.authentications, logged) },
  {
    name: 'dovecot-imap-authenticate-login',
    changes: ['auth_mechanisms = plain login'],
    notes: [FEW_NOTE],
    body: told(login.loginMechanism, logged),
  },
  { name: 'dovecot-imap-lines', notes: [FEW_NOTE], body: told(lines.beforeLogin, few) },
  { name: 'dovecot-imap-lines-inside', notes: [FEW_NOTE], body: told(lines.afterLogin, few) },
  { name: 'dovecot-imap-select', notes: [FEW_NOTE], body: told(select.selects, few) },
  { name: 'dovecot-imap-status', notes: [FEW_NOTE], body: told(select.statuses, few) },
  {
    name: 'dovecot-imap-recent',
    notes: [GOES_ON_NOTE],
    body: told(select.recent, { letters: FEW, goesOn: true }),
  },
  { name: 'dovecot-imap-list', notes: [NONE_NOTE, ORDER_NOTE], body: told(list.lists, none) },
  { name: 'dovecot-imap-mailboxes', notes: [FEW_NOTE, ORDER_NOTE], body: told(mailboxes, few) },
  { name: 'dovecot-imap-names', notes: [NONE_NOTE, ORDER_NOTE], body: told(names, none) },
  { name: 'dovecot-imap-fetch', notes: [FEW_NOTE], body: told(fetch.items, few) },
  { name: 'dovecot-imap-fetch-sets', notes: [FEW_NOTE], body: told(fetch.sets, few) },
  { name: 'dovecot-imap-fetch-seen', notes: [FEW_NOTE], body: told(fetch.seen, few) },
  { name: 'dovecot-imap-fetch-modseq', notes: [FEW_NOTE], body: told(fetch.modSequences, few) },
  { name: 'dovecot-imap-envelopes', notes: [MANY_NOTE], body: told(parts.envelopes, many) },
  { name: 'dovecot-imap-structures', notes: [MANY_NOTE], body: told(parts.structures, many) },
  { name: 'dovecot-imap-sections', notes: [MANY_NOTE], body: told(parts.sections, many) },
  { name: 'dovecot-imap-fields', notes: [MANY_NOTE], body: told(parts.fields, many) },
  { name: 'dovecot-imap-partial', notes: [MANY_NOTE], body: told(pieces.pieces, many) },
  { name: 'dovecot-imap-binary', notes: [MANY_NOTE], body: told(pieces.binaries, many) },
  { name: 'dovecot-imap-store', notes: [FEW_NOTE], body: told(store.stores, few) },
  { name: 'dovecot-imap-expunge', notes: [FEW_NOTE], body: told(store.expunges, few) },
  { name: 'dovecot-imap-copy', notes: [FEW_NOTE], body: told(copies, few) },
  { name: 'dovecot-imap-append', notes: [FEW_NOTE], body: told(append.appends, few) },
  { name: 'dovecot-imap-append-literals', notes: [FEW_NOTE], body: told(append.literals, few) },
  { name: 'dovecot-imap-append-several', notes: [FEW_NOTE], body: told(append.several, few) },
  { name: 'dovecot-imap-search', notes: [MANY_NOTE], body: told(searches, many) },
  { name: 'dovecot-imap-search-charset', notes: [MANY_NOTE], body: told(more.charsets, many) },
  { name: 'dovecot-imap-search-return', notes: [MANY_NOTE], body: told(more.returns, many) },
  { name: 'dovecot-imap-sort', notes: [MANY_NOTE], body: told(more.sorts, many) },
  { name: 'dovecot-imap-zone', zone: 'CET-1', notes: [FEW_NOTE], body: told(more.zones, few) },
  { name: 'dovecot-imap-two-flags', notes: [FEW_NOTE, MARKS_NOTE], body: performed(together.flags, few) },
  {
    name: 'dovecot-imap-two-commands',
    notes: [FEW_NOTE, MARKS_NOTE],
    body: performed(vanish.afterExpunge, few),
  },
  {
    name: 'dovecot-imap-two-expunge',
    notes: [FEW_NOTE, MARKS_NOTE],
    body: performed(vanish.expunging, few),
  },
  { name: 'dovecot-imap-two-gone', notes: [FEW_NOTE, MARKS_NOTE], body: performed(vanish.gone, few) },
  { name: 'dovecot-imap-idle', notes: [FEW_NOTE, MARKS_NOTE], body: performed(idle.idling, few) },
  {
    name: 'dovecot-imap-idle-still',
    changes: ['imap_idle_notify_interval = 2 secs'],
    notes: [FEW_NOTE, MARKS_NOTE],
    body: performed(idle.stillHere, few),
  },
  {
    name: 'dovecot-imap-two-pop3',
    notes: [FEW_NOTE, MARKS_NOTE],
    body: performed(together.besidePop3, logged),
  },
  {
    name: 'dovecot-imap-quota',
    changes: settings.QUOTA,
    notes: [FEW_NOTE],
    body: told(settings.quotas, few),
  },
  {
    name: 'dovecot-imap-quota-exceeded',
    changes: settings.SMALL_QUOTA,
    notes: [FEW_NOTE],
    body: told(settings.overQuota, few),
  },
  { name: 'dovecot-imap-tls', ...TLS, notes: [FEW_NOTE], body: told(settings.tls, logged) },
  {
    name: 'dovecot-imap-tls-clear',
    ...TLS_OR_CLEAR,
    notes: [FEW_NOTE],
    body: told(settings.tlsOrClear, logged),
  },
  {
    name: 'dovecot-imap-mbox',
    changes: ['mail_location = mbox:~/mail:INBOX=/var/mail/%u'],
    notes: [
      'INBOX before each session: the first 4 letters of dovecot-imap-letters.txt, as an mbox.',
      ORDER_NOTE,
    ],
    body: told(settings.mboxes, { letters: FEW, fill: fillMbox }),
  },
  { name: 'dovecot-pop3-odd', notes: [FEW_NOTE], body: told(odd, { ...logged, ...POP3 }) },
  { name: 'dovecot-pop3-maildir', notes: [MANY_NOTE], body: told(maildir.inMaildir, { ...many, ...POP3 }) },
  {
    name: 'dovecot-pop3-uidl',
    notes: [GOES_ON_NOTE],
    body: told(maildir.uidls, { ...few, ...POP3, goesOn: true }),
  },
];

/** Only the recordings named on the command line, or all. */
const wanted = ({ name }: Job): boolean => process.argv[3] === undefined || name.includes(process.argv[3]);

export async function* recordDovecotImap(scratch: string): AsyncGenerator<Recording> {
  const { good } = makeCertificates(scratch, 'neo.firma1.intr', 'mail.example.com');
  for (const { name, changes = [], places, zone = 'UTC', notes = [], body } of JOBS.filter(wanted)) {
    process.env.TZ = zone;
    const dovecot = startDovecot(scratch, name, imapConfiguration([...changes, ...(places?.(good) ?? [])]));
    try {
      await pause(300);
      yield { name, head: headOf(changes, [`Time zone: ${zone}.`, ...notes]), body: await body(dovecot) };
    } finally {
      stopDovecot(dovecot);
      await pause(300);
    }
  }
}
