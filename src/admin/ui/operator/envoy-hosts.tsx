import type { EnvoyHost } from '../../contract.ts';
import { count } from '../shared/format.ts';
import { Table } from '../shared/page-parts.tsx';
import { StateMark, type Tone } from '../shared/state-mark.tsx';

const HOST_TONES: Record<EnvoyHost['state'], Tone> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  ejected: 'bad',
  unknown: 'quiet',
};

/** The hosts behind Envoy, as its health checks and outlier detection see them. */
export function EnvoyHosts({ hosts }: { hosts: readonly EnvoyHost[] }) {
  return (
    <Table
      caption="Hosts behind Envoy"
      head={
        <>
          <th scope="col">Cluster</th>
          <th scope="col">Host</th>
          <th scope="col">State</th>
          <th scope="col">Asked</th>
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Errors
          </th>
        </>
      }
    >
      {hosts.map((host) => (
        <tr key={`${host.cluster} ${host.address}`}>
          <th scope="row">{host.cluster}</th>
          <td class="mono">{host.address}</td>
          <td>
            <StateMark tone={HOST_TONES[host.state]}>{host.state}</StateMark>
            {host.flags.length > 0 && <p class="quiet">{host.flags.join(', ').replaceAll('_', ' ')}</p>}
          </td>
          <td>{host.priority === 0 ? 'first' : 'stands by'}</td>
          <td class="number">{count(host.requests)}</td>
          <td class="number">{count(host.errors)}</td>
        </tr>
      ))}
    </Table>
  );
}
