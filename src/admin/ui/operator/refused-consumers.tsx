import type { Consumers } from '../../contract.ts';
import { count, percent, UNKNOWN } from '../shared/format.ts';
import { Empty, Table } from '../shared/page-parts.tsx';
import { clientPath } from './client-path.ts';
import { Inexact } from './inexact.tsx';
import { Link } from './router.tsx';

/** The clients that get 429 for the largest part of their requests. */
export function RefusedConsumers({ answer: { consumers, error } }: { answer: Consumers }) {
  if (consumers.length === 0) return <Empty>Nobody was refused.</Empty>;
  return (
    <>
      <Table
        caption="Clients that are refused most"
        head={
          <>
            <th scope="col">Client</th>
            <th scope="col">Tier</th>
            <th scope="col">Limit</th>
            <th scope="col" class="number">
              Refused
            </th>
            <th scope="col" class="number">
              Asked
            </th>
            <th scope="col" class="number">
              Share refused
            </th>
          </>
        }
      >
        {consumers.map(({ tenant = '', client, tier, limit, limited, requests, limitedRatio }) => (
          <tr key={`${tenant} ${client} ${tier}`}>
            <th scope="row">
              {tenant === '' ? client : <Link to={clientPath(tenant, client)}>{client}</Link>}{' '}
              <span class="quiet">{tenant}</span>
            </th>
            <td>{tier ?? UNKNOWN}</td>
            <td>{limit}</td>
            <td class="number">{count(limited)}</td>
            <td class="number">{count(requests)}</td>
            <td class="number">{percent(limitedRatio)}</td>
          </tr>
        ))}
      </Table>
      <Inexact error={error} />
    </>
  );
}
