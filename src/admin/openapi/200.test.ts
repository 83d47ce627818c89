import { expect, test } from 'vitest';
import { contractSchemas } from '../../../scripts/contract-schemas.ts';
import { startTestAdmin } from '../../../test/support/admin.ts';
import { ROUTES } from '../routes.ts';
import { adminOpenApi } from './print.ts';

const admin = startTestAdmin();

test('it is what the routes and the contract say (scripts/node scripts/admin-openapi.ts writes it)', {
  timeout: 60_000,
}, async () => {
  const answer = await admin.call('/openapi.json');
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.text).toBe(adminOpenApi(contractSchemas()));
});

test('it has every route, and no other', async () => {
  const { openapi, paths } = (await admin.call('/openapi.json')).json() as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(openapi).toBe('3.1.0');
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, url: path.replace(/\{(\w+)\}/g, ':$1') })),
  );
  expect(described).toHaveLength(ROUTES.length);
  for (const { method, url } of described) {
    expect(admin.app.hasRoute({ method: method.toUpperCase() as 'GET', url }), `${method} ${url}`).toBe(true);
  }
});

test('each operation has a name of its own, and each reference leads somewhere', async () => {
  const document = (await admin.call('/openapi.json')).json() as { components: { schemas: object } };
  const names = ROUTES.map(({ operation }) => operation.id);
  expect(new Set(names).size).toBe(names.length);
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(document.components.schemas).toHaveProperty(name ?? '');
  }
});
