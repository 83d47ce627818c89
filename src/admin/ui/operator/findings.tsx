import type { Finding, FindingList, ReasonClass } from '../../contract.ts';
import { plural, relative, shortId, time } from '../shared/format.ts';
import { Empty, Table } from '../shared/page-parts.tsx';
import { useNow } from '../shared/use-now.ts';
import { Answered } from './answered.tsx';
import { query } from './call.ts';
import { clientPath } from './client-path.ts';
import { OlderButton, useOlder } from './older.tsx';
import { Link, navigate } from './router.tsx';
import { TextFilters } from './text-filters.tsx';
import { useAnswer } from './use-answer.ts';
import { VerdictMark } from './verdict-mark.tsx';

const SHOWN_RULES = 2;
/** A class that the contract has and this has not is a mistake that the compiler finds. */
const REASONS: Record<ReasonClass, string> = {
  override: 'override',
  jailbreak: 'jailbreak',
  extraction: 'extraction',
  exfiltration: 'exfiltration',
  covert: 'covert',
  role_marker: 'role marker',
  suspicious: 'suspicious',
  other: 'other',
};
const EVERY_MS = 10_000;
const PAGE_SIZE = 50;

/** What was flagged and rejected, newest first. @param asked the filter, as the address has it */
export function Findings({ asked }: { asked: URLSearchParams }) {
  const of = (name: string) => asked.get(name) ?? '';
  const filter = {
    ...{ verdict: of('verdict'), reasonClass: of('reasonClass') },
    ...{ tenant: of('tenant'), client: of('client'), digest: of('digest') },
  };
  const set = (change: Partial<typeof filter>) =>
    navigate(`/inspection${query({ ...filter, ...change })}`, { replace: true });
  const path = `/api/inspection/findings${query({ ...filter, limit: PAGE_SIZE })}`;
  return (
    <>
      <search class="filters">
        <label class="field">
          <span>Verdict</span>
          <select
            value={filter.verdict}
            onChange={({ currentTarget }) => set({ verdict: currentTarget.value })}
          >
            <option value="">all</option>
            <option value="flag">flagged</option>
            <option value="reject">rejected</option>
          </select>
        </label>
        <label class="field">
          <span>Reason</span>
          <select
            value={filter.reasonClass}
            onChange={({ currentTarget }) => set({ reasonClass: currentTarget.value })}
          >
            <option value="">all</option>
            {Object.entries(REASONS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <TextFilters
          names={['tenant', 'client', 'digest']}
          values={filter}
          onChange={(name, value) => set({ [name]: value })}
        />
      </search>
      <FindingPages key={path} path={path} />
    </>
  );
}

function FindingPages({ path }: { path: string }) {
  const first = useAnswer<FindingList>(path, EVERY_MS);
  const older = useOlder({
    first: first.answer,
    pathBehind: ({ next }) => (next === null ? undefined : `${path}&before=${encodeURIComponent(next)}`),
  });
  return (
    <Answered asked={first}>
      {({ findings }) => {
        const all = [...findings, ...older.pages.flatMap((page) => page.findings)];
        const shown = [...new Map(all.map((finding) => [finding.id, finding])).values()];
        return (
          <>
            {shown.length === 0 ? <Empty>Nothing was found.</Empty> : <FindingsTable findings={shown} />}
            <OlderButton older={older} what="findings" />
          </>
        );
      }}
    </Answered>
  );
}

function FindingsTable({ findings }: { findings: readonly Finding[] }) {
  const now = useNow();
  return (
    <Table
      caption="Findings"
      head={
        <>
          <th scope="col">When</th>
          <th scope="col">Verdict</th>
          <th scope="col">Reason</th>
          <th scope="col" class="number">
            Score
          </th>
          <th scope="col">Rules</th>
          <th scope="col">Where</th>
          <th scope="col">Client</th>
          <th scope="col">Digest</th>
        </>
      }
    >
      {findings.map((finding) => (
        <tr key={finding.id}>
          <th scope="row" title={time(finding.at, now)}>
            {relative(finding.at, now)}
          </th>
          <td>
            <VerdictMark verdict={finding.verdict} />
            {finding.shadow && <span class="quiet"> passed: only tried out</span>}
          </td>
          <td>{REASONS[finding.reasonClass]}</td>
          <td class="number">{finding.score.toFixed(2)}</td>
          <td>
            <Rules names={finding.rules} />
          </td>
          <td>{finding.fields.join(', ')}</td>
          <td>
            <Link to={clientPath(finding.tenant, finding.client)}>{finding.client}</Link>{' '}
            <span class="quiet">{finding.tenant}</span>
          </td>
          <td>
            <Link to={`/inspection${query({ digest: finding.digest })}`} class="mono" title={finding.digest}>
              {shortId(finding.digest)}
            </Link>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Rules({ names }: { names: readonly string[] }) {
  const more = names.length - SHOWN_RULES;
  return (
    <span title={names.join(', ')}>
      {names.slice(0, SHOWN_RULES).join(', ')}
      {more > 0 && <span class="quiet"> and {plural(more, 'other')}</span>}
    </span>
  );
}
