import { useState } from 'preact/hooks';
import type { ClientDetail, ClientList, JobList, KeyList, NewKey } from '../../../contract.ts';
import { relative, usd } from '../../shared/format.ts';
import { Empty, Meter, PageTitle, Section, Trouble } from '../../shared/page-parts.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { query } from '../call.ts';
import { ClientLimits } from '../client-limits.tsx';
import { clientPath } from '../client-path.ts';
import { CreateKeyDialog } from '../create-key.tsx';
import { fits } from '../job-filter.ts';
import { JobRows } from '../job-rows.tsx';
import { KeysTable } from '../keys-table.tsx';
import { mergeJobs } from '../live-jobs.ts';
import { NewKeyDialog } from '../new-key.tsx';
import type { PageProps } from '../page-props.ts';
import { Link, navigate } from '../router.tsx';
import { useIsOperator, useSession } from '../session.ts';
import { useAnswer } from '../use-answer.ts';

const DEFAULT_TIER = 'free';
/** What is used of limits changes all the time, and no event tells it. */
const LIMITS_EVERY_MS = 5_000;
const JOBS = 20;

/** One client: its keys, its limits and what is used of them, its jobs. */
export function ClientPage({ params: { tenant = '', client = '' }, query: asked }: PageProps) {
  const clients = useAnswer<ClientList>('/api/clients');
  const known = clients.answer?.clients.find((each) => each.tenant === tenant && each.client === client);
  const tiers = known?.tiers ?? [];
  const tier = asked.get('tier') ?? tiers[0] ?? DEFAULT_TIER;
  const isReady = clients.answer !== undefined;
  const detail = useAnswer<ClientDetail>(
    isReady ? `/api/clients/detail${query({ tenant, client, tier })}` : undefined,
    LIMITS_EVERY_MS,
  );
  return (
    <>
      <PageTitle title={client} aside={<CreateKey owner={{ tenant, client, tier }} onCreated={detail.ask} />}>
        Client of the tenant {tenant}, tier {tier}. <Link to="/clients">All clients</Link>
      </PageTitle>
      {tiers.length > 1 && (
        <label class="field inline">
          <span>Its keys and jobs are of several tiers; show the limits of</span>
          <select
            value={tier}
            onChange={({ currentTarget }) =>
              navigate(`${clientPath(tenant, client)}?tier=${encodeURIComponent(currentTarget.value)}`, {
                replace: true,
              })
            }
          >
            {tiers.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      )}
      {clients.problem && <Trouble message={clients.problem.message} onRetry={clients.ask} />}
      <Answered asked={detail}>
        {(answer) => (
          <>
            <Section title="Limits">
              {answer.limitsProblem !== null && <Trouble message={answer.limitsProblem} />}
              <ClientLimits limits={answer.limits} onChange={detail.ask} />
            </Section>
            {answer.budgets.length > 0 && <Budgets budgets={answer.budgets} />}
            <Section title="Keys">
              {answer.keys.length === 0 ? (
                <Empty>It has no key; it may come with a token or a certificate.</Empty>
              ) : (
                <KeysTable keys={answer.keys} onChange={detail.ask} />
              )}
            </Section>
          </>
        )}
      </Answered>
      <ClientJobs tenant={tenant} client={client} />
    </>
  );
}

function CreateKey({
  owner,
  onCreated,
}: {
  owner: { tenant: string; client: string; tier: string };
  onCreated(): void;
}) {
  const isOperator = useIsOperator();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<NewKey>();
  const keys = useAnswer<KeyList>(isCreating ? '/api/keys' : undefined);
  if (!isOperator) return null;
  return (
    <>
      <button type="button" class="button primary" onClick={() => setIsCreating(true)}>
        Create a key
      </button>
      {isCreating && keys.answer && (
        <CreateKeyDialog
          known={keys.answer}
          owner={owner}
          onClose={() => setIsCreating(false)}
          onCreated={(key) => {
            setIsCreating(false);
            setCreated(key);
            onCreated();
          }}
        />
      )}
      {created && (
        <NewKeyDialog
          text={created.key}
          note={`${owner.client} sends it as x-api-key.`}
          onClose={() => setCreated(undefined)}
        />
      )}
    </>
  );
}

function Budgets({ budgets }: { budgets: ClientDetail['budgets'] }) {
  const now = useNow();
  return (
    <Section title="Budgets of the tenant">
      <ul class="lines">
        {budgets.map(({ period, spentUsd, limitUsd, endsAt }) => (
          <li key={period}>
            <span>
              {usd(spentUsd)} of {usd(limitUsd)} a {period}
            </span>
            <span class="quiet">anew {relative(endsAt, now)}</span>
            <Meter used={spentUsd} limit={limitUsd} label={`Budget of the ${period}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ClientJobs({ tenant, client }: { tenant: string; client: string }) {
  const { live } = useSession();
  const filter = { state: '', tenant, client, tier: '' };
  const list = useAnswer<JobList>(`/api/jobs${query({ tenant, client, limit: JOBS })}`);
  return (
    <Section title="Newest jobs" aside={<Link to={`/jobs${query({ tenant, client })}`}>All its jobs</Link>}>
      <Answered asked={list}>
        {({ jobs }) => {
          const shown = mergeJobs(jobs, live.jobs).filter((job) => fits(filter, job));
          return shown.length === 0 ? (
            <Empty>No job yet.</Empty>
          ) : (
            <JobRows caption="Newest jobs" jobs={shown.slice(0, JOBS)} />
          );
        }}
      </Answered>
    </Section>
  );
}
