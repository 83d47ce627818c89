import { compact, count, duration, UNKNOWN } from '../shared/format.ts';
import { Empty, Meter, Table } from '../shared/page-parts.tsx';
import { useNow } from '../shared/use-now.ts';
import { type RateLimit, remainingNow } from './rate-limits.ts';

/** What is left of each limit, as the newest answer that counted against it told. */
export function LimitsTable({ limits }: { limits: ReadonlyMap<string, RateLimit> }) {
  const now = useNow();
  if (limits.size === 0) return <Empty>No answer has told of limits yet.</Empty>;
  return (
    <Table
      caption="Limits"
      head={
        <>
          <th scope="col">Limit</th>
          <th scope="col">Used</th>
          <th scope="col" class="number">
            Left
          </th>
          <th scope="col">In</th>
          <th scope="col">Anew in</th>
        </>
      }
    >
      {[...limits.values()].map((limit) => {
        const left = remainingNow(limit, now);
        const used = limit.quota - left;
        const isOver = now >= limit.resetAtMs;
        return (
          <tr key={limit.name}>
            <th scope="row">{limit.name}</th>
            <td>
              <span class="used">
                <Meter
                  used={used}
                  limit={limit.quota}
                  label={`${limit.name}: ${count(used)} of ${count(limit.quota)}`}
                />
                {compact(used)} of {compact(limit.quota)}
              </span>
            </td>
            <td class="number">{compact(left)}</td>
            <td>{limit.windowS === 0 ? UNKNOWN : duration(limit.windowS * 1_000)}</td>
            <td>{isOver ? UNKNOWN : duration(limit.resetAtMs - now)}</td>
          </tr>
        );
      })}
    </Table>
  );
}
