import type { AuditEntries, AuditEntry } from '../../../contract.ts';
import { time } from '../../shared/format.ts';
import { Empty, PageTitle, Table } from '../../shared/page-parts.tsx';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { OlderButton, useOlder } from '../older.tsx';
import { useAnswer } from '../use-answer.ts';

const PAGE_SIZE = 100;

/** What operators have changed, newest first. */
export function AuditPage() {
  const path = `/api/audit?limit=${PAGE_SIZE}`;
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
    <>
      <PageTitle title="Audit">Who changed what, and when: keys, limits, tokens and configuration.</PageTitle>
      <Answered asked={first}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty>Nothing was changed yet.</Empty>
          ) : (
            <>
              <Entries entries={[...entries, ...older.pages.flatMap((page) => page.entries)]} />
              <OlderButton older={older} what="entries" />
            </>
          )
        }
      </Answered>
    </>
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
