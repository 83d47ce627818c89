import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { gatehouse } from '../support/installation.ts';

const PROMPT = 'a prompt that nobody may print';

let authz: TestAuthz;
let dir: string;
let configFile: string;
let key: string;
let keyId: string;
beforeAll(async () => {
  authz = await startTestAuthz();
  dir = authz.config.dataDir;
  configFile = join(dir, 'gatehouse.yaml');
  await writeFile(
    configFile,
    JSON.stringify({
      redis: { url: authz.redis.address.url },
      identity: { apiKeys: { hashKeyFile: authz.config.identity.apiKeys.hashKeyFile } },
      permissions: { tiers: { pro: { maxTokensPerRequest: 4000 } } },
    }),
  );
  ({ key, id: keyId } = await authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' })));
});
afterAll(() => authz?.close());

async function explain(request: string | object, args: string[] = [], input = '') {
  const file = join(dir, 'request');
  await writeFile(file, typeof request === 'string' ? request : JSON.stringify(request));
  return gatehouse(
    ['authz', 'explain', '--config', configFile, '--data-dir', dir, '--request', file, ...args],
    undefined,
    undefined,
    input,
  );
}
const MESSAGE = `POST /claude/invoke HTTP/1.1\ncontent-type: application/json\n\n${JSON.stringify({ prompt: PROMPT })}`;

describe('gatehouse authz explain', () => {
  test('tells each step of a request that passes, with a key from standard input', async () => {
    const { code, stdout, stderr } = await explain(MESSAGE, ['--key-stdin'], `${key}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.trim().split(/ +/).slice(0, 2).join(' '))).toEqual([
      'POST /claude/invoke',
      'credential ok',
      'method ok',
      'identity ok',
      'blocklist ok',
      'route ok',
      'body ok',
      'permissions ok',
      'inspection ok',
      'answer allowed',
      '',
    ]);
    expect(stdout).toContain(`client service-a, tenant default, tier pro, key ${keyId}`);
    expect(stdout).not.toContain(key);
    expect(stdout).not.toContain(PROMPT);
    // It was only looked at.
    expect(await authz.keys((keys) => keys.listKeys())).toMatchObject([{ id: keyId }]);
    expect((await authz.keys((keys) => keys.listKeys()))[0]).not.toHaveProperty('lastUsedAt');
  });

  test('prints JSON, and reads a request of JSON', async () => {
    const request = {
      method: 'POST',
      path: '/claude/invoke',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: { prompt: PROMPT, max_tokens: 9000 },
    };
    const { code, stdout } = await explain(request, ['--json']);
    expect(code).toBe(0);
    expect(stdout).not.toContain(key);
    expect(stdout).not.toContain(PROMPT);
    expect(JSON.parse(stdout)).toMatchObject({
      request: { method: 'POST', path: '/claude/invoke' },
      steps: expect.arrayContaining([
        {
          step: 'permissions',
          outcome: 'refused',
          detail: 'max_tokens: expected at most 4000 (max_tokens 4000)',
        },
      ]),
      answer: {
        kind: 'deny',
        status: 403,
        code: 'not_permitted',
        errors: [{ path: 'max_tokens', allowed: 4000 }],
      },
    });
  });

  test('says why a key does not count, which its caller is not told', async () => {
    const { id, key: revoked } = await authz.keys((keys) =>
      keys.createKey({ client: 'service-b', tier: 'pro' }),
    );
    await authz.keys((keys) => keys.revokeKey(id));
    const { stdout } = await explain(MESSAGE, ['--key-stdin'], revoked);
    expect(stdout).toContain('identity     refused      unknown');
    expect(stdout).toContain('401          invalid_api_key (unknown)');
    expect(stdout).toContain('www-authenticate: ApiKey realm="gatehouse"');
  });

  test.each([
    ['a request that is none', 'hello', [], 'its first line is not a method and a path'],
    [
      'a credential given twice',
      `GET /a\nx-api-key: x\n`,
      ['--key-stdin'],
      'it has a header x-api-key already',
    ],
  ])('refuses %s in a sentence', async (_, request, args, problem) => {
    const { code, stdout, stderr } = await explain(request, args, 'k');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`gatehouse: The request cannot be read: ${problem}`);
  });

  test('refuses a file that is not there, and two credentials from standard input', async () => {
    const missing = await gatehouse([
      'authz',
      'explain',
      '--config',
      configFile,
      '--request',
      join(dir, 'nothing'),
    ]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') });
    const both = await explain(MESSAGE, ['--key-stdin', '--token-stdin']);
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be used with') });
  });

  test('says where no installation runs', async () => {
    const { code, stderr } = await gatehouse([
      'authz',
      'explain',
      '--data-dir',
      join(dir, 'other'),
      '--request',
      'x',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('no installation runs in');
  });
});
