// Writes docs/configuration.md from the configuration's schema, docs/ratelimit-settings.md from the table of settings, the
// tables of docs/metrics.md from metrics and alerts, and deploy/prometheus/gatehouse-alerts.yaml from the alerts. `scripts/node scripts/reference.ts`
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from '../src/config/index.ts';
import { settingsReference } from '../src/ratelimit/index.ts';
import { alertRules, fillMetricsPage } from '../src/telemetry/index.ts';
import { ROOT } from '../src/toolchain/index.ts';

writeFileSync(join(ROOT, 'docs/configuration.md'), configReference());
writeFileSync(join(ROOT, 'docs/ratelimit-settings.md'), settingsReference());
writeFileSync(join(ROOT, 'deploy/prometheus/gatehouse-alerts.yaml'), alertRules());

const metricsPage = join(ROOT, 'docs/metrics.md');
writeFileSync(metricsPage, fillMetricsPage(readFileSync(metricsPage, 'utf8')));
