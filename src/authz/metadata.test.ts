import { expect, test } from 'vitest';
import type { Principal } from './credentials/principal.ts';
import { metadataOf } from './metadata.ts';

const PRINCIPAL: Principal = {
  ...{ client: 'service-a', tenant: 'acme', tier: 'pro', keyId: 'key_1', authMethod: 'api_key' },
  ...{ roles: [], scopes: [], permissions: {} },
};

test('has every member, always as a text with something in it', () => {
  expect(metadataOf(PRINCIPAL, { route: 'read' })).toEqual({
    ...{ client: 'service-a', tenant: 'acme', tier: 'pro', key_id: 'key_1', auth_method: 'api_key' },
    ...{ route: 'read', model: 'none', verdict: 'none', shadow: 'none' },
  });
});

test('is the same object for a caller whose requests are alike', () => {
  const request = { route: 'submit', model: 'haiku', verdict: 'allow', shadow: 'not_permitted' } as const;
  const first = metadataOf(PRINCIPAL, request);
  expect(metadataOf(PRINCIPAL, { ...request })).toBe(first);
  expect(metadataOf({ ...PRINCIPAL }, request)).not.toBe(first);
});

test.each([
  { route: 'stream' },
  { model: 'opus' },
  { verdict: 'flag' },
  { shadow: 'disallowed_content' },
] as const)('is another one with %j', (change) => {
  const request = { route: 'submit', model: 'haiku', verdict: 'allow', shadow: 'not_permitted' } as const;
  metadataOf(PRINCIPAL, request);
  expect(metadataOf(PRINCIPAL, { ...request, ...change })).toMatchObject({ ...request, ...change });
});
