/** Every key that Gatehouse writes to Redis, in one place. Keys that one script touches share a hash tag. */
export interface RedisKeys {
  /** Hash of one API key's record, found by the keyed hash of the key. */
  apiKey(hash: string): string;
  /** Hash: API key id -> keyed hash. */
  apiKeyIds: string;
  /** Hash: API key id -> when it was last used, in milliseconds since the epoch. */
  apiKeyLastUsed: string;
  /** How many changes the API keys have seen; also the name of the channel that announces each. */
  apiKeyChanges: string;
  /** Hash: what is blocked -> the entry. */
  blocklist: string;
  /** Sorted set: what is blocked, by when its entry ends. */
  blocklistExpiry: string;
  /** How many changes the blocklist has seen; also the name of the channel that announces each. */
  blocklistChanges: string;
  /** Hash: one job's current view. */
  job(jobId: string): string;
  /** Stream: one job's events; also the name of the channel that announces them. */
  jobEvents(jobId: string): string;
  /** Sorted set: who listens to a job that ends with its last listener, by when each is taken for gone. */
  jobListeners(jobId: string): string;
  /** What the queue of the jobs consists of: see jobs/queue/entries.lua. */
  queue: Record<
    | 'waiting'
    | 'delayed'
    | 'leases'
    | 'entries'
    | 'holders'
    | 'counts'
    | 'deadlines'
    | 'workers'
    | 'durations'
    | 'sessions'
    | 'fronts'
    | 'ready',
    string
  >;
  /** Hash: what a conversation goes on from. @param id of its tenant, client and name */
  session(id: string): string;
  /** String: the job that was accepted under an Idempotency-Key. @param hash of client and key */
  idempotency(hash: string): string;
  /** Sorted set: ids of all jobs, by when they were accepted. */
  jobIndex: string;
  /** Sorted set: ids of one client's jobs. @param hash of tenant and client */
  clientJobs(hash: string): string;
  /** List: JSON of jobs that ended, and how, for an api process to tell. */
  leftJobEnds: string;
  /**
   * Rate-limit buckets.
   * @param window such as `minute`: buckets of different windows never share a count
   */
  buckets(domain: string, window: string): BucketKeyOf;
  /** Stream: what operators changed. In one slot with what they change by data. */
  audit: string;
  /** Hash: kind of what processes load -> digest of what was loaded last. */
  loads: string;
  /** Hash: override id -> JSON, and '' -> how often it has changed; also the channel that announces a change. */
  limitOverrides: string;
  /** Hash: component -> JSON of the level of its log, and '' -> how often it has changed; also the channel that announces a change. */
  logLevels: string;
  /** Hash: whom limits refused in the ten minutes from then on. @param slotStartMs milliseconds since the epoch */
  offenders(slotStartMs: number): string;
  /** Hash: provider -> JSON of why it is not asked now, and until when. */
  modelHealth: string;
  /** JSON of why no provider is asked now, and until when; absent while one is. It expires by itself. */
  modelAvailability: string;
  /** Billionths of a US dollar that a tenant's jobs have cost. @param period such as `2026-11-26` or `2026-11` */
  spending(tenant: string, period: string): string;
  /** Stream: submissions that inspection flagged or rejected, without their texts. */
  inspectionFindings: string;
  /** Hash: process id -> JSON of the state of its rate limit rules. */
  rulesStatus: string;
  /** Sorted set: process ids, by when what they told is forgotten. */
  rulesStatusExpiry: string;
}

/**
 * The key of one descriptor's bucket.
 * @param slot what buckets that lie in one hash slot have in common; without it those of one descriptor share theirs
 */
export type BucketKeyOf = (descriptor: string, slot: string | undefined) => string;

/** @param prefix first part of every key, from redis.keyPrefix */
export function redisKeys(prefix: string): RedisKeys {
  return {
    apiKey: (hash) => `${prefix}:{apikeys}:${hash}`,
    apiKeyIds: `${prefix}:{apikeys}:ids`,
    apiKeyLastUsed: `${prefix}:{apikeys}:last-used`,
    apiKeyChanges: `${prefix}:{apikeys}:changes`,
    blocklist: `${prefix}:{blocklist}:entries`,
    blocklistExpiry: `${prefix}:{blocklist}:expiry`,
    blocklistChanges: `${prefix}:{blocklist}:changes`,
    job: (jobId) => `${prefix}:{job:${jobId}}`,
    jobEvents: (jobId) => `${prefix}:{job:${jobId}}:events`,
    jobListeners: (jobId) => `${prefix}:{job:${jobId}}:listeners`,
    queue: {
      waiting: `${prefix}:{queue}:waiting`,
      delayed: `${prefix}:{queue}:delayed`,
      leases: `${prefix}:{queue}:leases`,
      entries: `${prefix}:{queue}:entries`,
      holders: `${prefix}:{queue}:holders`,
      counts: `${prefix}:{queue}:counts`,
      deadlines: `${prefix}:{queue}:deadlines`,
      workers: `${prefix}:{queue}:workers`,
      durations: `${prefix}:{queue}:durations`,
      sessions: `${prefix}:{queue}:sessions`,
      fronts: `${prefix}:{queue}:fronts`,
      ready: `${prefix}:{queue}:ready`,
    },
    session: (id) => `${prefix}:{session:${id}}`,
    idempotency: (hash) => `${prefix}:{queue}:idempotency:${hash}`,
    jobIndex: `${prefix}:{jobs}:all`,
    clientJobs: (hash) => `${prefix}:{jobs}:of:${hash}`,
    leftJobEnds: `${prefix}:{jobs}:left-ends`,
    buckets(domain, window) {
      const start = `${prefix}:limit:${encodeURIComponent(domain)}:{`;
      return (descriptor, slot) =>
        slot === undefined ? `${start}${descriptor}}:${window}` : `${start}${slot}}:${descriptor}:${window}`;
    },
    audit: `${prefix}:{control}:audit`,
    loads: `${prefix}:{control}:loads`,
    limitOverrides: `${prefix}:{control}:limit-overrides`,
    logLevels: `${prefix}:{control}:log-levels`,
    offenders: (slotStartMs) => `${prefix}:{control}:offenders:${slotStartMs}`,
    modelHealth: `${prefix}:{model}:health`,
    modelAvailability: `${prefix}:{model}:availability`,
    spending: (tenant, period) => `${prefix}:{spending:${tenant}}:${period}`,
    inspectionFindings: `${prefix}:{inspection}:findings`,
    rulesStatus: `${prefix}:{control}:rules-status`,
    rulesStatusExpiry: `${prefix}:{control}:rules-status-expiry`,
  };
}
