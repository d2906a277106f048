/**
 * Records real servers: `npx tsx src/node/record/record.ts postfix|postfix-esmtp|dovecot|dovecot-pop3|dovecot-imap|dovecot-mime|sendmail|exim|telnet|openssl|names|name-tree|mailbox-files|coreutils`. Needs Linux, root and the
 * server's Debian package. A further word (postfix-esmtp, dovecot-imap) records only what has it in its name. Everything runs in a sealed room (see room.ts); transcripts go to src/node/recordings.
 */
import { writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordCoreutils } from './coreutils.ts';
import { fetchLmtp } from './dovecot-lmtp.ts';
import { fetchExim } from './exim.ts';
import { recordMailboxFiles } from './mailbox-files.ts';
import { fetchBtrfs } from './mailbox-troubles.ts';
import { recordDovecot } from './record-dovecot.ts';
import { recordDovecotImap } from './record-dovecot-imap.ts';
import { recordDovecotMime } from './record-dovecot-mime.ts';
import { recordDovecotPop3 } from './record-dovecot-pop3.ts';
import { recordExim } from './record-exim.ts';
import { recordPostfix } from './record-postfix.ts';
import { recordPostfixEsmtp } from './record-postfix-esmtp.ts';
import { recordNames } from './record-names.ts';
import { recordNameTree } from './record-name-tree.ts';
import { recordOpenssl } from './record-openssl.ts';
import { recordSendmail } from './record-sendmail.ts';
import { recordTelnet } from './record-telnet.ts';
import { enterRoom, furnish, isInside, SCRATCH } from './room.ts';
import { fetchSendmail } from './sendmail.ts';
import { type Recording, showRecording } from './transcript.ts';

const LIMIT_SECONDS = 1500;
const FOLDER = join(import.meta.dirname, '..', 'recordings');
/** This checkout: its place on the machine must not get into a recording. */
const HERE = join(import.meta.dirname, '..', '..', '..');

const RECORDERS: Readonly<Record<string, (scratch: string) => AsyncIterable<Recording>>> = {
  postfix: recordPostfix,
  'postfix-esmtp': recordPostfixEsmtp,
  dovecot: recordDovecot,
  'dovecot-pop3': recordDovecotPop3,
  'dovecot-imap': recordDovecotImap,
  'dovecot-mime': recordDovecotMime,
  sendmail: recordSendmail,
  exim: recordExim,
  telnet: recordTelnet,
  names: recordNames,
  'name-tree': recordNameTree,
  openssl: recordOpenssl,
  'mailbox-files': recordMailboxFiles,
  coreutils: recordCoreutils,
};

async function main(): Promise<number> {
  const record = RECORDERS[process.argv[2] ?? ''];
  if (record === undefined) {
    console.error(`usage: record.ts ${Object.keys(RECORDERS).join('|')}`);
    return 2;
  }
  if (!isInside()) {
    if (process.argv[2] === 'sendmail') fetchSendmail();
    if (process.argv[2] === 'exim') fetchExim();
    if (process.argv[2] === 'mailbox-files') fetchLmtp();
    if (process.argv[3]?.endsWith('-mailbox-troubles')) fetchBtrfs();
    return enterRoom(LIMIT_SECONDS);
  }
  const outside = hostname();
  furnish();
  for await (const recording of record(SCRATCH)) {
    const text = showRecording(recording, [`${SCRATCH}/`, outside, HERE, `${tmpdir()}/`]);
    writeFileSync(join(FOLDER, `${recording.name}.txt`), text, 'latin1');
    console.log(recording.name);
  }
  return 0;
}

process.exit(await main());
