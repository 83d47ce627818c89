import { z } from 'zod';
import { hostPort } from '../../units.ts';

function addresses(setting: string) {
  return z
    .array(hostPort())
    .min(1)
    .max(100)
    .optional()
    .describe(
      `host:port of each whose metrics the admin role shows on its own /metrics; without it ${setting}`,
    );
}

export const metricsSchema = z
  .strictObject({
    sources: z
      .strictObject({
        envoy: addresses('listen.envoyMetrics'),
        authz: addresses('listen.authzHttp'),
        ratelimit: addresses('listen.ratelimitHttp'),
        api: addresses('listen.apiHttp'),
        worker: addresses('listen.workerHttp'),
      })
      .prefault({}),
    tokensPerHour: z
      .int()
      .min(1)
      .optional()
      .describe(
        'tokens that all jobs together are planned to use in an hour; over it GatehouseTokensPerHour fires',
      ),
  })
  .prefault({});
