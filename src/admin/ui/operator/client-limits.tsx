import { useState } from 'preact/hooks';
import type { ClientLimit } from '../../contract.ts';
import { Confirm } from '../shared/confirm.tsx';
import { compact, count, duration, relative, UNKNOWN } from '../shared/format.ts';
import { Empty, Meter, Table } from '../shared/page-parts.tsx';
import { useNow } from '../shared/use-now.ts';
import { call } from './call.ts';
import { RaiseLimitDialog } from './raise-limit.tsx';
import { useIsOperator } from './session.ts';

/** The limits that hold for a client, and what is used of them. */
export function ClientLimits({ limits, onChange }: { limits: readonly ClientLimit[]; onChange(): void }) {
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

type Open = { kind: 'raise' | 'unset'; limit: ClientLimit };
