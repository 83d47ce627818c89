import { findTool, missingTool } from '../../toolchain/index.ts';
import type { Check } from '../finding.ts';
import { versionAt, versionOf } from '../version.ts';

/** What everything is tested with: toolchain/python/envoy.txt. */
export const TESTED_ENVOY = '1.40';

export const envoyCheck: Check = {
  part: 'Envoy',
  failure: 'wrong',
  async run({ config: { envoy } }) {
    const path = findTool('envoy', envoy.path);
    if (path === undefined) return { state: 'missing', detail: missingTool('envoy', envoy.path) };
    const version = await versionOf(path);
    const found = versionAt(version, path);
    return version?.startsWith(`${TESTED_ENVOY}.`)
      ? { state: 'ok', detail: found }
      : {
          state: 'limited',
          detail: `${found}: tested is ${TESTED_ENVOY}, and 'gatehouse envoy check' says whether this one takes the configuration.`,
        };
  },
};
