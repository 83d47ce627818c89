import type { ReplayResult, RulesTally } from '../../ratelimit/index.ts';

/** The result of a replay as people read it. */
export function replayText(result: ReplayResult): string {
  const { requests, from, to, outOfOrder, before, after, newlyLimited, newlyPassed } = result;
  const lines = [
    `${requests} requests from ${from} to ${to}`,
    `limited today    ${before.limited} (${percent(before.limited, requests)})`,
    `limited then     ${after.limited} (${percent(after.limited, requests)})`,
    `newly limited    ${newlyLimited}`,
    `no longer        ${newlyPassed}`,
    '',
    'By limit: requests that met it, refused today, refused then',
    ...limitLines(before, after),
    '',
    ...consumerLines(before, after),
  ];
  if (outOfOrder > 0)
    lines.push('', `${outOfOrder} requests were out of order and counted as right after the one before.`);
  return lines.join('\n');
}

function limitLines(before: RulesTally, after: RulesTally): string[] {
  const names = new Set([...after.limits, ...before.limits].map(({ domain, limit }) => `${domain} ${limit}`));
  const find = ({ limits }: RulesTally, name: string) =>
    limits.find(({ domain, limit }) => `${domain} ${limit}` === name);
  const rows = [...names].sort().map((name) => {
    const [old, fresh] = [find(before, name), find(after, name)];
    return [name, String(fresh?.requests ?? old?.requests ?? 0), count(old), count(fresh)];
  });
  return columns(rows);
}

function count(limit: { limited: number } | undefined): string {
  return limit === undefined ? '-' : String(limit.limited);
}

function consumerLines(before: RulesTally, after: RulesTally): string[] {
  if (after.consumers.length === 0) return ['Nobody would be limited.'];
  const name = ({ domain, entries }: RulesTally['consumers'][number]) =>
    [domain, ...entries.map(({ key, value }) => `${key}=${value}`)].join(' ');
  const today = new Map(before.consumers.map((consumer) => [name(consumer), consumer.limited]));
  const rows = after.consumers.map((consumer) => [
    name(consumer),
    String(today.get(name(consumer)) ?? '-'),
    String(consumer.limited),
  ]);
  return ['Limited most then: refused today (- where not among the most), refused then', ...columns(rows)];
}

function columns(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => {
    const [name = '', ...figures] = row;
    const padded = figures.map((figure, index) => figure.padStart(widths[index + 1] ?? 0));
    return `  ${name.padEnd(widths[0] ?? 0)}  ${padded.join('  ')}`;
  });
}

function percent(part: number, of: number): string {
  return `${((part / of) * 100).toFixed(1)} %`;
}
