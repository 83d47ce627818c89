// Writes docs/admin-openapi.json from the admin API's routes and the types of its contract. `scripts/node scripts/admin-openapi.ts`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminOpenApi } from '../src/admin/index.ts';
import { ROOT } from '../src/toolchain/index.ts';
import { contractSchemas } from './contract-schemas.ts';

writeFileSync(join(ROOT, 'docs/admin-openapi.json'), adminOpenApi(contractSchemas()));
