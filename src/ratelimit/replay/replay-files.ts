import { type LoadOptions, loadRules } from '../rules/load.ts';
import { type BadLine, readTraffic } from '../traffic/read-traffic.ts';
import { type ReplayResult, replay } from './replay.ts';

export interface ReplayFilesOptions {
  /** Recorded traffic, as ratelimit.record writes it. */
  traffic: readonly string[];
  /** Paths of rule files or folders: those of today, and those to be tried. */
  before: readonly string[];
  after: readonly string[];
  /** How the installation reads rule files: both are read so. */
  rules: LoadOptions;
  topConsumers: number;
  onBadLine(bad: BadLine): void;
  /** Called now and then. @param progress from 0 to 1 */
  onProgress(progress: number, requests: number): void;
}

/** Requests between two looks at the clock. */
const PROGRESS_EVERY = 5_000;

/** @throws RulesError; an Error for people where a traffic file cannot be read */
export async function replayFiles(options: ReplayFilesOptions): Promise<ReplayResult> {
  const { traffic, onBadLine, onProgress, topConsumers } = options;
  const [before, after] = await Promise.all([
    loadRules(options.before, options.rules),
    loadRules(options.after, options.rules),
  ]);
  const reading = await readTraffic({ files: traffic, onBadLine });
  return replay({
    lines: reading.lines(),
    before: before.rules,
    after: after.rules,
    topConsumers,
    onRequest: (requests) => {
      if (requests % PROGRESS_EVERY === 0) onProgress(reading.progress(), requests);
    },
  });
}
