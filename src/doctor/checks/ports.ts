import { settlePorts } from '../../up/index.ts';
import type { Check } from '../finding.ts';

export const portsCheck: Check = {
  part: 'Ports',
  failure: 'wrong',
  async run({ config: { listen }, isRunning }) {
    const ports = Object.values(listen).map(({ port }) => port || 'any free one');
    const all = [...new Set(ports)].join(', ');
    if (isRunning) return { state: 'ok', detail: `${all}: in use by this installation` };
    await settlePorts(listen, false);
    return { state: 'ok', detail: `${all}: free` };
  },
};
