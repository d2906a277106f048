/**
 * Records real servers: `npx tsx src/node/record/record.ts postfix|dovecot|sendmail|telnet|names`. Needs Linux, root and the
 * server's Debian package. Everything runs in a sealed room (see room.ts); transcripts go to src/node/recordings.
 */
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { recordDovecot } from './record-dovecot.ts';
import { recordPostfix } from './record-postfix.ts';
import { recordNames } from './record-names.ts';
import { recordSendmail } from './record-sendmail.ts';
import { recordTelnet } from './record-telnet.ts';
import { enterRoom, furnish, isInside, SCRATCH } from './room.ts';
import { fetchSendmail } from './sendmail.ts';
import { type Recording, showRecording } from './transcript.ts';

const LIMIT_SECONDS = 300;
const FOLDER = join(import.meta.dirname, '..', 'recordings');

const RECORDERS: Readonly<Record<string, (scratch: string) => AsyncIterable<Recording>>> = {
  postfix: recordPostfix,
  dovecot: recordDovecot,
  sendmail: recordSendmail,
  telnet: recordTelnet,
  names: recordNames,
};

async function main(): Promise<number> {
  const record = RECORDERS[process.argv[2] ?? ''];
  if (record === undefined) {
    console.error(`usage: record.ts ${Object.keys(RECORDERS).join('|')}`);
    return 2;
  }
  if (!isInside()) {
    if (process.argv[2] === 'sendmail') fetchSendmail();
    return enterRoom(LIMIT_SECONDS);
  }
  const outside = hostname();
  furnish();
  for await (const recording of record(SCRATCH)) {
    const text = showRecording(recording, [`${SCRATCH}/`, outside, '/work/', '/tmp/']);
    writeFileSync(join(FOLDER, `${recording.name}.txt`), text, 'latin1');
    console.log(recording.name);
  }
  return 0;
}

process.exit(await main());
