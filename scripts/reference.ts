// Writes docs/configuration.md from the configuration's schema, docs/ratelimit-settings.md from the table of settings, and
// deploy/prometheus/gatehouse-alerts.yaml from the alerts. `scripts/node scripts/reference.ts`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from '../src/config/index.ts';
import { settingsReference } from '../src/ratelimit/index.ts';
import { alertRules } from '../src/telemetry/index.ts';
import { ROOT } from '../src/toolchain/index.ts';

writeFileSync(join(ROOT, 'docs/configuration.md'), configReference());
writeFileSync(join(ROOT, 'docs/ratelimit-settings.md'), settingsReference());
writeFileSync(join(ROOT, 'deploy/prometheus/gatehouse-alerts.yaml'), alertRules());
