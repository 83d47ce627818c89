import { openSandbox } from '../../pool/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Check } from '../finding.ts';

export const sandboxCheck: Check = {
  part: 'Sandbox',
  failure: 'missing',
  async run({ config }) {
    const { kind, warning } = await openSandbox(config, silentLogger);
    return warning === undefined ? { state: 'ok', detail: kind } : { state: 'limited', detail: warning };
  },
};
