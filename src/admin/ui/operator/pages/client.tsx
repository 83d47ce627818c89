import { useState } from 'preact/hooks';
import type { ClientDetail, ClientLimit, ClientList, JobList, KeyList, NewKey } from '../../../contract.ts';
import { Confirm } from '../../shared/confirm.tsx';
import { compact, count, duration, relative, UNKNOWN, usd } from '../../shared/format.ts';
import { Empty, Meter, PageTitle, Section, Table, Trouble } from '../../shared/page-parts.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { call, query } from '../call.ts';
import { clientPath } from '../client-path.ts';
import { CreateKeyDialog } from '../create-key.tsx';
import { fits } from '../job-filter.ts';
import { JobRows } from '../job-rows.tsx';
import { KeysTable } from '../keys-table.tsx';
import { mergeJobs } from '../live-jobs.ts';
import { NewKeyDialog } from '../new-key.tsx';
import type { PageProps } from '../page-props.ts';
import { RaiseLimitDialog } from '../raise-limit.tsx';
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
              <LimitsTable limits={answer.limits} onChange={detail.ask} />
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

type Open = { kind: 'raise' | 'unset'; limit: ClientLimit };

function LimitsTable({ limits, onChange }: { limits: readonly ClientLimit[]; onChange(): void }) {
  const isOperator = useIsOperator();
  const now = useNow();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  if (limits.length === 0) return <Empty>No limit holds for it.</Empty>;
  return (
    <>
      <Table
        caption="Limits and what is used of them"
        head={
          <>
            <th scope="col">Limit</th>
            <th scope="col">Figure in force</th>
            <th scope="col">Used</th>
            <th scope="col">Anew in</th>
            {isOperator && (
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </>
        }
      >
        {limits.map((limit) => (
          <tr key={limit.target.limit}>
            <th scope="row">
              {limit.target.limit} {limit.shared && <span class="quiet">whole tenant</span>}
            </th>
            <td>
              {limit.description}
              {limit.override && (
                <p class="quiet">
                  set by {limit.override.setBy}
                  {limit.override.expiresAt !== undefined &&
                    `, ends ${relative(limit.override.expiresAt, now)}`}
                </p>
              )}
            </td>
            <td>
              <Used limit={limit} />
            </td>
            <td>{limit.resetMs === null || limit.resetMs === 0 ? UNKNOWN : duration(limit.resetMs)}</td>
            {isOperator && (
              <td class="row-actions">
                <button type="button" class="quiet-button" onClick={() => setOpen({ kind: 'raise', limit })}>
                  Change<span class="visually-hidden"> {limit.target.limit}</span>
                </button>
                {limit.override !== null && (
                  <button
                    type="button"
                    class="quiet-button"
                    onClick={() => setOpen({ kind: 'unset', limit })}
                  >
                    Undo<span class="visually-hidden"> the change of {limit.target.limit}</span>
                  </button>
                )}
              </td>
            )}
          </tr>
        ))}
      </Table>
      {open?.kind === 'raise' && (
        <RaiseLimitDialog
          limit={open.limit}
          onClose={close}
          onSet={() => {
            close();
            onChange();
          }}
        />
      )}
      {open?.kind === 'unset' && open.limit.override !== null && (
        <Confirm
          title={`Undo the change of ${open.limit.target.limit}?`}
          consequence="The figure of the rule file holds again, at once and everywhere."
          verb="Undo the change"
          act={() =>
            call(`/api/limits/overrides/${encodeURIComponent(open.limit.override?.id ?? '')}`, {
              method: 'DELETE',
            }).then(onChange)
          }
          onClose={close}
        />
      )}
    </>
  );
}

function Used({ limit: { used, requests, target } }: { limit: ClientLimit }) {
  if (used === null) return UNKNOWN;
  if (requests === 'unlimited') return count(used);
  return (
    <span class="used">
      <Meter used={used} limit={requests} label={`${target.limit}: ${count(used)} of ${count(requests)}`} />
      {compact(used)} of {compact(requests)}
    </span>
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
