// Writes docs/configuration.md from the configuration's schema, and docs/ratelimit-settings.md from the table of
// settings. `scripts/node scripts/reference.ts`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from '../src/config/index.ts';
import { settingsReference } from '../src/ratelimit/index.ts';
import { ROOT } from '../src/toolchain/index.ts';

writeFileSync(join(ROOT, 'docs/configuration.md'), configReference());
writeFileSync(join(ROOT, 'docs/ratelimit-settings.md'), settingsReference());
