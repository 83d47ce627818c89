import type { Fetcher } from '../../../http/index.ts';
import type { JobRecord } from '../../../jobs/index.ts';
import { parseTraceparent } from '../../../telemetry/index.ts';
import type { JobTrace } from '../../contract.ts';
import { attemptSpans } from './attempt-spans.ts';
import { readTrace } from './jaeger.ts';

/** Reads what a job's trace adds to its timeline. Never rejects: the page has the job's own events without it. */
export type ReadJobTrace = (job: Pick<JobRecord, 'jobId' | 'traceparent'>) => Promise<JobTrace>;

/** @param queryUrl from telemetry.traces.queryUrl; undefined where there is nobody to ask */
export function createJobTraceReader(fetcher: Fetcher, queryUrl: string | undefined): ReadJobTrace {
  return async ({ jobId, traceparent }) => {
    const trace = parseTraceparent(traceparent);
    if (queryUrl === undefined) return nothing('none', 'telemetry.traces.queryUrl is not set.');
    if (trace === undefined) return nothing('none', 'The request was not traced.');
    if (!trace.sampled) return nothing('none', 'The trace was not recorded: sampling left it out.');
    try {
      const stored = await readTrace(fetcher, queryUrl, trace.traceId);
      if (stored === undefined) return nothing('none', 'The trace is not stored, or not yet.');
      return { state: 'read', reason: null, ...attemptSpans(jobId, stored) };
    } catch (error) {
      return nothing('away', `The trace could not be read: ${(error as Error).message}`);
    }
  };
}

function nothing(state: 'none' | 'away', reason: string): JobTrace {
  return { state, reason, spans: [], omittedSpans: 0 };
}
