import type { JobSummary } from '../../contract.ts';
import { relative, shortId, time } from '../shared/format.ts';
import { JobFigureHeads, JobFigures } from '../shared/job-figures.tsx';
import { Table } from '../shared/page-parts.tsx';
import { JobState } from '../shared/state-mark.tsx';
import { useNow } from '../shared/use-now.ts';
import { Link } from './router.tsx';

/** A table of jobs, one a line. */
export function JobRows({ caption, jobs }: { caption: string; jobs: readonly JobSummary[] }) {
  const now = useNow();
  return (
    <Table
      caption={caption}
      class="jobs"
      head={
        <>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">Client</th>
          <th scope="col">Tier</th>
          <th scope="col">Accepted</th>
          <JobFigureHeads />
        </>
      }
    >
      {jobs.map((job) => (
        <tr key={job.jobId}>
          <th scope="row">
            <Link to={`/jobs/${job.jobId}`} class="mono" title={job.jobId}>
              {shortId(job.jobId)}
            </Link>
          </th>
          <td>
            <JobState state={job.state} />
            {job.error && <span class="quiet"> {job.error.code}</span>}
          </td>
          <td>
            {job.client} <span class="quiet">{job.tenant}</span>
          </td>
          <td>{job.tier}</td>
          <td title={time(job.createdAt, now)}>{relative(job.createdAt, now)}</td>
          <JobFigures
            waitedMs={waitedMs(job, now)}
            ranMs={ranMs(job, now)}
            usage={job.usage}
            costUsd={job.costUsd}
          />
        </tr>
      ))}
    </Table>
  );
}

/** From acceptance to the first start, or to now or the end where there was none. */
export function waitedMs(job: JobSummary, nowMs: number): number {
  return Math.max(0, endOf(job.startedAt ?? job.finishedAt, nowMs) - Date.parse(job.createdAt));
}

/** From the first start on; null before it. */
export function ranMs(job: JobSummary, nowMs: number): number | null {
  return job.startedAt === null
    ? null
    : Math.max(0, endOf(job.finishedAt, nowMs) - Date.parse(job.startedAt));
}

function endOf(at: string | null, nowMs: number): number {
  return at === null ? nowMs : Date.parse(at);
}
