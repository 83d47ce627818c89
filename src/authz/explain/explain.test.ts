import { describe, expect, test } from 'vitest';
import { INSPECTION_POLICY } from '../../../test/support/inspection-policy.ts';
import { allRoutes } from '../../config/index.ts';
import type { BlocklistVerdict } from '../blocklist/blocklist.ts';
import { examineBody } from '../body/examine.ts';
import { createChallenge } from '../challenge.ts';
import { createCheck } from '../check.ts';
import type { Authentication } from '../credentials/credential.ts';
import type { Principal } from '../credentials/principal.ts';
import type { ShadowPolicy } from '../denial.ts';
import type { SubmissionLimits } from '../permissions/limits.ts';
import { createRouteTable } from '../routes/table.ts';
import { explain } from './explain.ts';
import { readRequestFile } from './request-file.ts';

const TOKEN = 'a-token-that-nobody-may-print';
const PROMPT = 'a prompt that nobody may print';
const CALLER: Principal = {
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  keyId: 'key_1',
  authMethod: 'api_key',
  roles: ['analyst'],
  scopes: [],
  permissions: {},
};

interface Situation {
  authentication?: Authentication;
  blocklist?: BlocklistVerdict;
  limits?: SubmissionLimits;
  shadow?: ShadowPolicy[];
  inspects?: boolean;
  inspectionPolicy?: string;
}

function explained(request: object, situation: Situation = {}) {
  const { authentication = { kind: 'authenticated', principal: CALLER }, blocklist = 'clear' } = situation;
  const { limits = {}, shadow = [], inspects = true, inspectionPolicy = 'default' } = situation;
  const rules = {
    maxPromptCharacters: 50,
    contentEncodings: [],
    inflation: { maxBytes: 1, maxRatio: 2 },
  };
  const check = createCheck({
    methods: [
      { name: 'api_key', recognises: ({ kind }) => kind === 'token', authenticate: () => authentication },
    ],
    presentation: { certificates: 'alone', sessions: false },
    blocklist: { check: () => blocklist },
    policy: {
      routes: createRouteTable(allRoutes({})),
      tiers: new Map([['pro', limits]]),
      onExceeded: 'deny',
      defaultModel: 'sonnet',
      shadow: new Set(shadow),
      inspection: () =>
        inspects
          ? { ...INSPECTION_POLICY, name: inspectionPolicy, shadow: shadow.includes('inspection') }
          : undefined,
    },
    examiner: { examine: (body) => examineBody(body, rules) },
    trustedHops: 0,
  });
  const file = {
    method: 'POST',
    path: '/claude/invoke',
    headers: { 'content-type': 'application/json', 'x-api-key': TOKEN },
    body: { prompt: PROMPT },
    ...request,
  };
  return explain(check, createChallenge(['api_key']), readRequestFile(Buffer.from(JSON.stringify(file))));
}
const outline = ({ steps }: Awaited<ReturnType<typeof explain>>) =>
  steps.map(({ step, outcome }) => `${step} ${outcome}`);

test('a request that passes goes through every step', async () => {
  const explanation = await explained({}, { limits: { maxTokens: 4000, models: ['sonnet'] } });
  expect(explanation).toEqual({
    request: { method: 'POST', path: '/claude/invoke' },
    steps: [
      { step: 'credential', outcome: 'ok', detail: `a token of ${TOKEN.length} characters in x-api-key` },
      { step: 'method', outcome: 'ok', detail: 'api_key' },
      {
        step: 'identity',
        outcome: 'ok',
        detail: 'client service-a, tenant acme, tier pro, key key_1, roles analyst',
      },
      { step: 'blocklist', outcome: 'ok', detail: 'not blocked' },
      { step: 'route', outcome: 'ok', detail: 'submit, which submits' },
      {
        step: 'body',
        outcome: 'ok',
        detail: expect.stringMatching(/^a JSON object with a prompt; SHA-256 [\w-]{43}$/),
      },
      { step: 'permissions', outcome: 'ok', detail: 'within them (max_tokens 4000, models sonnet)' },
      { step: 'inspection', outcome: 'ok', detail: 'allow' },
    ],
    answer: {
      kind: 'allow',
      limits: { maxTokens: 4000, models: ['sonnet'], model: 'sonnet' },
      metadata: expect.objectContaining({ client: 'service-a', route: 'submit', shadow: 'none' }),
      shadowed: [],
    },
  });
});

describe('a request that is refused ends where it is', () => {
  test.each<[string, object, Situation, string[], string]>([
    ['without a credential', { headers: {} }, {}, ['credential ok', 'method refused'], 'missing'],
    [
      'for two credentials',
      { headers: { 'x-api-key': TOKEN, authorization: 'Bearer x' } },
      {},
      ['credential refused'],
      'ambiguous_credentials',
    ],
    [
      'for a credential that cannot be one',
      { headers: { authorization: 'Basic x' } },
      {},
      ['credential refused'],
      'unsupported_scheme',
    ],
    [
      'for one that does not count',
      {},
      { authentication: { kind: 'rejected', reason: 'expired', principal: CALLER } },
      ['credential ok', 'method ok', 'identity refused'],
      'expired',
    ],
    [
      'while a store is away',
      {},
      { authentication: { kind: 'unavailable', reason: 'store_unavailable' } },
      ['credential ok', 'method ok', 'identity unavailable'],
      'store_unavailable',
    ],
    [
      'for one that is blocked',
      {},
      { blocklist: 'blocked' },
      ['credential ok', 'method ok', 'identity ok', 'blocklist refused'],
      'blocked',
    ],
    [
      'while the blocklist cannot be read',
      {},
      { blocklist: 'unavailable' },
      ['credential ok', 'method ok', 'identity ok', 'blocklist unavailable'],
      'blocklist_unavailable',
    ],
    [
      'for its tier',
      {},
      { authentication: { kind: 'authenticated', principal: { ...CALLER, tier: 'gold' } } },
      ['credential ok', 'method ok', 'identity ok', 'blocklist ok', 'route refused'],
      'tier_not_configured',
    ],
    [
      'for its path',
      { path: '/nothing' },
      {},
      ['credential ok', 'method ok', 'identity ok', 'blocklist ok', 'route refused'],
      'no_route',
    ],
    [
      'for its body',
      { body: '{' },
      {},
      ['credential ok', 'method ok', 'identity ok', 'blocklist ok', 'route ok', 'body refused'],
      'invalid_json',
    ],
    [
      'for its permissions',
      { body: { prompt: PROMPT, max_tokens: 2 } },
      { limits: { maxTokens: 1 } },
      [
        'credential ok',
        'method ok',
        'identity ok',
        'blocklist ok',
        'route ok',
        'body ok',
        'permissions refused',
      ],
      'not_permitted',
    ],
  ])('%s', async (_, request, situation, steps, reason) => {
    const explanation = await explained(request, situation);
    expect(outline(explanation)).toEqual(steps);
    expect(explanation.answer).toMatchObject({ kind: 'deny', reason });
  });

  test('for its prompt, with the rule and where it matched', async () => {
    const explanation = await explained({ body: { prompt: PROMPT, system: '[INST]' } });
    expect(explanation.steps.at(-1)).toEqual({
      step: 'inspection',
      outcome: 'refused',
      detail: 'reject: inst-token in system',
    });
    const strict = await explained(
      { body: { prompt: PROMPT, system: '[INST]' } },
      { inspectionPolicy: 'strict' },
    );
    expect(strict.steps.at(-1)?.detail).toBe('reject by the policy strict: inst-token in system');
  });

  test('with the challenge that the caller gets', async () => {
    expect((await explained({ headers: {} })).answer).toEqual({
      kind: 'deny',
      status: 401,
      code: 'invalid_api_key',
      reason: 'missing',
      detail: expect.any(String),
      challenge: 'ApiKey realm="gatehouse", Bearer realm="gatehouse"',
    });
  });
});

describe('what does not count is told as well', () => {
  test('shadow mode, of every policy that has one', async () => {
    const explanation = await explained(
      { body: { prompt: '[INST]', max_tokens: 2 } },
      {
        authentication: { kind: 'rejected', reason: 'address_not_allowed', principal: CALLER },
        blocklist: 'blocked',
        limits: { maxTokens: 1 },
        shadow: ['apiKeys', 'blocklist', 'permissions', 'inspection'],
      },
    );
    expect(outline(explanation).slice(2)).toEqual([
      'identity shadowed',
      'blocklist shadowed',
      'route ok',
      'body ok',
      'permissions shadowed',
      'inspection shadowed',
    ]);
    expect(explanation.answer).toMatchObject({
      kind: 'allow',
      metadata: { shadow: 'invalid_api_key,invalid_api_key,not_permitted,disallowed_content' },
      shadowed: [
        { reason: 'address_not_allowed' },
        { reason: 'blocked' },
        { reason: 'not_permitted' },
        { reason: 'disallowed_content' },
      ],
    });
  });

  test('but a credential that proves nothing is refused in shadow mode too', async () => {
    const shadow: ShadowPolicy[] = ['apiKeys', 'blocklist', 'permissions', 'inspection', 'routes'];
    for (const authentication of [
      { kind: 'rejected', reason: 'unknown' },
      { kind: 'rejected', reason: 'expired', principal: CALLER },
      { kind: 'rejected', reason: 'address_not_allowed' },
    ] as const) {
      expect((await explained({}, { authentication, shadow })).answer).toMatchObject({ status: 401 });
    }
  });

  test('inspection that is off, and the body of a route that only reads', async () => {
    expect(outline(await explained({}, { inspects: false })).at(-1)).toBe('inspection skipped');
    expect(outline(await explained({ method: 'GET', path: '/claude/status/1' })).at(-1)).toBe('body skipped');
  });
});

test('neither the credential nor the prompt is in any explanation', async () => {
  const explanations = await Promise.all([
    explained({}),
    explained({ body: { prompt: `${PROMPT} [INST]`, [PROMPT]: PROMPT } }),
    explained({ headers: { 'x-api-key': TOKEN, authorization: `Bearer ${TOKEN}x` } }),
    explained({ headers: { authorization: `Basic ${TOKEN}` } }),
    explained({}, { authentication: { kind: 'rejected', reason: 'unknown' } }),
  ]);
  expect(JSON.stringify(explanations)).not.toContain(TOKEN);
  expect(JSON.stringify(explanations)).not.toContain(PROMPT);
});
