import { Readable } from 'node:stream';
import { type ArtifactSink, JobsError } from '../../jobs/index.ts';
import { type FileStamp, stampOf } from './file-stamp.ts';
import { type FoundFile, type WalkReport, walkFiles } from './walk-files.ts';

export interface GiveLimits {
  maxFileBytes: number;
  /** As a sink takes paths. */
  maxDepth: number;
  ignoredFolders: ReadonlySet<string>;
  /** Paths of files that are not given. */
  passedOver: ReadonlySet<string>;
}

/** A job can make millions of files; a sink takes some hundred. */
const MAX_ENTRIES = 20_000;

/** What became of the files of a job that are not among its artifacts. */
export interface GiveReport extends WalkReport {
  given: number;
  /** Longer than a file may be, or with a name that a sink does not take. */
  notTaken: number;
}

/**
 * Gives the files that a run has made or changed to a sink, one after the other, until it is full.
 * @param put how the files were left that were there before the run; one that is still so is not given
 * @param isWanted asked before each file
 * @throws what the sink throws but for its limits
 */
export async function giveFiles(
  work: string,
  sink: ArtifactSink,
  put: ReadonlyMap<string, FileStamp>,
  limits: GiveLimits,
  isWanted: () => boolean,
): Promise<GiveReport> {
  const report: GiveReport = { given: 0, refused: 0, notTaken: 0, incomplete: false };
  for await (const file of walkFiles(work, { ...limits, maxEntries: MAX_ENTRIES }, report)) {
    if (!isWanted()) break;
    if (put.get(file.path) === stampOf(file.stats)) continue;
    if (file.stats.size > limits.maxFileBytes) {
      report.notTaken += 1;
      continue;
    }
    try {
      await sink.save(file.path, contentOf(file));
      report.given += 1;
    } catch (error) {
      const code = error instanceof JobsError ? error.code : undefined;
      if (code === 'artifacts_full') {
        report.incomplete = true;
        break;
      }
      if (code !== 'artifact_path_invalid' && code !== 'artifact_too_large') throw error;
      report.notTaken += 1;
    }
  }
  return report;
}

/** As long as the file was when it was found: somebody may go on to write to it. */
function contentOf({ handle, stats }: FoundFile): Readable {
  const size = Number(stats.size);
  if (size === 0) return Readable.from([]);
  return handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
}
