import type { JobSummary, LiveEvents, Overview } from '../../contract.ts';
import { call } from './call.ts';
import { mergeJobs } from './live-jobs.ts';

/** lost: nothing comes at the moment, and it is tried again. */
export type Connection = 'connecting' | 'open' | 'lost';

export interface LiveState {
  connection: Connection;
  overview: Overview | undefined;
  /** The newest jobs, newest first. */
  jobs: readonly JobSummary[];
}

/** Of the live list. Older ones are had by asking. */
const MAX_JOBS = 200;
/** How long after a refusal, which a browser does not repeat by itself. */
const RETRY_MS = 3_000;
/** Overviews come every two seconds: when nothing has come for this long, nobody is there, whatever the connection says. */
const SILENCE_MS = 10_000;

/** Follows `GET /api/live` until it is closed, and tells each change. Reconnects for as long as there is a session. */
export function followLive(changed: (state: LiveState) => void): () => void {
  let state: LiveState = { connection: 'connecting', overview: undefined, jobs: [] };
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const update = (change: Partial<LiveState>) => {
    state = { ...state, ...change };
    changed(state);
  };
  const lost = () => {
    clearTimeout(retry);
    clearTimeout(silence);
    update({ connection: 'lost' });
    // Answers 401 where the session is over, which leads back to the sign-in.
    call('/api/whoami').catch(() => {});
    source?.close();
    retry = setTimeout(connect, RETRY_MS);
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE_MS);
    if (state.connection !== 'open') update({ connection: 'open' });
  };
  const on = <Name extends keyof LiveEvents>(name: Name, take: (data: LiveEvents[Name]) => void) =>
    source?.addEventListener(name, ({ data }) => {
      heard();
      take(JSON.parse(data) as LiveEvents[Name]);
    });
  function connect() {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
    source = new EventSource('/api/live');
    source.addEventListener('open', heard);
    source.addEventListener('error', lost);
    on('overview', (overview) => update({ overview }));
    on('jobs', ({ changed: jobs }) => update({ jobs: mergeJobs(state.jobs, jobs).slice(0, MAX_JOBS) }));
  }
  connect();
  return () => {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
  };
}
