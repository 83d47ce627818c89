import { useState } from 'preact/hooks';
import type { Override } from '../../contract.ts';
import { Confirm } from '../shared/confirm.tsx';
import { count, relative, time } from '../shared/format.ts';
import { Empty, Table } from '../shared/page-parts.tsx';
import { useNow } from '../shared/use-now.ts';
import { call } from './call.ts';
import { useIsOperator } from './session.ts';

/** The figures that operators have changed. */
export function OverridesTable({
  overrides,
  onChange,
}: {
  overrides: readonly Override[];
  onChange(): void;
}) {
  const isOperator = useIsOperator();
  const now = useNow();
  const [open, setOpen] = useState<Override>();
  if (overrides.length === 0)
    return <Empty>None: the files hold everywhere. A client's page can change them for it.</Empty>;
  return (
    <>
      <Table
        caption="Changed figures"
        head={
          <>
            <th scope="col">Limit</th>
            <th scope="col">For</th>
            <th scope="col" class="number">
              Figure
            </th>
            <th scope="col">Set</th>
            <th scope="col">Ends</th>
            <th scope="col">Reason</th>
            {isOperator && (
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </>
        }
      >
        {overrides.map((override) => (
          <tr key={override.id}>
            <th scope="row">{override.limit}</th>
            <td class="mono">
              {Object.entries(override.entries)
                .map((entry) => entry.join('='))
                .join(' ') || 'everybody'}
            </td>
            <td class="number">
              {override.requests === 'unlimited' ? 'unlimited' : count(override.requests)}
            </td>
            <td title={time(override.setAt, now)}>
              {relative(override.setAt, now)} by {override.setBy}
            </td>
            <td>{override.expiresAt === undefined ? 'never' : relative(override.expiresAt, now)}</td>
            <td>{override.reason}</td>
            {isOperator && (
              <td class="row-actions">
                <button type="button" class="quiet-button" onClick={() => setOpen(override)}>
                  Undo<span class="visually-hidden"> the change of {override.limit}</span>
                </button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {open && (
        <Confirm
          title={`Undo the change of ${open.limit}?`}
          consequence="The figure of the rule file holds again, at once and everywhere."
          verb="Undo the change"
          act={() =>
            call(`/api/limits/overrides/${encodeURIComponent(open.id)}`, { method: 'DELETE' }).then(onChange)
          }
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
