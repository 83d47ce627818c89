import { formatHostPort } from '../../config/index.ts';
import type { Check } from '../finding.ts';

const TIMEOUT_MS = 5_000;
/** Where each part says whether it can do its work. */
const PARTS = {
  Envoy: 'envoyHttp',
  authz: 'authzHttp',
  ratelimit: 'ratelimitHttp',
  api: 'api',
  worker: 'workerHttp',
  admin: 'admin',
} as const;

export const installationCheck: Check = {
  part: 'Installation',
  failure: 'wrong',
  async run({ config: { listen, dataDir }, isRunning }) {
    if (!isRunning)
      return { state: 'optional', detail: `none runs in ${dataDir}: 'gatehouse up' starts one` };
    const answers = await Promise.all(
      Object.entries(PARTS).map(async ([part, name]) => {
        const problem = await problemAt(`http://${formatHostPort(listen[name])}/ready`);
        return problem === undefined ? [] : [`${part} ${problem}`];
      }),
    );
    const problems = answers.flat();
    if (problems.length === 0) return { state: 'ok', detail: 'every part is ready' };
    return { state: 'wrong', detail: `${problems.join(', ')}: see the logs in ${dataDir}/logs.` };
  },
};

async function problemAt(url: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return status === 200 ? undefined : `is not ready (${status})`;
  } catch {
    return 'does not answer';
  }
}
