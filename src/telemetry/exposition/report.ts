import type { MetricsReport } from '../siblings.ts';
import type { Exemplar, Family, FamilyType } from './family.ts';

interface ReportedExemplar {
  labelSet: Record<string, string>;
  value: number;
  timestamp?: number;
}

/** The metrics of this process or of several, as prom-client reports them. */
export function familiesOf(report: MetricsReport): Family[] {
  return report.map((metric) => {
    const { name, help } = metric;
    const values = 'values' in metric ? metric.values : [];
    return {
      name,
      help,
      type: String(metric.type) as FamilyType,
      samples: values.map((value) => ({
        name: ('metricName' in value && (value.metricName as string | undefined)) || name,
        labels: Object.fromEntries(
          Object.entries(value.labels).map(([label, text]) => [label, String(text)]),
        ),
        value: value.value,
        exemplar: 'exemplar' in value ? exemplarOf(value.exemplar as ReportedExemplar | null) : undefined,
      })),
    };
  });
}

function exemplarOf(reported: ReportedExemplar | null | undefined): Exemplar | undefined {
  if (reported === null || reported === undefined) return undefined;
  const { labelSet, value, timestamp } = reported;
  return { labels: labelSet, value, timestampS: timestamp };
}
