import type { Announcements } from '../redis/index.ts';
import { isFinal } from './job.ts';
import type { JobLog } from './job-log.ts';
import { parseAnnouncement } from './wait.ts';

/**
 * Calls back once a job that runs here has its final state from elsewhere, or is gone: its caller has canceled it.
 * @returns what ends it
 */
export function watchForEnd(
  job: { announcements: Announcements; channel: string; log: Pick<JobLog, 'progress'>; jobId: string },
  onEnd: () => void,
): () => void {
  const { announcements, channel, log, jobId } = job;
  return announcements.listen(channel, (message) => {
    if (message !== undefined) {
      if (isFinal(parseAnnouncement(message).state)) onEnd();
      return;
    }
    // While Redis is away nothing is known; there is another call once it is back.
    log.progress(jobId).then(
      (progress) => {
        if (progress === undefined || isFinal(progress.state)) onEnd();
      },
      () => {},
    );
  });
}
