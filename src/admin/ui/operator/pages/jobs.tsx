import { useEffect, useState } from 'preact/hooks';
import type { JobList, JobSummary } from '../../../contract.ts';
import { Empty, PageTitle, Trouble } from '../../shared/page-parts.tsx';
import { messageOf } from '../../shared/problem.ts';
import { Answered } from '../answered.tsx';
import { call, query } from '../call.ts';
import { filterFrom, fits, JOB_STATES, type JobFilter } from '../job-filter.ts';
import { JobRows } from '../job-rows.tsx';
import { mergeJobs } from '../live-jobs.ts';
import type { PageProps } from '../page-props.ts';
import { navigate } from '../router.tsx';
import { useSession } from '../session.ts';
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
      {(['tenant', 'client', 'tier'] as const).map((name) => (
        <label class="field" key={name}>
          <span>{name.charAt(0).toUpperCase() + name.slice(1)}</span>
          <input
            value={filter[name]}
            placeholder="any"
            spellcheck={false}
            autocapitalize="off"
            onChange={({ currentTarget }) => set({ [name]: currentTarget.value.trim() })}
          />
        </label>
      ))}
    </search>
  );
}

function List({ path, filter }: { path: string; filter: JobFilter }) {
  const { live } = useSession();
  const first = useAnswer<JobList>(path);
  const [older, setOlder] = useState<readonly JobSummary[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => setNext(first.answer?.next ?? null), [first.answer]);

  const more = () => {
    setProblem('');
    call<JobList>(`${path}&cursor=${encodeURIComponent(next ?? '')}`).then(
      (page) => {
        setOlder((before) => [...before, ...page.jobs]);
        setNext(page.next);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <Answered asked={first}>
      {({ jobs }) => {
        const shown = mergeJobs([...jobs, ...older], live.jobs).filter((job) => fits(filter, job));
        return (
          <>
            {shown.length === 0 ? <Empty>No job fits.</Empty> : <JobRows caption="Jobs" jobs={shown} />}
            {problem !== '' && <Trouble message={problem} />}
            {next !== null && (
              <button type="button" class="button" onClick={more}>
                Older jobs
              </button>
            )}
          </>
        );
      }}
    </Answered>
  );
}
