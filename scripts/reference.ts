// Writes docs/configuration.md from the configuration's schema. `scripts/node scripts/reference.ts`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from '../src/config/index.ts';
import { ROOT } from '../src/toolchain/index.ts';

writeFileSync(join(ROOT, 'docs/configuration.md'), configReference());
