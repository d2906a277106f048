/** What runs in the foreground of a shell: one interface to all of it. */
import { withAnswer } from '../dns/known.ts';
import type { Answer } from '../dns/types.ts';
import type { ProgramInput } from '../sim/types.ts';
import { fileLineHears, startFileLine } from './files/job.ts';
import type { Here, JobStep } from './jobs.ts';
import { ENDED, ended, record, running, say } from './jobs.ts';
import type { Read } from './keyboard.ts';
import { keyed, LINE_LIMIT } from './keyboard.ts';
import type { LookUpStep } from './look-up.ts';
import { atOwnPrompt, lookUpAnswered, lookUpHears, lookUpReads, startLookUp, stopLookUp } from './look-up.ts';
import {
  netcatAnswered,
  netcatHears,
  netcatReads,
  netcatReadsEnd,
  startNetcat,
  stopNetcat,
} from './netcat.ts';
import { queueListingHears, startQueueCommand } from './queue-commands.ts';
import {
  sClientAnswered,
  sClientHears,
  sClientReads,
  sClientReadsEnd,
  startOpenssl,
  stopSClient,
} from './s-client.ts';
import * as telnet from './telnet.ts';
import type { TelnetStep } from './telnet.ts';
import type { Foreground, Telnet } from './types.ts';
import type { ShellInput } from './input.ts';

export type ForegroundStep = JobStep<Foreground>;

/** Starts a program by its first word; null: there is none of that name. */
export function startForeground(
  words: readonly string[],
  command: string,
  here: Here,
): ForegroundStep | null {
  const files = startFileLine(words, command, here);
  if (files !== null) return files;
  switch (words[0]) {
    case 'telnet': {
      const { config, handle, effects } = here;
      const step = telnet.startTelnet(words, command, config.resolver, handle, effects);
      return step.kind === 'ended' ? ended(here, command, step.ok) : ofTelnet(null, step, here);
    }
    case 'dig':
    case 'host':
    case 'nslookup':
      return ofLookUp(startLookUp(words, command, here.config, here.at, here.effects), here);
    case 'openssl':
      return startOpenssl(words, command, here);
    case 'nc':
    case 'netcat':
      return startNetcat(words, command, here);
    case 'mailq':
    case 'postqueue':
    case 'sendmail':
      return startQueueCommand(words, command, here);
    default:
      return null;
  }
}

/** Something runs that does not read what is typed. */
export function isBusy(job: Foreground): boolean {
  switch (job.kind) {
    case 'telnet':
      return job.conn === null && !job.escaped;
    case 'look-up':
      return !atOwnPrompt(job);
    case 's-client':
      return !job.open;
    case 'netcat':
      return job.conn === null;
    case 'queue-listing':
    case 'file-line':
      return true;
  }
}

/** Null: it is not for the foreground. */
export function foregroundHears(job: Foreground, input: ProgramInput, here: Here): ForegroundStep | null {
  switch (job.kind) {
    case 'telnet':
      return telnetHears(job, input, here);
    case 'look-up': {
      const step = lookUpHears(job, input, here.config, here.at, here.effects);
      return step && ofLookUp(step, here);
    }
    case 's-client':
      return sClientHears(job, input, here);
    case 'netcat':
      return netcatHears(job, input, here);
    case 'queue-listing':
      return queueListingHears(job, input, here);
    case 'file-line':
      return fileLineHears(job, input, here);
  }
}

function telnetHears(job: Telnet, input: ProgramInput, here: Here): ForegroundStep | null {
  const { handle, effects } = here;
  switch (input.kind) {
    case 'opened':
      if (input.handle !== handle) return null;
      record(here, job.command, true);
      return running(telnet.connected(job, input.conn, effects));
    case 'failed':
      if (input.handle !== handle) return null;
      return ofTelnet(job, telnet.connectFailed(job, input.why, handle, effects), here);
    case 'octets':
      return job.conn === input.conn ? running(telnet.remoteOctets(job, input.octets, effects)) : null;
    case 'closed':
      if (job.conn !== input.conn) return null;
      say(here, `${job.midLine ? '\n' : ''}Connection closed by foreign host.\n`);
      return ENDED;
    default:
      return null;
  }
}

/** The resolver library found something out; null: nobody waits for it. */
export function foregroundAnswered(job: Foreground, answer: Answer, here: Here): ForegroundStep | null {
  switch (job.kind) {
    case 'telnet': {
      if (job.addresses !== null) return null;
      const known = withAnswer(job.known, answer);
      const { config, handle, effects } = here;
      return ofTelnet(job, telnet.resolve({ ...job, known }, config.resolver, handle, effects), here);
    }
    case 'look-up': {
      const step = lookUpAnswered(job, answer, here.config, here.at, here.effects);
      return step && ofLookUp(step, here);
    }
    case 's-client':
      return sClientAnswered(job, answer, here);
    case 'netcat':
      return netcatAnswered(job, answer, here);
    case 'queue-listing':
    case 'file-line':
      return null;
  }
}

/** What was typed at it. */
export function foregroundReads(
  job: Foreground,
  input: Exclude<ShellInput, { kind: 'key' }>,
  here: Here,
): ForegroundStep {
  const { config, handle, at, effects } = here;
  switch (job.kind) {
    case 'telnet':
      if (input.kind === 'raw') return running(telnet.typedRaw(job, input.text, effects));
      return ofTelnet(job, telnet.typedLine(job, input.text, config.resolver, handle, effects), here);
    case 'look-up':
      return ofLookUp(lookUpReads(job, input.text.replace(/[\r\n]+$/, ''), config, at, effects), here);
    case 's-client':
    case 'netcat':
      return input.kind === 'raw' ? readsKeys(job, input.text, here) : readsLine(job, input.text, here);
    case 'queue-listing':
    case 'file-line':
      return running(job);
  }
}

type Reader = Extract<Foreground, { kind: 's-client' | 'netcat' }>;

function readsLine(job: Reader, typed: string, here: Here): ForegroundStep {
  const text = typed.slice(0, LINE_LIMIT);
  say(here, `${text}\n`, 'typed');
  return reads(job, { kind: 'line', text, eol: true }, here);
}

/** One after the other, until it has ended; what is left then is nobody's. */
function readsKeys(job: Reader, keys: string, here: Here): ForegroundStep {
  const { rawLine, reads: all, echo } = keyed(job.rawLine, keys);
  say(here, echo, 'typed');
  let next: Reader = { ...job, rawLine };
  for (const read of all) {
    const step = reads(next, read, here);
    if (step.kind === 'ended') return step;
    next = step.job;
  }
  return running(next);
}

function reads(job: Reader, read: Read, here: Here): JobStep<Reader> {
  switch (read.kind) {
    case 'interrupt':
      return interrupted(job, here);
    case 'end':
      return job.kind === 's-client' ? sClientReadsEnd(job, here) : netcatReadsEnd(job, here);
    case 'line':
      return job.kind === 's-client'
        ? sClientReads(job, read.text, read.eol, here)
        : netcatReads(job, read.text, read.eol, here);
  }
}

function interrupted(job: Reader, here: Here): typeof ENDED {
  say(here, '^C\n');
  return job.kind === 's-client' ? stopSClient(job, here) : stopNetcat(job, here);
}

/** `^C`, `^D` and `^]`; null: nothing comes of it. */
export function foregroundKey(job: Foreground, key: '^C' | '^D' | '^]', here: Here): ForegroundStep | null {
  switch (job.kind) {
    case 'telnet':
      return telnetKey(job, key, here);
    case 'look-up':
      if (key === '^]') return null;
      if (key === '^D') {
        if (!atOwnPrompt(job)) return null;
        say(here, '\n');
        return ofLookUp(lookUpReads(job, null, here.config, here.at, here.effects), here);
      }
      say(here, '^C\n');
      stopLookUp(job, here.effects);
      return ended(here, job.command, false);
    case 's-client':
    case 'netcat':
      if (key === '^]' || (key === '^D' && isBusy(job))) return null;
      return reads(job, { kind: key === '^C' ? 'interrupt' : 'end' }, here);
    case 'queue-listing':
    case 'file-line':
      if (key !== '^C') return null;
      say(here, '^C\n');
      return ended(here, job.command, false);
  }
}

function telnetKey(job: Telnet, key: '^C' | '^D' | '^]', here: Here): ForegroundStep | null {
  const { effects, handle } = here;
  if (key === '^]')
    return job.conn !== null && !job.escaped ? running(telnet.toOwnPrompt(job, effects)) : null;
  if (key === '^D') return null;
  say(here, '^C\n');
  // An open telnet keeps the connection: like the real one, it is left by ^] or by the server.
  if (job.conn !== null) return running({ ...job, midLine: false, rawLine: '' });
  effects.push({ kind: 'cancel', handle });
  return ended(here, job.command, false);
}

/** `before`: what it was; null: it has just been started. */
function ofTelnet(before: Telnet | null, step: TelnetStep, here: Here): ForegroundStep {
  if (step.kind === 'running') return running(step.telnet, step.need);
  return before?.conn === null ? ended(here, before.command, step.ok) : ENDED;
}

const ofLookUp = (step: LookUpStep, here: Here): ForegroundStep =>
  step.kind === 'running' ? running(step.lookingUp, step.need) : ended(here, step.command, step.ok);
