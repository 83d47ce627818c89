import type { Config } from '../config/index.ts';
import type { Redis, RedisKeys } from '../redis/index.ts';
import { artifactsFolder } from './artifacts/place.ts';
import type { ArtifactLimits } from './artifacts/sink.ts';
import { isFinal } from './job.ts';
import type { JobLog } from './job-log.ts';
import { sessionsFolder } from './sessions/place.ts';
import { createSessions, type Sessions } from './sessions/sessions.ts';
import { openStoredFiles, type StoredFiles } from './stored-files/files.ts';
import { startFileRetention } from './stored-files/retention.ts';

/** What a worker keeps on the disk, within its sizes and times. */
export interface WorkerFiles {
  artifacts: StoredFiles;
  artifactLimits: ArtifactLimits;
  sessions: Sessions;
  close(): Promise<void>;
}

export interface WorkerFilesOptions {
  config: Pick<Config, 'dataDir' | 'jobs'>;
  redis: Redis;
  keys: RedisKeys;
  log: Pick<JobLog, 'progress'>;
  now(): number;
  onError(error: unknown): void;
}

/** How often files are looked through for such as nobody needs any more. */
const CHECK_MS = 60_000;

export function openWorkerFiles(options: WorkerFilesOptions): WorkerFiles {
  const { config, redis, keys, log, now, onError } = options;
  const { artifacts, sessions, attempts, maxTimeout } = config.jobs;

  const artifactFiles = openStoredFiles(artifactsFolder(config));
  const artifactRetention = startFileRetention({
    files: artifactFiles,
    async needOf(jobId) {
      const progress = await log.progress(jobId);
      if (progress === undefined) return 'not needed';
      return isFinal(progress.state) ? 'if there is room' : 'needed';
    },
    maxTotalBytes: artifacts.maxTotal.bytes,
    everyMs: CHECK_MS,
    onError,
  });

  const sessionFiles = openStoredFiles(sessionsFolder(config));
  const known = createSessions({
    ...{ redis, keys, now, files: sessionFiles },
    idleMs: sessions.idle.ms,
    longestJobMs: 2 * attempts * maxTimeout.ms,
    maxBytes: sessions.maxSize.bytes,
    room: {
      freeBytes: () => sessionRetention.freeBytes(),
      take: (bytes) => sessionRetention.take(bytes),
    },
  });
  const sessionRetention = startFileRetention({
    files: sessionFiles,
    needOf: async (id) => ((await known.isKnown(id)) ? 'if there is room' : 'not needed'),
    maxTotalBytes: sessions.maxTotal.bytes,
    everyMs: CHECK_MS,
    onError,
  });

  return {
    artifacts: artifactFiles,
    artifactLimits: {
      maxFileBytes: artifacts.maxFile.bytes,
      maxBytesPerJob: artifacts.maxPerJob.bytes,
      maxFilesPerJob: artifacts.maxFilesPerJob,
      room: artifactRetention,
    },
    sessions: known,
    async close() {
      await Promise.all([artifactRetention.close(), sessionRetention.close()]);
    },
  };
}
