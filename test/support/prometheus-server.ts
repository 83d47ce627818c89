import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ROOT } from '../../src/toolchain/index.ts';
import { freePort } from './free-port.ts';
import { findPrometheus, NO_PROMETHEUS } from './prometheus.ts';
import { until } from './until.ts';

const SHIPPED = join(ROOT, 'deploy/prometheus');

export interface TestPrometheus {
  /** @returns each series that PromQL finds, with its value now */
  query(promql: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** @returns trace ids of the exemplars that a query's series have had */
  exemplars(promql: string): Promise<string[]>;
  /** Names of the alerts that fire. */
  firing(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * A real Prometheus with the configuration and the rules that ship, but quick: it scrapes every second, and what is to hold
 * for minutes has to for one.
 * @param admin where the admin role listens, and the file of a token for it
 */
export async function startTestPrometheus(admin: {
  address: string;
  tokenFile: string;
}): Promise<TestPrometheus> {
  const found = findPrometheus();
  if (found === undefined) throw new Error(NO_PROMETHEUS);
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-prometheus-'));
  const config = parse(await readFile(join(SHIPPED, 'prometheus.yaml'), 'utf8'));
  const [job] = config.scrape_configs;
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  job.authorization.credentials_file = admin.tokenFile;
  job.static_configs[0].targets = [admin.address];
  await writeFile(join(dir, 'prometheus.yaml'), stringify(config));
  const rules = await readFile(join(SHIPPED, 'gatehouse-alerts.yaml'), 'utf8');
  await writeFile(join(dir, 'gatehouse-alerts.yaml'), rules.replace(/^( +for:) \w+$/gm, '$1 1s'));
  const port = await freePort();
  const child = spawn(
    found.prometheus,
    [
      ...[`--config.file=${join(dir, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(dir, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage', '--log.level=warn'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const url = `http://127.0.0.1:${port}`;
  const api = async (path: string, parameters: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await answer.json()) as { data: never; error?: string };
    if (error !== undefined) throw new Error(error);
    return data as unknown;
  };
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`Prometheus ended: ${stderr}`);
        return fetch(`${url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      'Prometheus is ready',
      30_000,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async query(promql) {
      const { result } = (await api('query', { query: promql })) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async exemplars(promql) {
      const found = (await api('query_exemplars', {
        query: promql,
        start: String(Date.now() / 1000 - 3600),
        end: String(Date.now() / 1000 + 60),
      })) as { exemplars: { labels: Record<string, string> }[] }[];
      return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id ?? ''));
    },
    async firing() {
      const { alerts } = (await api('alerts')) as {
        alerts: { labels: { alertname: string }; state: string }[];
      };
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    close,
  };
}
