import { useState } from 'preact/hooks';
import type { AuditEntries, AuditEntry } from '../../../contract.ts';
import { time } from '../../shared/format.ts';
import { Empty, PageTitle, Table, Trouble } from '../../shared/page-parts.tsx';
import { messageOf } from '../../shared/problem.ts';
import { useNow } from '../../shared/use-now.ts';
import { Answered } from '../answered.tsx';
import { call } from '../call.ts';
import { useAnswer } from '../use-answer.ts';

const PAGE_SIZE = 100;

/** What operators have changed, newest first. */
export function AuditPage() {
  const path = `/api/audit?limit=${PAGE_SIZE}`;
  const first = useAnswer<AuditEntries>(path);
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [isWhole, setIsWhole] = useState(false);
  const [problem, setProblem] = useState('');
  const more = (last: AuditEntry) => {
    setProblem('');
    call<AuditEntries>(`${path}&before=${encodeURIComponent(last.id)}`).then(
      ({ entries }) => {
        setOlder((before) => [...before, ...entries]);
        setIsWhole(entries.length < PAGE_SIZE);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <>
      <PageTitle title="Audit">Who changed what, and when: keys, limits, tokens and configuration.</PageTitle>
      <Answered asked={first}>
        {({ entries }) => {
          const shown = [...entries, ...older];
          const last = shown.at(-1);
          if (last === undefined) return <Empty>Nothing was changed yet.</Empty>;
          return (
            <>
              <Entries entries={shown} />
              {problem !== '' && <Trouble message={problem} />}
              {entries.length === PAGE_SIZE && !isWhole && (
                <button type="button" class="button" onClick={() => more(last)}>
                  Older entries
                </button>
              )}
            </>
          );
        }}
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
