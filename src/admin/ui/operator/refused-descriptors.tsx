import type { Offenders } from '../../contract.ts';
import { count, percent } from '../shared/format.ts';
import { Empty, Table } from '../shared/page-parts.tsx';
import { Inexact } from './inexact.tsx';

/** The descriptors that limits refuse most. */
export function RefusedDescriptors({ answer: { offenders, error } }: { answer: Offenders }) {
  if (offenders.length === 0) return <Empty>Nobody was refused.</Empty>;
  return (
    <>
      <Table
        caption="Descriptors that are refused most"
        head={
          <>
            <th scope="col">Limit</th>
            <th scope="col">Descriptor</th>
            <th scope="col" class="number">
              Refused
            </th>
            <th scope="col" class="number">
              Passed
            </th>
            <th scope="col" class="number">
              Share refused
            </th>
          </>
        }
      >
        {offenders.map(({ limit, entries, limited, passed, limitedRatio }) => {
          const descriptor = entries.map(({ key, value }) => `${key}=${value}`).join(' ');
          return (
            <tr key={`${limit} ${descriptor}`}>
              <th scope="row">{limit}</th>
              <td class="mono">{descriptor}</td>
              <td class="number">{count(limited)}</td>
              <td class="number">{count(passed)}</td>
              <td class="number">{percent(limitedRatio)}</td>
            </tr>
          );
        })}
      </Table>
      <Inexact error={error} />
    </>
  );
}
