import { estimateWait, type JobStore, JobsError, type QueueOutlook, waitText } from '../jobs/index.ts';

const NOTHING_KNOWN: QueueOutlook = { waiting: 0, running: 0, places: 1, durationsMs: [] };

/**
 * How long until a job is done, in words such as `30-120 seconds`. That Redis went away meanwhile is no reason to refuse
 * a job that was accepted.
 * @param position place among the waiting jobs; undefined once it runs
 */
export async function estimatedWait(
  store: Pick<JobStore, 'outlook'>,
  position: number | undefined,
): Promise<string> {
  const outlook = await store.outlook().catch((error: unknown) => {
    if (error instanceof JobsError) return NOTHING_KNOWN;
    throw error;
  });
  return waitText(estimateWait(position, outlook));
}
