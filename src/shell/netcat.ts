/** `nc`: Debian's netcat-openbsd (1.219), a raw TCP connection of which nothing is shown but what the server says. */
import { encodeUtf8 } from '../base/octets.ts';
import { CONNECT_FAILURES } from '../agents/connect-failures.ts';
import type { Answer } from '../dns/types.ts';
import { addressFamily } from '../dns/names.ts';
import type { ConnectFailure, ConnId, ProgramInput } from '../sim/types.ts';
import type { Here, JobStep } from './jobs.ts';
import { ENDED, ended, record, remote, running, say } from './jobs.ts';
import type { Reached, Reaching } from './reaching.ts';
import { reach, reachNext, reachWith, towards } from './reaching.ts';
import { portNumber, serviceName } from './services.ts';

export interface Netcat {
  readonly kind: 'netcat';
  readonly command: string;
  readonly options: NetcatOptions;
  readonly reaching: Reaching;
  readonly conn: ConnId | null;
  /** The end of input was read: nothing more is sent, and what the server says is still shown. */
  readonly atEnd: boolean;
  /** Raw mode: characters of a line that is not finished. */
  readonly rawLine: string;
}

interface NetcatOptions {
  /** -C */
  readonly crlf: boolean;
  /** -v */
  readonly verbose: boolean;
  /** -z: no more than look whether the port is open. */
  readonly scan: boolean;
  /** -n: no look-ups. */
  readonly numeric: boolean;
  /** -N: the end of input is the end of the connection. */
  readonly shuts: boolean;
}

type NetcatStep = JobStep<Netcat>;

const USAGE = `usage: nc [-CNnvz] [destination] [port]
`;

export function startNetcat(words: readonly string[], command: string, here: Here): NetcatStep {
  const fails = (text: string): NetcatStep => {
    say(here, text);
    return ended(here, command, false);
  };
  const letters = words.slice(1).filter((word) => /^-./.test(word));
  const [host, service, ...more] = words.slice(1).filter((word) => !/^-./.test(word));
  const unknown = /[^-CNnvz]/.exec(letters.join(''));
  if (unknown !== null) return fails(`nc: invalid option -- '${unknown[0]}'\n${USAGE}`);
  if (host === undefined || more.length > 0) return fails(USAGE);
  if (service === undefined) return fails('nc: missing port number\n');
  const port = portNumber(service);
  if (port === null) return fails(`nc: port number invalid: ${service}\n`);
  if (port < 1 || port > 65535)
    return fails(`nc: port number too ${port < 1 ? 'small' : 'large'}: ${service}\n`);
  const has = (letter: string): boolean => letters.some((word) => word.includes(letter));
  const options: NetcatOptions = {
    crlf: has('C'),
    verbose: has('v'),
    scan: has('z'),
    numeric: has('n'),
    shuts: has('N'),
  };
  const reaching = towards(host, port);
  const job: Netcat = { kind: 'netcat', command, options, reaching, conn: null, atEnd: false, rawLine: '' };
  const nameless = options.numeric && addressFamily(host) === null;
  const result: Reached = nameless
    ? { kind: 'unknown', why: 'Name or service not known' }
    : reach(reaching, here);
  return reached(job, result, here);
}

function reached(job: Netcat, result: Reached, here: Here): NetcatStep {
  if (result.kind === 'reaching') return running({ ...job, reaching: result.reaching }, result.need);
  const { host, port } = job.reaching;
  say(here, `nc: getaddrinfo for host "${host}" port ${port}: ${result.why}\n`);
  return ended(here, job.command, false);
}

export function netcatAnswered(job: Netcat, answer: Answer, here: Here): NetcatStep | null {
  const result = reachWith(job.reaching, answer, here);
  return result && reached(job, result, here);
}

/** What happens on its connection; null for what is not its own. */
export function netcatHears(job: Netcat, input: ProgramInput, here: Here): NetcatStep | null {
  switch (input.kind) {
    case 'opened':
      return input.handle === here.handle ? connected(job, input.conn, here) : null;
    case 'failed':
      return input.handle === here.handle ? notConnected(job, input.why, here) : null;
    case 'octets':
      if (input.conn !== job.conn) return null;
      say(here, remote(input.octets), 'remote');
      return running(job);
    case 'closed':
      return input.conn === job.conn ? ENDED : null;
    default:
      return null;
  }
}

/** `neo.firma1.intr (10.2.3.168)`, or the address alone when it was typed. */
const placeOf = ({ host, addresses }: Reaching): string => {
  const address = addresses?.[0] ?? host;
  return address === host ? host : `${host} (${address})`;
};

function connected(job: Netcat, conn: ConnId, here: Here): NetcatStep {
  const { options, reaching, command } = job;
  const { port } = reaching;
  if (options.verbose) {
    const name = options.numeric ? '*' : (serviceName(port) ?? '*');
    say(here, `Connection to ${placeOf(reaching)} ${port} port [tcp/${name}] succeeded!\n`);
  }
  record(here, command, true);
  if (!options.scan) return running({ ...job, conn });
  here.effects.push({ kind: 'close', conn });
  return ENDED;
}

function notConnected(job: Netcat, why: ConnectFailure, here: Here): NetcatStep {
  const { reaching, options, command } = job;
  if (options.verbose)
    say(
      here,
      `nc: connect to ${placeOf(reaching)} port ${reaching.port} (tcp) failed: ${CONNECT_FAILURES[why]}\n`,
    );
  const next = reachNext(reaching, here);
  return next === null ? ended(here, command, false) : reached(job, next, here);
}

/** A line the terminal driver has edited; `eol`: Enter ended it. */
export function netcatReads(job: Netcat, text: string, eol: boolean, here: Here): NetcatStep {
  if (job.conn === null || job.atEnd) return running(job);
  const { crlf } = job.options;
  const line = encodeUtf8(text);
  const note = { kind: 'typed', text: line, eol: eol ? (crlf ? 'crlf' : 'lf') : 'none' } as const;
  const octets = encodeUtf8(text + (eol ? (crlf ? '\r\n' : '\n') : ''));
  here.effects.push({ kind: 'send', conn: job.conn, octets, note });
  return running(job);
}

/** `^D`. */
export function netcatReadsEnd(job: Netcat, here: Here): NetcatStep {
  if (job.conn === null || !job.options.shuts) return running({ ...job, atEnd: true });
  here.effects.push({ kind: 'close', conn: job.conn });
  return ENDED;
}

/** `^C`. */
export function stopNetcat(job: Netcat, here: Here): typeof ENDED {
  const { conn, command } = job;
  here.effects.push(conn === null ? { kind: 'cancel', handle: here.handle } : { kind: 'close', conn });
  return conn === null ? ended(here, command, false) : ENDED;
}
