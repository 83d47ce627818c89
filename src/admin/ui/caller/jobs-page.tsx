import { useState } from 'preact/hooks';
import { Confirm } from '../shared/confirm.tsx';
import { count, relative, shortId, time } from '../shared/format.ts';
import { JobFigureHeads, JobFigures } from '../shared/job-figures.tsx';
import { Empty, Section, Table, Trouble } from '../shared/page-parts.tsx';
import { JobState } from '../shared/state-mark.tsx';
import { useNow } from '../shared/use-now.ts';
import type { Caller } from './caller.ts';
import { type CallerJob, hasEnded } from './job.ts';
import { LimitsTable } from './limits-table.tsx';
import { LiveOutput } from './live-output.tsx';
import { SendJob } from './send-job.tsx';
import { useJobs } from './use-jobs.ts';

/** A caller's own jobs: all of them, what one writes, and what is left of the limits. */
export function JobsPage({ caller, onRefused }: { caller: Caller; onRefused(): void }) {
  const { jobs, problem, ask } = useJobs(caller, onRefused);
  const [shown, setShown] = useState<string>();
  const [canceling, setCanceling] = useState<CallerJob>();
  const open = jobs?.find(({ jobId }) => jobId === shown);
  return (
    <>
      <h1>Your jobs</h1>
      {problem && <Trouble message={problem.message} onRetry={ask} />}
      <SendJob
        caller={caller}
        onSent={(jobId) => {
          setShown(jobId);
          ask();
        }}
      />
      {open && (
        <Section title={`Output of ${shortId(open.jobId)}`}>
          <LiveOutput key={open.jobId} caller={caller} job={open} onEnd={ask} />
        </Section>
      )}
      <Section title="Newest first">
        {jobs === undefined && !problem && <Empty>Loading …</Empty>}
        {jobs?.length === 0 && <Empty>You have sent none, or they are no longer kept.</Empty>}
        {jobs !== undefined && jobs.length > 0 && (
          <JobsTable jobs={jobs} shown={shown} onShow={setShown} onCancel={setCanceling} />
        )}
      </Section>
      <Section title="Limits">
        <LimitsTable limits={caller.limits()} />
      </Section>
      {canceling && (
        <Confirm
          title={`Cancel job ${shortId(canceling.jobId)}?`}
          consequence="What it has written so far stays; it cannot be started again."
          verb="Cancel the job"
          act={() =>
            caller
              .send(`/claude/jobs/${encodeURIComponent(canceling.jobId)}`, { method: 'DELETE' })
              .finally(ask)
          }
          onClose={() => setCanceling(undefined)}
        />
      )}
    </>
  );
}

interface JobsTableProps {
  jobs: readonly CallerJob[];
  shown: string | undefined;
  onShow(jobId: string | undefined): void;
  onCancel(job: CallerJob): void;
}

function JobsTable({ jobs, shown, onShow, onCancel }: JobsTableProps) {
  const now = useNow();
  return (
    <Table
      caption="Your jobs"
      head={
        <>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">Sent</th>
          <JobFigureHeads />
          <th scope="col">
            <span class="visually-hidden">Actions</span>
          </th>
        </>
      }
    >
      {jobs.map((job) => (
        <tr key={job.jobId}>
          <th scope="row" class="mono" title={job.jobId}>
            {shortId(job.jobId)}
          </th>
          <td>
            <JobState state={job.state} />
            {job.position !== undefined && <span class="quiet"> place {count(job.position)}</span>}
            {job.error && <p class="quiet">{job.error.message}</p>}
          </td>
          <td title={time(job.timings.createdAt, now)}>{relative(job.timings.createdAt, now)}</td>
          <JobFigures
            waitedMs={job.timings.queuedMs}
            ranMs={job.timings.runMs}
            usage={job.usage}
            costUsd={job.costUsd}
          />
          <td class="row-actions">
            <button
              type="button"
              class="quiet-button"
              aria-pressed={job.jobId === shown}
              onClick={() => onShow(job.jobId === shown ? undefined : job.jobId)}
            >
              Output<span class="visually-hidden"> of {shortId(job.jobId)}</span>
            </button>
            {!hasEnded(job) && (
              <button type="button" class="quiet-button" onClick={() => onCancel(job)}>
                Cancel<span class="visually-hidden"> {shortId(job.jobId)}</span>
              </button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
