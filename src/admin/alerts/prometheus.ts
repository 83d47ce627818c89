import { z } from 'zod';
import type { Fetcher } from '../../http/index.ts';
import { ALERTS } from '../../telemetry/index.ts';
import type { Alert } from '../contract.ts';

/** As far as it is used. https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            state: z.enum(['inactive', 'pending', 'firing', 'unknown']).optional(),
            alerts: z
              .array(z.object({ activeAt: z.iso.datetime({ offset: true }), value: z.string() }))
              .default([]),
          }),
        ),
      }),
    ),
  }),
});

type Rule = z.infer<typeof rulesSchema>['data']['groups'][number]['rules'][number];

const STATES = { inactive: 'ok', pending: 'pending', firing: 'firing', unknown: 'unknown' } as const;
const MAX_BYTES = 8 * 2 ** 20;

/**
 * Asks Prometheus how the alerts of src/telemetry/alerts.ts stand there. One that it does not have is unknown.
 * @param prometheusUrl from admin.prometheusUrl
 * @throws FetchError, or what JSON and its schema throw
 */
export async function readPrometheusAlerts(
  fetcher: Fetcher,
  prometheusUrl: string,
  timeoutMs: number,
): Promise<Alert[]> {
  const url = `${prometheusUrl.replace(/\/+$/, '')}/api/v1/rules?type=alert`;
  const body = await fetcher.fetch({ url, timeoutMs, maxBytes: MAX_BYTES });
  const { data } = rulesSchema.parse(JSON.parse(body.toString('utf8')));
  const rules = new Map(data.groups.flatMap((group) => group.rules).map((rule) => [rule.name, rule]));
  return ALERTS.map((alert) => alertOf(alert, rules.get(alert.name)));
}

/** All of them, while Prometheus does not answer. */
export function unknownAlerts(): Alert[] {
  return ALERTS.map((alert) => alertOf(alert, undefined));
}

function alertOf(
  { name, severity, summary, runbook, above }: (typeof ALERTS)[number],
  rule: Rule | undefined,
): Alert {
  // The oldest of several that one rule has.
  const [first] = rule?.alerts.toSorted((a, b) => Date.parse(a.activeAt) - Date.parse(b.activeAt)) ?? [];
  return {
    ...{ name, severity, summary, runbook: `docs/runbooks/${runbook}.md`, threshold: above },
    state: STATES[rule?.state ?? 'unknown'],
    since: first === undefined ? null : new Date(first.activeAt).toISOString(),
    value: first === undefined ? null : Number(first.value),
  };
}
