import type { JobSummary } from './jobs.ts';
import type { Overview } from './overview.ts';

/**
 * `GET /api/live` (text/event-stream): the `event:` and its `data:`. An overview comes at once and about every two seconds;
 * jobs where any of the newest has changed, the newest 100 at once. It ends with the session, after an hour, and for who
 * does not read for 30 s: connect again after `retry:`. 503 `too_many_listeners` where as many listen as may.
 */
export interface LiveEvents {
  overview: Overview;
  jobs: { changed: JobSummary[] };
}

export type LiveEventName = keyof LiveEvents;
