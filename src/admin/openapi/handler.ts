import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../toolchain/index.ts';
import { defineRoute } from '../route.ts';

/** scripts/admin-openapi.ts writes it. */
const FILE = join(ROOT, 'docs/admin-openapi.json');

/** The API's description. */
export const openApiRoute = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  access: 'view',
  operation: {
    id: 'openapi',
    summary: 'This description',
    answers: { 200: { json: 'OpenApiDocument' } },
  },
  handle: async () => ({
    status: 200,
    body: await readFile(FILE, 'utf8'),
    headers: { 'content-type': 'application/json' },
  }),
});
