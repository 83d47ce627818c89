import type { Config } from '../../config/index.ts';
import type { Attempt } from '../../jobs/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Copy } from '../../workspaces/index.ts';
import type { FileStamp } from '../files/file-stamp.ts';
import { giveFiles } from '../files/give-files.ts';
import type { Worker } from '../workers/worker.ts';
import type { StopSignal } from './stop-signal.ts';
import { PATCH_PATH } from './workspace.ts';

/** As many parts as a sink takes in a path. */
const MAX_DEPTH = 16;

/**
 * Gives the files that a run has made or changed to the attempt's sink. Nothing of the job runs any more.
 * @param given what was there before the run: the request's own files, as they were left, and a workspace, whose files
 * have their changes in a patch
 * @returns how many were kept, and how many were not
 */
export async function giveArtifacts(
  { config, logger }: { config: Config; logger: Logger },
  { artifacts }: Attempt,
  { folder }: Worker,
  { put, copy }: { put: ReadonlyMap<string, FileStamp>; copy: Copy | undefined },
  stop: StopSignal,
): Promise<{ given: number; refused: number }> {
  const limits = {
    maxFileBytes: config.jobs.artifacts.maxFile.bytes,
    maxDepth: MAX_DEPTH,
    ignoredFolders: new Set(config.pool.artifacts.ignore),
    passedOver: new Set(copy && [PATCH_PATH, ...copy.entries.map(({ path }) => path.toString('utf8'))]),
  };
  // What a job made whose time was up may still be of use; nobody waits for what a canceled one made.
  const isWanted = () => stop.reason !== 'canceled';
  const { given, refused, notTaken, incomplete } = await giveFiles(
    folder.work,
    artifacts,
    put,
    limits,
    isWanted,
  );
  const counts = { given, refused: refused + notTaken };
  if (counts.refused === 0 && !incomplete) return counts;
  logger.info(
    { count: counts.refused, reason: incomplete ? 'more than is kept' : 'links, or longer than is kept' },
    `${given} files were kept, and others were not`,
  );
  return counts;
}
