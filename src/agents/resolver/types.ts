/** What a caching resolver is set up with, and what it has in mind. Plain data. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import type { CacheState } from '../../dns/cache.ts';
import type { Cut, ServerName } from '../../dns/cuts.ts';
import type { DnsMessage, DomainName, Question, ResourceRecord } from '../../dns/types.ts';
import type { ConnId } from '../../sim/types.ts';
import type { Client, DnsSessions } from '../dns-sessions.ts';

export interface CachingResolverConfig {
  /** Zones whose server is known beforehand (BIND's static-stub): zone → address. The empty name is the root. */
  readonly servers: Readonly<Record<string, string>>;
  /** Root hints: names and addresses of root servers, as in `named.root` (RFC 1034 §5.3.2, RFC 9609). */
  readonly roots?: readonly ServerName[];
  /** No NS records beside an answer, as servers of today (BIND's `minimal-responses no-auth-recursive`). */
  readonly minimal?: boolean;
}

/** Somebody waits for an answer to this query. */
export interface Asker {
  readonly client: Client;
  readonly query: DnsMessage;
}

/** A server asked on behalf of one job, in one zone. */
export interface Tried {
  /** Its address. */
  readonly id: string;
  readonly times: number;
  /** Its answer helped nobody: it is not asked again. */
  readonly barred: boolean;
}

/** What a job waits for. */
export type Waiting =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'udp'; readonly id: number; readonly server: string }
  | {
      readonly kind: 'tcp';
      readonly id: number;
      readonly server: string;
      /** Null while it is being opened. */
      readonly conn: ConnId | null;
      readonly rest: Octets;
    }
  /** The address of a server without glue, which another job looks up. */
  | { readonly kind: 'job'; readonly id: number; readonly name: DomainName };

/** One question on its way through the tree. */
export interface Job {
  readonly id: number;
  readonly question: Question;
  readonly askers: readonly Asker[];
  /** Jobs that wait for this one. */
  readonly parents: readonly number[];
  /** 0 for a client's question, one more for each address that had to be found first. */
  readonly depth: number;
  readonly startedAt: Millis;
  /** Queries sent so far, those of jobs it waited for included, and how many there may be. */
  readonly spent: number;
  readonly limit: number;
  /** The name asked for now: where the aliases so far lead. */
  readonly name: DomainName;
  readonly aliases: readonly ResourceRecord[];
  /** The zone whose servers are being asked; null: to be chosen. */
  readonly cut: Cut | null;
  readonly tried: readonly Tried[];
  /** Questions for addresses of the cut's servers that were put already. */
  readonly sought: readonly Question[];
  readonly waiting: Waiting;
}

export const jobWith = (job: Job, changes: Partial<Job>): Job =>
  edited<Job>(
    {
      id: job.id,
      question: job.question,
      askers: job.askers,
      parents: job.parents,
      depth: job.depth,
      startedAt: job.startedAt,
      spent: job.spent,
      limit: job.limit,
      name: job.name,
      aliases: job.aliases,
      cut: job.cut,
      tried: job.tried,
      sought: job.sought,
      waiting: job.waiting,
    },
    changes,
  );

/** A server to be asked after the others: `ADDRESS` did not answer, `ADDRESS ZONE` does not serve that zone. */
export interface Shunned {
  readonly id: string;
  readonly untilMs: Millis;
}

export interface CachingResolverState {
  readonly config: CachingResolverConfig;
  readonly cache: CacheState;
  readonly sessions: DnsSessions;
  readonly nextJob: number;
  /** The next query's id, 16 bits. */
  readonly nextId: number;
  readonly jobs: readonly Job[];
  readonly shunned: readonly Shunned[];
}

export const resolverWith = (
  resolver: CachingResolverState,
  changes: Partial<CachingResolverState>,
): CachingResolverState =>
  edited<CachingResolverState>(
    {
      config: resolver.config,
      cache: resolver.cache,
      sessions: resolver.sessions,
      nextJob: resolver.nextJob,
      nextId: resolver.nextId,
      jobs: resolver.jobs,
      shunned: resolver.shunned,
    },
    changes,
  );

/** How a question ended. */
export interface Outcome {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  readonly records: readonly ResourceRecord[];
  readonly soa: ResourceRecord | null;
}

export const SERVFAIL: Outcome = { rcode: 'SERVFAIL', records: [], soa: null };
