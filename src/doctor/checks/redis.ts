import { examineRedis } from '../../up/index.ts';
import type { Check } from '../finding.ts';
import { versionAt, versionOf } from '../version.ts';

export const redisCheck: Check = {
  part: 'Redis',
  failure: 'missing',
  async run({ config }) {
    const found = await examineRedis(config);
    if (found.kind === 'program') {
      return { state: 'ok', detail: versionAt(await versionOf(found.path), found.path) };
    }
    if (found.warnings.length > 0) return { state: 'limited', detail: found.warnings.join(' ') };
    const whose = found.own ? "this installation's own" : 'an existing one';
    return { state: 'ok', detail: `${found.version} at ${found.place}, ${whose}` };
  },
};
