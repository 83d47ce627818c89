import type { JobSummary } from './jobs.ts';
import type { Overview } from './overview.ts';

/**
 * `GET /api/live` (text/event-stream): the `event:` and its `data:`. An overview comes at once and about every two seconds;
 * jobs where any of the newest has changed, the newest 100 at once. A comment every 15 s keeps it open. It ends with the
 * session, and 503 `too_many_listeners` where as many listen as may: connect again after `retry:`.
 */
export interface LiveEvents {
  overview: Overview;
  jobs: { changed: JobSummary[] };
}

export type LiveEventName = keyof LiveEvents;
