/**
 * `openssl s_client`: a telnet that speaks TLS, with the traps of the real one. A line beginning with R, Q, K or k is
 * for itself unless it was told otherwise; lines end in LF unless it was told otherwise; it shows little of STARTTLS.
 */
import { encodeUtf8 } from '../base/octets.ts';
import type { Octets } from '../base/octets.ts';
import type { Answer } from '../dns/types.ts';
import { tlsClient, tlsSeal, tlsStart } from '../protocol/tls/session.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import type { ConnectFailure, ConnId, ProgramInput } from '../sim/types.ts';
import type { Here, JobStep } from './jobs.ts';
import { ENDED, ended, running, say } from './jobs.ts';
import type { Reached, Reaching } from './reaching.ts';
import { reach, reachNext, reachWith, towards } from './reaching.ts';
import * as errors from './s-client-errors.ts';
import type { SClientOptions } from './s-client-options.ts';
import { parseSClient } from './s-client-options.ts';
import type { Dialogue } from './s-client-starttls.ts';
import { dialogueHears, hungUp, MISSING, openDialogue } from './s-client-starttls.ts';
import { broken, failed, fly, hearTls, shut } from './s-client-tls.ts';

export interface SClient {
  readonly kind: 's-client';
  readonly command: string;
  readonly options: SClientOptions;
  readonly reaching: Reaching;
  /** Errors of addresses that did not do: they are shown when none does. */
  readonly errors: string;
  readonly conn: ConnId | null;
  /** What is said before TLS; null: TLS comes first, or has come. */
  readonly dialogue: Dialogue | null;
  /** The line of that dialogue that is shown when TLS stands. */
  readonly kept: Octets;
  readonly tls: TlsState | null;
  /** The handshake is done: lines go out. */
  readonly open: boolean;
  /** Octets of the connection so far, as OpenSSL counts them: from its beginning. */
  readonly read: number;
  readonly written: number;
  /** The end of input was read, and ignored: nothing more is. */
  readonly atEnd: boolean;
  /** Raw mode: characters of a line that is not finished. */
  readonly rawLine: string;
}

export type SClientStep = JobStep<SClient>;

/** `openssl WORDS`; of OpenSSL's commands there is this one. */
export function startOpenssl(words: readonly string[], command: string, here: Here): SClientStep {
  const [, name, ...args] = words;
  if (name !== 's_client') {
    say(here, name === undefined ? COMMANDS : `Invalid command '${name}'; type "help" for a list.\n`);
    return ended(here, command, name === undefined);
  }
  const parsed = parseSClient(args);
  if (parsed.kind === 'said') {
    say(here, parsed.text);
    return ended(here, command, parsed.ok);
  }
  const { options } = parsed;
  const job: SClient = {
    kind: 's-client',
    command,
    options,
    reaching: towards(options.host, options.port),
    errors: '',
    conn: null,
    dialogue: options.startTls && openDialogue(options.startTls, options.name),
    kept: '' as Octets,
    tls: null,
    open: false,
    read: 0,
    written: 0,
    atEnd: false,
    rawLine: '',
  };
  return reached(job, reach(job.reaching, here), here);
}

const COMMANDS = 'help:\n\nStandard commands\ns_client          \n';

function reached(job: SClient, result: Reached, here: Here): SClientStep {
  if (result.kind === 'reaching') return running({ ...job, reaching: result.reaching }, result.need);
  say(here, errors.lookUpFailed(result.why));
  return ended(here, job.command, false);
}

export function sClientAnswered(job: SClient, answer: Answer, here: Here): SClientStep | null {
  const result = reachWith(job.reaching, answer, here);
  return result && reached(job, result, here);
}

/** What happens on its connection; null for what is not its own. */
export function sClientHears(job: SClient, input: ProgramInput, here: Here): SClientStep | null {
  switch (input.kind) {
    case 'opened':
      return input.handle === here.handle ? connected({ ...job, conn: input.conn }, here) : null;
    case 'failed':
      return input.handle === here.handle ? notConnected(job, input.why, here) : null;
    case 'octets':
      return input.conn === job.conn ? hears(job, input.octets, here) : null;
    case 'closed':
      return input.conn === job.conn ? closed(job, input.why, here) : null;
    default:
      return null;
  }
}

function notConnected(job: SClient, why: ConnectFailure, here: Here): SClientStep {
  // As long as OpenSSL's queue of errors, which holds sixteen.
  const told = job.errors + errors.connectError(why);
  const next = reachNext(job.reaching, here);
  if (next !== null) return reached({ ...job, errors: told.split('\n').slice(-17).join('\n') }, next, here);
  say(here, told + errors.connectErrno(why));
  return ended(here, job.command, false);
}

function connected(job: SClient, here: Here): SClientStep {
  if (!job.options.quiet) say(here, 'CONNECTED(00000003)\n');
  return job.dialogue === null ? begin(job, here) : running(job);
}

function tlsOf({ options }: SClient, { config }: Here): TlsState {
  const { serverName, expectedName, strict, versions } = options;
  const verify = strict ? 'required' : 'opportunistic';
  return tlsClient({ side: 'client', serverName, expectedName, trust: config.trust ?? [], verify, versions });
}

/** The ClientHello. */
function begin(job: SClient, here: Here): SClientStep {
  const said = tlsStart(tlsOf(job, here), here.at.chance);
  return running(fly({ ...job, dialogue: null, tls: said.state }, said.flights, here));
}

function hears(job: SClient, octets: Octets, here: Here): SClientStep {
  const next = { ...job, read: job.read + octets.length };
  if (next.dialogue === null) return hearTls(next, octets, here);
  const { dialogue, say: sayings, missing } = dialogueHears(next.dialogue, octets);
  if (missing) say(here, MISSING);
  const said = fly({ ...next, dialogue }, sayings, here);
  return dialogue.stage === 'done' ? begin({ ...said, kept: dialogue.kept }, here) : running(said);
}

/** Without close_notify. */
function closed(job: SClient, why: 'fin' | 'reset' | 'timeout', here: Here): SClientStep {
  if (job.dialogue !== null) say(here, hungUp(job.dialogue));
  return broken({ ...job, tls: job.tls ?? tlsOf(job, here) }, why, here);
}

/** A line the terminal driver has edited; `eol`: Enter ended it. */
export function sClientReads(job: SClient, text: string, eol: boolean, here: Here): SClientStep {
  if (job.atEnd || !job.open || job.tls === null) return running(job);
  const { commands, ignoresEof, crlf } = job.options;
  if (commands && !ignoresEof) {
    if (text.startsWith('Q')) return done(job, here);
    if (text.startsWith('R')) return renegotiates(job, job.tls, here);
    if (/^[Kk]/.test(text)) return updatesKeys(job, job.tls, here);
  }
  const line = encodeUtf8(text);
  const [tls, octets] = tlsSeal(job.tls, (line + (eol ? (crlf ? '\r\n' : '\n') : '')) as Octets);
  const ending = eol ? (crlf ? 'crlf' : 'lf') : 'none';
  const note = { kind: 'typed', text: line, eol: ending, tls: true } as const;
  return running(fly({ ...job, tls }, [{ octets, note }], here));
}

/** `^D`. */
export function sClientReadsEnd(job: SClient, here: Here): SClientStep {
  if (!job.open || job.atEnd) return running(job);
  return job.options.ignoresEof ? running({ ...job, atEnd: true }) : done(job, here);
}

function done(job: SClient, here: Here): SClientStep {
  say(here, 'DONE\n');
  shut(job, here);
  return ENDED;
}

/** TLS 1.3 has none; before, a server of today declines. Either is the end. (Here the server is not even asked.) */
function renegotiates(job: SClient, { version }: TlsState, here: Here): SClientStep {
  say(here, 'RENEGOTIATING\n');
  return failed(job, version === 'TLSv1.3' ? errors.CANNOT_RENEGOTIATE : errors.NO_RENEGOTIATION, here);
}

/** RFC 8446 §4.6.3. Our keys last for the whole connection: nothing is said. */
function updatesKeys(job: SClient, { version }: TlsState, here: Here): SClientStep {
  say(here, 'KEYUPDATE\n');
  return version === 'TLSv1.3' ? running(job) : failed(job, errors.NO_KEY_UPDATE, here);
}

/** `^C`: the connection ends as the program does, without a word. */
export function stopSClient(job: SClient, here: Here): typeof ENDED {
  here.effects.push(
    job.conn === null ? { kind: 'cancel', handle: here.handle } : { kind: 'close', conn: job.conn },
  );
  return job.open ? ENDED : ended(here, job.command, false);
}
