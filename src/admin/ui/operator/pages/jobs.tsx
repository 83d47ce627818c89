import type { JobList } from '../../../contract.ts';
import { Empty, PageTitle } from '../../shared/page-parts.tsx';
import { Answered } from '../answered.tsx';
import { query } from '../call.ts';
import { filterFrom, fits, JOB_STATES, type JobFilter } from '../job-filter.ts';
import { JobRows } from '../job-rows.tsx';
import { mergeJobs } from '../live-jobs.ts';
import { OlderButton, useOlder } from '../older.tsx';
import type { PageProps } from '../page-props.ts';
import { navigate } from '../router.tsx';
import { useSession } from '../session.ts';
import { TextFilters } from '../text-filters.tsx';
import { useAnswer } from '../use-answer.ts';

const PAGE_SIZE = 50;

/** All jobs, newest first; what changes is changed in the list. */
export function JobsPage({ query: asked }: PageProps) {
  const filter = filterFrom(asked);
  const path = `/api/jobs${query({ ...filter, limit: PAGE_SIZE })}`;
  return (
    <>
      <PageTitle title="Jobs">Newest first. The list changes as the jobs do.</PageTitle>
      <FilterForm filter={filter} />
      <List key={path} path={path} filter={filter} />
    </>
  );
}

function FilterForm({ filter }: { filter: JobFilter }) {
  const set = (change: Partial<JobFilter>) =>
    navigate(`/jobs${query({ ...filter, ...change })}`, { replace: true });
  return (
    <search class="filters">
      <label class="field">
        <span>State</span>
        <select value={filter.state} onChange={({ currentTarget }) => set({ state: currentTarget.value })}>
          <option value="">all</option>
          <option value="queued,running">not ended</option>
          {JOB_STATES.map((state) => (
            <option key={state} value={state}>
              {state}
            </option>
          ))}
        </select>
      </label>
      <TextFilters
        names={['tenant', 'client', 'tier']}
        values={filter}
        onChange={(name, value) => set({ [name]: value })}
      />
    </search>
  );
}

function List({ path, filter }: { path: string; filter: JobFilter }) {
  const { live } = useSession();
  const first = useAnswer<JobList>(path);
  const older = useOlder({
    first: first.answer,
    pathBehind: ({ next }) => (next === null ? undefined : `${path}&cursor=${encodeURIComponent(next)}`),
  });
  return (
    <Answered asked={first}>
      {({ jobs }) => {
        const shown = mergeJobs([...jobs, ...older.pages.flatMap((page) => page.jobs)], live.jobs).filter(
          (job) => fits(filter, job),
        );
        return (
          <>
            {shown.length === 0 ? <Empty>No job fits.</Empty> : <JobRows caption="Jobs" jobs={shown} />}
            <OlderButton older={older} what="jobs" />
          </>
        );
      }}
    </Answered>
  );
}
