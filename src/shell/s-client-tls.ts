/** The TLS of `openssl s_client`: what comes through it, what is told of it, and how it ends. */
import type { Octets } from '../base/octets.ts';
import { alertFlight, copyOf } from '../protocol/tls/speaking.ts';
import { tlsClose, tlsHear } from '../protocol/tls/session.ts';
import type { TlsEnd, TlsState } from '../protocol/tls/types.ts';
import type { Here } from './jobs.ts';
import { ENDED, ended, record, remote, running, say } from './jobs.ts';
import type { SClient, SClientStep } from './s-client.ts';
import * as errors from './s-client-errors.ts';
import type { HandshakeEnd } from './s-client-report.ts';
import { report, summary, verifyLines } from './s-client-report.ts';

const instantOf = ({ at }: Here): number => at.clock.epochMs + at.now;

/** Says these, each as one segment. */
export function fly(
  job: SClient,
  flights: readonly { readonly octets: Octets; readonly note: object }[],
  { effects }: Here,
): SClient {
  if (job.conn === null) return job;
  let { written } = job;
  for (const { octets, note } of flights) {
    if (octets === '') continue;
    effects.push({ kind: 'send', conn: job.conn, octets, note });
    written += octets.length;
  }
  return { ...job, written };
}

export function hearTls(job: SClient, octets: Octets, here: Here): SClientStep {
  const before = job.tls;
  if (before === null) return running(job);
  const heard = tlsHear(before, octets, instantOf(here), here.at.chance);
  tellHandshake(job, before, heard.state, here);
  if (isLegacy(heard.state)) return refuseLegacy({ ...job, tls: heard.state }, before, here);
  let next = fly({ ...job, tls: heard.state }, heard.flights, here);
  if (heard.secured !== null) next = established(next, here);
  say(here, remote(heard.plain), 'remote');
  if (heard.end === null) return running(next);
  return heard.end.kind === 'closed' ? closed(next, here) : failedTls(next, heard.end, here);
}

/** What OpenSSL prints while the handshake goes on. */
function tellHandshake(job: SClient, before: TlsState, after: TlsState, here: Here): void {
  const { complains, verifyQuiet, strict } = job.options;
  if (complains && before.version === null && after.version !== null)
    say(here, "Can't use SSL_get_servername\n");
  if (before.verification === null && after.verification !== null)
    say(here, verifyLines(after.verification, verifyQuiet, strict));
}

/** A server of TLS 1.0 signs its key exchange with SHA-1, which is not good enough for Debian's OpenSSL any more. */
const isLegacy = ({ version, phase }: TlsState): boolean =>
  version === 'TLSv1' && ['ServerHelloDone', 'ChangeCipherSpec', 'Finished', 'secured'].includes(phase);

function refuseLegacy(job: SClient, before: TlsState, here: Here): SClientStep {
  const alert = alertFlight(copyOf(before), 'internal_error', 'legacy sigalg disallowed or unsupported');
  const refused = fly({ ...job, tls: before }, [alert], here);
  return failed({ ...refused, tls: job.tls }, errors.LEGACY_SIGNATURE, here);
}

function established(job: SClient, here: Here): SClient {
  record(here, job.command, true);
  if (job.options.brief && job.tls !== null)
    say(here, summary({ ...job, tls: job.tls, end: 'done', instant: instantOf(here) }));
  tell(job, 'done', here);
  say(here, remote(job.kept), 'remote');
  return { ...job, open: true };
}

/** The report; not a word of it with -quiet. */
function tell(job: SClient, end: HandshakeEnd, here: Here): void {
  const { tls, options, read, written } = job;
  if (options.quiet) return;
  if (tls !== null) say(here, report({ end, options, tls, read, written, instant: instantOf(here) }));
}

/** The server said close_notify. */
function closed(job: SClient, here: Here): SClientStep {
  if (!job.options.quiet) say(here, 'closed\n');
  return over(job, 'none', here);
}

function failedTls(job: SClient, end: Extract<TlsEnd, { kind: 'failed' }>, here: Here): SClientStep {
  const rejected = end.reason === 'certificate verify failed' && !end.byPeer;
  return failed(job, errors.tlsError(end), here, rejected ? 'rejected' : 'none');
}

/** An error that is the end. */
export function failed(job: SClient, error: string, here: Here, end: HandshakeEnd = 'none'): SClientStep {
  say(here, error);
  return over(job, end, here);
}

/** The connection itself broke off. */
export function broken(job: SClient, why: 'fin' | 'reset' | 'timeout', here: Here): SClientStep {
  const gone = { ...job, conn: null };
  if (why === 'fin') return failed(gone, errors.UNEXPECTED_EOF, here);
  if (job.open && job.options.brief) return failed(gone, 'CONNECTION CLOSED BY SERVER\n', here);
  return failed(gone, `${job.open ? 'read' : 'write'}:errno=${errors.brokenErrno(why)}\n`, here);
}

/** Before the handshake is done a report is due, whatever it came to. */
function over(job: SClient, end: HandshakeEnd, here: Here): SClientStep {
  const known = job.tls !== null && job.tls.peerChain.length > 0;
  if (!job.open) tell(job, end === 'none' && known ? 'undone' : end, here);
  shut(job, here);
  return job.open ? ENDED : ended(here, job.command, false);
}

/** Says close_notify where it can be heard, and hangs up. */
export function shut(job: SClient, here: Here): void {
  if (job.conn === null) return;
  if (job.tls !== null) fly(job, tlsClose(job.tls).flights, here);
  here.effects.push({ kind: 'close', conn: job.conn });
}
