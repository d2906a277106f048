/** The Sendmail recordings: an older dialect of the same protocol, for comparison. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { converse, type Session, smtpReplyEnd } from './converse.ts';
import { ADDRESSES } from './room.ts';
import {
  SENDMAIL_PORT,
  SENDMAIL_SETTINGS,
  type Sendmail,
  sendmailVersion,
  startSendmail,
  stopSendmail,
} from './sendmail.ts';
import { conversation, letters, polite, silent } from './sendmail-sessions.ts';
import {
  COMMON_VOLATILES,
  type Recording,
  scrub,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  { pattern: /\b[0-9A-Za-z]{8}\d{6}\b/g, name: 'queue-id', numbered: true },
  { pattern: /(?<=<)\d{12}(?=\.)/g, name: 'digits-of-time', numbered: false },
  ...COMMON_VOLATILES,
];

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const headOf = (changes: readonly string[]): string[] => [
  `Sendmail ${sendmailVersion()} (Debian 12 package, upstream's generic cf) as neo.firma1.intr [${ADDRESSES.neo}], port ${SENDMAIL_PORT}; no DNS.`,
  ...SENDMAIL_SETTINGS,
  ...changes,
  'local users: jura, anna; aliases: postmaster: anna; info: jura, anna.',
  `clients: ${ADDRESSES.insider} pc1.firma1.intr (may relay), ${ADDRESSES.outsider} mail.example.org, ${ADDRESSES.nameless} (no name).`,
];

async function transcript(list: readonly Session[], mailboxes: boolean): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    const boxes = ['jura', 'anna'].map((user) => [user, `/var/mail/${user}`] as const);
    for (const [, path] of boxes) rmSync(path, { force: true });
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
    if (!mailboxes) continue;
    for (let tries = 0; tries < 50 && !boxes.some(([, path]) => existsSync(path)); tries++) await pause(100);
    await pause(500);
    for (const [user, path] of boxes)
      if (existsSync(path))
        parts.push(`# mailbox of ${user}\n${showText('M:', readFileSync(path, 'latin1'))}`);
  }
  return scrub(parts.join('\n'), VOLATILES);
}

interface Job {
  readonly name: string;
  readonly changes: readonly string[];
  readonly list: readonly Session[];
}

const DEBIAN_GREETING =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ${...} is a macro of sendmail.cf.
  "define(`confSMTP_LOGIN_MSG', `$j Sendmail $v/$Z; $b; (No UCE/UBE) $?{client_addr}logging access from: ${client_name}(${client_resolve})-$_$.')";

const JOBS: readonly Job[] = [
  { name: 'sendmail-conversation', changes: [], list: conversation },
  { name: 'sendmail-letters', changes: [], list: letters },
  {
    name: 'sendmail-debian',
    changes: [
      "define(`confPRIVACY_FLAGS', `needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')",
      DEBIAN_GREETING,
    ],
    list: polite,
  },
  { name: 'sendmail-goaway', changes: ["define(`confPRIVACY_FLAGS', `goaway')"], list: silent },
];

export async function* recordSendmail(scratch: string): AsyncGenerator<Recording> {
  for (const { name, changes, list } of JOBS) {
    const sendmail: Sendmail = startSendmail(scratch, name, changes);
    try {
      await pause(700);
      yield { name, head: headOf(changes), body: await transcript(list, name === 'sendmail-letters') };
    } finally {
      stopSendmail(sendmail);
      await pause(500);
    }
  }
}
