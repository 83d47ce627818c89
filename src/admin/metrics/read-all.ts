import type { Fetcher } from '../../http/index.ts';
import { type Family, familiesOf, METRICS, type MetricsReport } from '../../telemetry/index.ts';
import { readSource } from './read-source.ts';
import { shareReads } from './shared-reads.ts';
import type { MetricsSource, SourceRole } from './sources.ts';

/** The admin role itself is one of the parts. */
export type ShownRole = SourceRole | 'admin';

/** The metrics of all parts of an installation. */
export interface InstallationMetrics {
  /**
   * Reads them, or has what was read within the last second. Each sample says by `role` and `instance` whose it is; a part that cannot be read is not in it, and
   * gatehouse_metrics_source_up says so.
   * @param roles only theirs; undefined for all
   */
  read(roles: readonly ShownRole[] | undefined): Promise<Family[]>;
}

export interface InstallationMetricsOptions {
  sources: readonly MetricsSource[];
  /** Of this process. */
  own(): Promise<MetricsReport>;
  fetcher: Fetcher;
  /** Milliseconds of a clock that never steps back. */
  now(): number;
}

/** Prometheus waits ten seconds for an answer where nothing else is said. */
const SOURCE_TIMEOUT_MS = 4_000;
/** Far below the distance of a scraper's calls, which are to see something new each. */
const MAX_AGE_MS = 1_000;

export function createInstallationMetrics(options: InstallationMetricsOptions): InstallationMetrics {
  const { sources, own, fetcher, now } = options;

  async function readOne(source: MetricsSource): Promise<Family[] | undefined> {
    return readSource(fetcher, source, SOURCE_TIMEOUT_MS).catch(() => undefined);
  }
  const read = shareReads(readOne, MAX_AGE_MS, now);

  return {
    async read(roles) {
      const isWanted = (role: ShownRole) => roles === undefined || roles.includes(role);
      const wanted = sources.filter(({ role }) => isWanted(role));
      const readings = await Promise.all(
        wanted.map(async (source) => ({ source, families: await read(source) })),
      );
      const merged = new Map<string, Family>();
      for (const { source, families = [] } of readings) {
        const { role, instance } = source;
        for (const family of families) merge(merged, family, { role, instance });
      }
      if (isWanted('admin')) {
        for (const family of familiesOf(await own())) merge(merged, family, { role: 'admin' });
      }
      return [...merged.values(), sourcesUp(readings)];
    },
  };
}

/** An exposition has each family once, with all of its samples. */
function merge(families: Map<string, Family>, family: Family, labels: Record<string, string>): void {
  const merged = families.get(family.name) ?? { ...family, samples: [] };
  families.set(family.name, merged);
  for (const sample of family.samples) {
    merged.samples.push({ ...sample, labels: { ...sample.labels, ...labels } });
  }
}

function sourcesUp(readings: readonly { source: MetricsSource; families: Family[] | undefined }[]): Family {
  const { name, help } = METRICS.metricsSourceUp;
  const samples = readings.map(({ source: { role, instance }, families }) => ({
    ...{ name, labels: { role, instance } },
    value: families === undefined ? 0 : 1,
  }));
  return { name, help, type: 'gauge', samples };
}
