/**
 * `mailq`, `postqueue` and `sendmail -q`: they ask the MTA of this host, which keeps the queue. A host without one has
 * no such commands.
 */
import type { QueueAnswer, QueueRequest } from '../agents/mta/types.ts';
import type { HostSpec, ProgramInput } from '../sim/types.ts';
import type { Here, JobStep } from './jobs.ts';
import { ENDED, ended, record, running, say } from './jobs.ts';

/** Waits for the MTA to say what is in its queue. */
export interface QueueListing {
  readonly kind: 'queue-listing';
  readonly command: string;
}

type QueueStep = JobStep<QueueListing>;

/** In what words the MTA of a host speaks; null: it has none. */
function dialectOf({ programs }: HostSpec): string | null {
  const config: unknown = programs.find(({ name }) => name === 'mta')?.config;
  if (typeof config !== 'object' || config === null) return null;
  return 'dialect' in config && typeof config.dialect === 'string' ? config.dialect : '';
}

const USAGE: Readonly<Record<string, string>> = {
  postqueue:
    'postqueue: fatal: usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site\n',
  sendmail: 'sendmail: only -bp (list the queue) and -q (try it now) are here\n',
};

/** Null: this host has no such command. */
export function startQueueCommand(words: readonly string[], command: string, here: Here): QueueStep | null {
  const [name = '', ...args] = words;
  const dialect = dialectOf(here.at.host);
  if (dialect === null || (name === 'postqueue' && !dialect.startsWith('postfix'))) return null;
  const wish = name === 'mailq' ? '-p' : args.length === 1 ? args[0]! : '';
  if (wish === '-p' || (name === 'sendmail' && wish === '-bp')) {
    ask(here, { kind: 'mailq' });
    return running({ kind: 'queue-listing', command });
  }
  if (wish === (name === 'sendmail' ? '-q' : '-f')) {
    ask(here, { kind: 'flush-all' });
    return ended(here, command, true);
  }
  const unknown = /^-(.)/.exec(wish)?.[1];
  if (name === 'postqueue' && unknown !== undefined && !'fijps'.includes(unknown))
    say(here, `postqueue: invalid option -- '${unknown}'\n`);
  say(here, USAGE[name] ?? '');
  return ended(here, command, false);
}

const ask = ({ effects }: Here, message: QueueRequest): void => {
  effects.push({ kind: 'tell', program: 'mta', message });
};

/** The MTA answered; null for anything else. */
export function queueListingHears(job: QueueListing, input: ProgramInput, here: Here): QueueStep | null {
  if (input.kind !== 'message' || !input.from.endsWith('/mta')) return null;
  const answer = input.message as QueueAnswer;
  if (answer.kind !== 'mailq') return null;
  say(here, answer.text);
  record(here, job.command, true);
  return ENDED;
}
