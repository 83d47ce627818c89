import { useState } from 'preact/hooks';
import type { JobDetail } from '../../../contract.ts';
import { Confirm } from '../../shared/confirm.tsx';
import { bytes, count, duration, shortId, time, UNKNOWN, usd } from '../../shared/format.ts';
import { tokens } from '../../shared/job-figures.tsx';
import { Output } from '../../shared/output.tsx';
import { Facts, PageTitle, Section, Table } from '../../shared/page-parts.tsx';
import { JobState } from '../../shared/state-mark.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { call } from '../call.ts';
import { clientPath } from '../client-path.ts';
import { ranMs, waitedMs } from '../job-rows.tsx';
import type { PageProps } from '../page-props.ts';
import { Link } from '../router.tsx';
import { useIsOperator } from '../session.ts';
import { useJob } from '../use-job.ts';
import { Waterfall } from '../waterfall.tsx';

/** One job: when it did what, what it writes, what it cost. */
export function JobPage({ params: { id = '' } }: PageProps) {
  const { detail, trace, entries, isLive } = useJob(id);
  return (
    <>
      <PageTitle
        title={
          <>
            Job <span class="mono">{shortId(id)}</span>
          </>
        }
        aside={detail.answer && <Actions detail={detail.answer} onDone={detail.ask} />}
      >
        <Link to="/jobs">All jobs</Link>
      </PageTitle>
      <Answered asked={detail}>
        {(answer) => (
          <>
            <JobFacts detail={answer} />
            <Section title="Timeline">
              <Waterfall timeline={answer.timeline} trace={trace} acceptedAt={answer.job.createdAt} />
            </Section>
            <Section title="Output">
              <Output entries={entries} isLive={isLive} />
            </Section>
            {answer.injected.length > 0 && <Injected injected={answer.injected} />}
            {answer.files.length > 0 && <Files files={answer.files} />}
          </>
        )}
      </Answered>
    </>
  );
}

function Actions({ detail: { job, traceUrl }, onDone }: { detail: JobDetail; onDone(): void }) {
  const isOperator = useIsOperator();
  const [isConfirming, setIsConfirming] = useState(false);
  return (
    <>
      {traceUrl !== null && (
        <a class="button" href={traceUrl} target="_blank" rel="noreferrer">
          Trace in Jaeger
        </a>
      )}
      {isOperator && job.finishedAt === null && (
        <button type="button" class="button danger" onClick={() => setIsConfirming(true)}>
          Cancel job
        </button>
      )}
      {isConfirming && (
        <Confirm
          title={`Cancel job ${shortId(job.jobId)}?`}
          consequence={`It belongs to ${job.client} of ${job.tenant}. What it has written so far stays; it cannot be started again.`}
          verb="Cancel the job"
          act={() =>
            call(`/api/jobs/${encodeURIComponent(job.jobId)}/cancel`, { method: 'POST' }).finally(onDone)
          }
          onClose={() => setIsConfirming(false)}
        />
      )}
    </>
  );
}

function JobFacts({ detail }: { detail: JobDetail }) {
  const now = useNow();
  const { job, position, retries, session } = detail;
  return (
    <>
      <Facts
        wide={['Request', 'Trace', 'Job']}
        facts={[
          ['State', <JobState key="state" state={job.state} />],
          ...(position === null ? [] : ([['Place in the queue', count(position)]] as const)),
          [
            'Client',
            <Link key="client" to={clientPath(job.tenant, job.client)}>
              {job.client}
            </Link>,
          ],
          ['Tenant', job.tenant],
          ['Tier', job.tier],
          ['Accepted', time(job.createdAt, now)],
          ['Waited', duration(waitedMs(job, now))],
          ['Ran', duration(ranMs(job, now))],
          ['Attempts', count(job.attempts)],
          ['Model', job.model ?? UNKNOWN],
          ['Tokens', tokens(job.usage)],
          ['Cost', usd(job.costUsd)],
          ...(session === null ? [] : ([['Conversation', session]] as const)),
          ['Request', <code key="request">{job.requestId}</code>],
          ...(job.traceId === null ? [] : ([['Trace', <code key="trace">{job.traceId}</code>]] as const)),
          ['Job', <code key="job">{job.jobId}</code>],
        ]}
      />
      {job.error && (
        <p class="trouble">
          <b>{job.error.code}</b> {job.error.message}
        </p>
      )}
      {retries.length > 0 && (
        <ul class="lines">
          {retries.map(({ attempt, code, delayMs }) => (
            <li key={attempt}>
              Attempt {attempt} ended with {code}; the next came {duration(delayMs)} later.
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Files({ files }: { files: JobDetail['files'] }) {
  return (
    <Section title="Files">
      <Table
        caption="Files that the job made"
        head={
          <>
            <th scope="col">Path</th>
            <th scope="col">Type</th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col">SHA-256</th>
          </>
        }
      >
        {files.map((file) => (
          <tr key={file.path}>
            <th scope="row" class="mono">
              {file.path}
            </th>
            <td>{file.contentType}</td>
            <td class="number">{bytes(file.bytes)}</td>
            <td class="mono" title={file.sha256}>
              {shortId(file.sha256)}
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

/** What routes, tiers, headers, skills and workspaces put in. */
function Injected({ injected }: Pick<JobDetail, 'injected'>) {
  return (
    <Section title="Added to the request">
      <Table
        caption="What was added to the request"
        head={
          <>
            <th scope="col">What</th>
            <th scope="col">Name</th>
            <th scope="col">From</th>
            <th scope="col">Version</th>
          </>
        }
      >
        {injected.map(({ source, name, from, field, sha256, branch, commit }) => (
          <tr key={`${source} ${name} ${field}`}>
            <th scope="row">{source}</th>
            <td class="mono">{name}</td>
            <td>{[from, field].filter((part) => part !== undefined).join(', ')}</td>
            <td class="mono">
              {branch} {shortId(commit ?? sha256 ?? '')}
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
