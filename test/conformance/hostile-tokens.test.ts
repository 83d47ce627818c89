import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectConfigured } from '../../src/authz/index.ts';
import { type CheckClient, openCheckClient } from '../support/check-client.ts';
import { algorithmCases } from './tokens/cases/algorithms.ts';
import { claimCases } from './tokens/cases/claims.ts';
import { formCases } from './tokens/cases/forms.ts';
import { keyCases } from './tokens/cases/keys.ts';
import { signatureCases } from './tokens/cases/signatures.ts';
import { startTokenWorld, type TokenWorld } from './tokens/world.ts';

let tokens: TokenWorld;
let client: CheckClient;
beforeAll(async () => {
  tokens = await startTokenWorld();
  client = openCheckClient(tokens.authz.port);
});
afterAll(async () => {
  client?.close();
  await tokens?.close();
});

const groups = {
  algorithm: algorithmCases,
  key: keyCases,
  signature: signatureCases,
  form: formCases,
  claims: claimCases,
};

describe.each(Object.entries(groups))('a token, by its %s', (_, cases) => {
  const named = (isHostile: boolean) =>
    cases
      .filter(({ reason }) => (reason !== undefined) === isHostile)
      .map((each) => [each.name, each] as const);

  test.each(named(false))('counts: %s', async (_, { send }) => {
    const answer = await check(send(tokens.world));
    expect(tokens.authz.lines).toEqual([]);
    expect(answer.status.code).toBe(0);
  });

  test.each(named(true))('is refused with 401: %s', async (_, { send, reason }) => {
    const sent = send(tokens.world);
    const first = await check(sent);
    expect(tokens.authz.lines).toMatchObject([{ reason, status: 401 }]);
    expect(first).toMatchObject({
      status: { code: 16 },
      denied_response: { status: { code: 'Unauthorized' } },
    });
    // What is remembered of it is the same answer.
    const { denied_response: again } = await check(sent);
    expect(again).toEqual(first.denied_response);
    expect(tokens.authz.lines).toMatchObject([{ reason, status: 401 }]);
  });
});

test('no token made authz ask the address that it names', () => {
  expect(tokens.visits).toEqual([]);
});

test('callers are told the same of every token that does not count', async () => {
  const bodies = new Set<string>();
  for (const { send, reason } of Object.values(groups).flat()) {
    if (reason === undefined || reason === 'ambiguous_credentials') continue;
    const { denied_response: denied } = await check(send(tokens.world));
    bodies.add(denied?.body ?? '');
  }
  expect(bodies.size).toBe(1);
});

test('gatehouse tokens inspect says the same of each that has the form of a token', async () => {
  const { config } = tokens.authz;
  for (const { name, send, reason } of Object.values(groups).flat()) {
    const sent = send(tokens.world);
    const inspection =
      typeof sent === 'string' ? await inspectConfigured(config, sent, Date.now()) : undefined;
    if (inspection === undefined) continue;
    expect({ name, counts: inspection.counts, reason: inspection.reason }).toEqual({
      ...{ name, counts: reason === undefined, reason },
    });
    // Its list of checks agrees with its verdict.
    const isAllOk = inspection.checks.every(({ outcome }) => outcome === 'ok');
    expect({ name, isAllOk }).toEqual({ name, isAllOk: reason === undefined });
  }
});

function check(sent: string | Record<string, string>) {
  tokens.authz.lines.length = 0;
  const headers = typeof sent === 'string' ? { authorization: `Bearer ${sent}` } : sent;
  return client.check({
    method: 'GET',
    path: '/claude/status/1',
    headers: { 'x-request-id': 'r-1', ...headers },
  });
}
