import { controllersFor, examineDelegation } from '../../pool/index.ts';
import type { Check } from '../finding.ts';

/** Whether workers would have cgroups if Gatehouse were started from where doctor is. */
export const cgroupCheck: Check = {
  part: 'Cgroups',
  failure: 'wrong',
  async run({ config: { pool } }) {
    if (pool.cgroup === 'none') return { state: 'optional', detail: 'pool.cgroup is none' };
    const examined = examineDelegation(controllersFor(pool));
    if (examined.ok) {
      const { folder, controllers } = examined.delegation;
      return { state: 'ok', detail: `${controllers.join(', ')}, below ${folder}` };
    }
    const detail = `Started from here, workers have resource limits alone, and nothing bounds their memory: ${examined.reason}`;
    return { state: pool.cgroup === 'required' ? 'missing' : 'limited', detail };
  },
};
