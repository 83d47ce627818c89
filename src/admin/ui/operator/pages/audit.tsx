import type { AuditEntries, AuditEntry, AuditKind } from '../../../contract.ts';
import { time } from '../../shared/format.ts';
import { Empty, PageTitle, Table } from '../../shared/page-parts.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { query } from '../call.ts';
import { OlderButton, useOlder } from '../older.tsx';
import type { PageProps } from '../page-props.ts';
import { navigate } from '../router.tsx';
import { TextFilters } from '../text-filters.tsx';
import { TimeFields } from '../time-fields.tsx';
import { useAnswer } from '../use-answer.ts';

const PAGE_SIZE = 100;
const FILTERS = ['actor', 'action', 'target', 'from', 'to'] as const;
/** A kind that the contract has and this has not is a mistake that the compiler finds. */
const KINDS: Record<AuditKind, string> = {
  key: 'API keys',
  block: 'blocklist',
  override: 'limits',
  bucket: 'what limits counted',
  job: 'jobs',
  session: 'sign-ins',
  log_level: 'levels of the log',
  config: 'configuration',
  ratelimit_rules: 'rate limit rules',
  inspection_rules: 'inspection rules',
};

type Filter = Record<(typeof FILTERS)[number], string>;

/** What operators have changed, newest first. */
export function AuditPage({ query: asked }: PageProps) {
  const filter = Object.fromEntries(FILTERS.map((name) => [name, asked.get(name) ?? ''])) as Filter;
  const path = `/api/audit${query({ ...filter, limit: PAGE_SIZE })}`;
  return (
    <>
      <PageTitle title="Audit">Who changed what, and when: keys, limits, tokens and configuration.</PageTitle>
      <FilterForm filter={filter} />
      <List key={path} path={path} isFiltered={FILTERS.some((name) => filter[name] !== '')} />
    </>
  );
}

function FilterForm({ filter }: { filter: Filter }) {
  const set = (change: Partial<Filter>) =>
    navigate(`/audit${query({ ...filter, ...change })}`, { replace: true });
  return (
    <search class="filters">
      <TextFilters
        names={['actor']}
        labels={{ actor: 'Who' }}
        values={filter}
        onChange={(name, value) => set({ [name]: value })}
      />
      <label class="field">
        <span>What</span>
        <select value={filter.action} onChange={({ currentTarget }) => set({ action: currentTarget.value })}>
          <option value="">all</option>
          {Object.entries(KINDS).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <TextFilters
        names={['target']}
        labels={{ target: 'To what' }}
        values={filter}
        onChange={(name, value) => set({ [name]: value })}
      />
      <TimeFields values={filter} onChange={(name, value) => set({ [name]: value })} />
    </search>
  );
}

function List({ path, isFiltered }: { path: string; isFiltered: boolean }) {
  const first = useAnswer<AuditEntries>(path);
  const older = useOlder({
    first: first.answer,
    pathBehind({ entries }) {
      const last = entries.at(-1);
      const isWhole = last === undefined || entries.length < PAGE_SIZE;
      return isWhole ? undefined : `${path}&before=${encodeURIComponent(last.id)}`;
    },
  });
  return (
    <Answered asked={first}>
      {({ entries }) =>
        entries.length === 0 ? (
          <Empty>{isFiltered ? 'Nothing of that was changed.' : 'Nothing was changed yet.'}</Empty>
        ) : (
          <>
            <Entries entries={[...entries, ...older.pages.flatMap((page) => page.entries)]} />
            <OlderButton older={older} what="entries" />
          </>
        )
      }
    </Answered>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const now = useNow();
  return (
    <Table
      caption="Audit"
      head={
        <>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">To what</th>
          <th scope="col">Details</th>
        </>
      }
    >
      {entries.map(({ id, at, actor, action, target, details }) => (
        <tr key={id}>
          <th scope="row">{time(at, now)}</th>
          <td>{actor}</td>
          <td>{action}</td>
          <td class="mono">{target}</td>
          <td class="details">{detailsText(details)}</td>
        </tr>
      ))}
    </Table>
  );
}

function detailsText(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
