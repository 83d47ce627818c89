import type { ArtifactSink } from '../attempt.ts';
import { JobsError } from '../error.ts';
import type { Artifact } from '../job.ts';
import type { JobChange } from '../job-log.ts';
import { isRelativePath } from '../relative-path.ts';
import type { StoredFiles } from '../stored-files/files.ts';
import type { Room } from '../stored-files/retention.ts';
import { contentType } from './content-type.ts';
import { artifactPlace } from './place.ts';

export interface ArtifactLimits {
  maxFileBytes: number;
  maxBytesPerJob: number;
  maxFilesPerJob: number;
  /** For the files of all jobs. */
  room: Room;
}

export interface ArtifactSinkOptions {
  files: StoredFiles;
  limits: ArtifactLimits;
  jobId: string;
  attempt: number;
  /** Writes to the job's record and log while the attempt is the current one; rejects with attempt_superseded after. */
  append(change: JobChange): Promise<void>;
}

/** Keeps the files of one attempt, one after the other. */
export function createArtifactSink(options: ArtifactSinkOptions): ArtifactSink {
  const { files, limits, jobId, attempt, append } = options;
  const kept = new Map<string, Artifact>();
  let last: Promise<unknown> = Promise.resolve();

  async function save(path: string, content: Parameters<ArtifactSink['save']>[1]): Promise<Artifact> {
    if (!isRelativePath(path)) {
      throw new JobsError(
        'artifact_path_invalid',
        'A path must be relative and without empty parts, . and ..',
      );
    }
    const others = [...kept.values()].filter((artifact) => artifact.path !== path);
    if (others.length >= limits.maxFilesPerJob) {
      throw new JobsError('artifacts_full', `A job may have ${limits.maxFilesPerJob} files.`);
    }
    const free = Math.min(limits.maxBytesPerJob - sizeOf(others), limits.room.freeBytes());
    const written = await files.write(
      artifactPlace(jobId, attempt, path),
      content,
      Math.min(limits.maxFileBytes, free),
    );
    if (written === undefined) {
      throw free < limits.maxFileBytes
        ? new JobsError('artifacts_full', 'There is no more room for the files of this job.')
        : new JobsError('artifact_too_large', `A file may have ${limits.maxFileBytes} bytes.`);
    }
    limits.room.take(written.bytes);
    const artifact: Artifact = { path, ...written, contentType: contentType(path) };
    const list = [...others, artifact];
    await append({
      fields: { artifacts: { count: list.length, bytes: sizeOf(list) }, artifactList: list },
      events: [{ type: 'artifact', ...artifact }],
    });
    kept.delete(path);
    kept.set(path, artifact);
    return artifact;
  }

  return {
    save(path, content) {
      const saved = last.then(() => save(path, content)).finally(() => content.destroy());
      last = saved.catch(() => {});
      return saved.then(({ path: _, ...artifact }) => artifact);
    },
  };
}

function sizeOf(artifacts: readonly Artifact[]): number {
  return artifacts.reduce((sum, { bytes }) => sum + bytes, 0);
}
