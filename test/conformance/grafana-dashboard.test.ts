import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../src/toolchain/index.ts';
import { unknownMetrics } from '../support/metric-names.ts';
import { findPrometheus, NO_PROMETHEUS, promtool } from '../support/prometheus.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string }[];
}

const { panels } = JSON.parse(await readFile(join(ROOT, 'deploy/grafana/gatehouse.json'), 'utf8')) as {
  panels: Panel[];
};
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

test('every panel asks for metrics that there are', () => {
  for (const { title, expr } of queries) expect(unknownMetrics(expr), title).toEqual([]);
});

test('every panel has something to ask, a place of its own, and an id of its own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { type, title, gridPos, targets = [] } of panels) {
    if (type !== 'row') expect(targets.length, title).toBeGreaterThan(0);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken.has(`${x} ${y}`), `${title} covers another panel`).toBe(false);
        taken.add(`${x} ${y}`);
      }
    }
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
  }
});

test('Prometheus can read every query', async (context) => {
  if (findPrometheus() === undefined) return context.skip(NO_PROMETHEUS);
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-grafana-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const rules = queries.map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  const file = join(dir, 'queries.yaml');
  await writeFile(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
  expect(await promtool('check', 'rules', file)).toMatchObject({ ok: true });
});
