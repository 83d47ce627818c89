import { ALERTS, type Alert } from './alerts.ts';
import { METRICS, type MetricDefinition, type MetricRole } from './metric-names.ts';

/** The parts in the order in which a request meets them. */
const ROLES: readonly MetricRole[] = ['envoy', 'authz', 'ratelimit', 'api', 'worker', 'admin'];

/** The parts of docs/metrics.md that are generated, by the name between its markers. */
const METRICS_PAGE_PARTS: Readonly<Record<string, () => string>> = {
  metrics: metricsTables,
  alerts: alertsTable,
};

/**
 * Fills in docs/metrics.md what is between `<!-- generated: NAME -->` and `<!-- end -->`.
 * @throws where it asks for a part that there is not
 */
export function fillMetricsPage(page: string): string {
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const part = METRICS_PAGE_PARTS[name];
      if (part === undefined) throw new Error(`docs/metrics.md asks for ${name}, which nobody makes`);
      return `${begin}\n${part()}\n${end}`;
    },
  );
}

/** A metric stands at the first part that shows it. */
function metricsTables(): string {
  const all: readonly MetricDefinition[] = Object.values(METRICS);
  return ROLES.map((role) => {
    const rows = all
      .filter(({ roles }) => ROLES.find((each) => roles.includes(each)) === role)
      .map(metricRow);
    return [
      `### ${role}`,
      '',
      '| name | type | labels | what it is | also shown by |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  }).join('\n');
}

function metricRow({ name, type, labels, help, roles }: MetricDefinition): string {
  const others = ROLES.filter((role) => roles.includes(role)).slice(1);
  return row(`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help, others.join(', '));
}

function alertsTable(): string {
  const rows = ALERTS.map(({ name, summary, above, unit, atLeast, forMs, severity, runbook }: Alert) =>
    row(
      ...[`[${name}](runbooks/${runbook}.md)`, summary, `${above} ${unit}`],
      ...[atLeast ? `${atLeast.count} ${atLeast.of}` : '', `${forMs / 60_000} min`, severity],
    ),
  );
  const head = ['| alert | when | over | at least | for | severity |', '|---|---|---|---|---|---|'];
  return [...head, ...rows, ''].join('\n');
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => (cell === '' ? '–' : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
}
