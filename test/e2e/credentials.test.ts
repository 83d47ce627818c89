import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, newClient } from '../support/client.ts';
import { type Installation, startInstallation } from '../support/installation.ts';

let up: Installation;
let client: Client;
beforeAll(async () => {
  up = await startInstallation();
  client = newClient(up.url);
});
afterAll(async () => {
  await client?.close();
  await up?.close();
});

const PROMPT = { prompt: 'a prompt that nobody may log: heliotrope-7311' };

describe('a request', () => {
  it('without a key is 401 Invalid or missing API key', async () => {
    const answer = await client.send('/claude/invoke', { body: PROMPT });
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['www-authenticate']).toBeDefined();
    expect(answer.json()).toMatchObject({
      error: 'Invalid or missing API key',
      code: 'invalid_api_key',
      requestId: answer.headers['x-request-id'],
    });
  });

  it('with a key that was never given out is 401', async () => {
    const other = await startInstallation();
    try {
      const answer = await client.send('/claude/invoke', { key: other.apiKey, body: PROMPT });
      expect(answer.status).toBe(401);
      expect(answer.json().code).toBe('invalid_api_key');
    } finally {
      await other.close();
    }
  });

  it('with a key whose checksum is wrong is 401', async () => {
    const typo = `${up.apiKey.slice(0, -1)}${up.apiKey.endsWith('0') ? '1' : '0'}`;
    const answer = await client.send('/claude/invoke', { key: typo, body: PROMPT });
    expect(answer.status).toBe(401);
    expect(await up.logs()).toContain('bad_checksum');
  });

  it('with a token of the development issuer is answered, and one for somebody else is not', async () => {
    const mint = async (...args: string[]) => {
      const { code, stdout } = await up.gatehouse(
        'tokens',
        'mint',
        '--sub',
        'user-789',
        '--tier',
        'pro',
        ...args,
      );
      expect(code).toBe(0);
      return stdout.trim();
    };
    const send = (token: string) =>
      client.send('/claude/invoke', { headers: { authorization: `Bearer ${token}` }, body: PROMPT });
    const token = await mint();
    expect((await send(token)).status).toBe(202);
    const refused = await send(await mint('--aud', 'somebody-else'));
    expect(refused.status).toBe(401);
    expect(refused.json().code).toBe('invalid_api_key');
    const logs = await up.logs();
    expect(logs).toContain('token_audience');
    expect(logs).not.toContain(token);
  });

  it('with two different credentials is 401, though each of them is good', async () => {
    const second = await up.createKey('service-a', 'pro');
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { authorization: `Bearer ${second}` },
      body: PROMPT,
    });
    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe('ambiguous_credentials');
  });

  it('with the same credential twice is one credential', async () => {
    const answer = await client.send('/claude/invoke', {
      key: up.apiKey,
      headers: { authorization: `Bearer ${up.apiKey}` },
      body: PROMPT,
    });
    expect(answer.status).toBe(202);
  });

  it('with an identity that the caller made up is judged by its key alone', async () => {
    const forged = {
      'x-client-id': 'admin',
      'x-gatehouse-assertion': 'forged',
      'x-user-id': 'admin',
      'x-tenant-id': 'other',
    };
    const without = await client.send('/claude/invoke', { headers: forged, body: PROMPT });
    expect(without.status).toBe(401);
    const accepted = await client.send('/claude/invoke', { key: up.apiKey, headers: forged, body: PROMPT });
    expect(accepted.status).toBe(202);
    const mine = await client.send(String(accepted.json().statusUrl), { key: up.apiKey });
    expect(mine.status).toBe(200);
  });
});

describe('a key', () => {
  it('works as soon as it is created and no longer once it is revoked', async () => {
    const created = await up.gatehouse('keys', 'create', '--client', 'service-a', '--tier', 'pro', '--json');
    const { id, key } = JSON.parse(created.stdout) as { id: string; key: string };
    expect(key).toMatch(/^gatehouse_[0-9A-Za-z]{49}$/);
    const before = await client.send('/claude/invoke', { key, body: PROMPT });
    expect(before.status).toBe(202);

    const listed = await up.gatehouse('keys', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ id, client: 'service-a', tier: 'pro' }),
    );
    expect(listed.stdout).not.toContain(key);

    expect((await up.gatehouse('keys', 'revoke', id)).code).toBe(0);
    const after = await client.send('/claude/invoke', { key, body: PROMPT });
    expect(after.status).toBe(401);
  });

  it('for a tier that does not exist is refused with the tiers that do', async () => {
    const { code, stderr } = await up.gatehouse('keys', 'create', '--client', 'service-a', '--tier', 'gold');
    expect(code).toBe(1);
    expect(stderr).toContain('free, standard, pro, team, enterprise');
  });

  it('that does not exist cannot be revoked', async () => {
    const { code, stderr } = await up.gatehouse('keys', 'revoke', 'key_nonsense');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no key key_nonsense');
  });
});

describe('the api port', () => {
  it('refuses a request that did not come through Envoy, even with a good key', async () => {
    const response = await request(`http://${up.listen.api}/claude/invoke`, {
      method: 'POST',
      headers: { 'x-api-key': up.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(PROMPT),
    });
    expect(response.statusCode).toBe(403);
    expect(await response.body.json()).toMatchObject({ code: 'assertion_required' });
  });
});

it('no log line and no file of the installation holds a key or a prompt', async () => {
  await client.send('/claude/invoke', { key: up.apiKey, headers: { prefer: 'wait=30' }, body: PROMPT });
  const logs = await up.logs();
  expect(logs).toContain('/claude/invoke');
  expect(logs).not.toContain(up.apiKey);
  expect(logs).not.toContain('heliotrope-7311');
  expect(up.stderr()).not.toContain(up.apiKey);
});
