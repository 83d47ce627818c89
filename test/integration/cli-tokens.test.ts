import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDevelopmentKey } from '../../src/authz/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { type CommandResult, gatehouse, temporaryFolder } from '../support/installation.ts';
import { serveKeys, startTestServer } from '../support/issuer.ts';
import { claimsOf, ecSigner, signToken } from '../support/json-web-token.ts';

let dir: string;
let config: string;
beforeAll(async () => {
  dir = await temporaryFolder();
  await writeFile(join(dir, 'development.pem'), generateDevelopmentKey(), { mode: 0o600 });
  config = join(dir, 'gatehouse.yaml');
  await writeFile(config, 'identity: {jwt: {development: {mode: on, keyFile: development.pem}}}\n');
});
afterAll(() => rm(dir, { recursive: true }));

const tokens = (...args: string[]) => gatehouse(['tokens', ...args, '--config', config]);
const mint = async (...args: string[]) => JSON.parse((await tokens('mint', '--json', ...args)).stdout);

/** `gatehouse tokens inspect` with the token on standard input. */
async function inspect(token: string, ...args: string[]): Promise<CommandResult> {
  const child = spawn(join(ROOT, 'bin/gatehouse'), ['tokens', 'inspect', '--config', config, ...args]);
  child.stdin.end(token);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, stdout, stderr };
}

const inspected = async (token: string, ...args: string[]) =>
  JSON.parse((await inspect(token, '--json', ...args)).stdout);

describe('tokens mint', () => {
  test('prints a token with the claims of the public guide, and nothing else, on standard output', async () => {
    const { code, stdout, stderr } = await tokens(
      ...['mint', '--sub', 'user-789', '--tenant', 'acme', '--tier', 'pro', '--email', 'jane@example.com'],
      ...['--roles', 'claude-code-user,operator', '--scope', 'read write', '--max-tokens', '4000'],
      ...['--skills', 'tdd,pdf', '--models', 'opus', '--ttl', '4h'],
    );
    expect(code).toBe(0);
    const token = stdout.trim();
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'JWT' });
    const { iat = 0, exp = 0, jti, ...claims } = decodeJwt(token);
    expect(exp - iat).toBe(4 * 3600);
    expect(claims).toEqual({
      iss: 'gatehouse-development',
      aud: 'gatehouse',
      sub: 'user-789',
      tenant: 'acme',
      email: 'jane@example.com',
      roles: ['claude-code-user', 'operator'],
      scope: 'read write',
      permissions: {
        max_tokens_per_request: 4000,
        allowed_skills: ['tdd', 'pdf'],
        allowed_models: ['opus'],
        rate_limit_tier: 'pro',
      },
    });
    expect(stderr).toBe(`Token ${jti} for user-789, good until ${new Date(exp * 1000).toISOString()}.\n`);
  });

  test('prints JSON with what others need of it', async () => {
    const minted = await mint('--sub', 'auth0|abc');
    expect(minted).toEqual({
      token: expect.any(String),
      client: expect.stringMatching(/^auth0-abc[.][0-9a-v]{26}$/),
      jti: minted.claims.jti,
      expiresAt: new Date(minted.claims.exp * 1000).toISOString(),
      claims: expect.objectContaining({ sub: 'auth0|abc' }),
    });
  });

  test.each([
    [['--tier', 'platinum'], 'There is no tier "platinum": use free, '],
    [['--ttl', '25h'], '--ttl must be 1s to 24h.'],
    [['--ttl', 'soon'], '--ttl soon: expected a duration'],
    [['--sub', ''], '--sub must have 1 to 255 characters.'],
    [['--max-tokens', '0'], 'expected a whole number from 1.'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await tokens('mint', '--sub', 'user-789', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test.each([
    ['off', 'The development issuer is off here'],
    ['auto', 'The development issuer is off here'],
    ['on', 'identity.jwt.development.keyFile is not set'],
  ])('without an installation and with mode %s says what is missing', async (mode, message) => {
    const set = ['--set', `identity.jwt.development.mode=${mode}`];
    const { code, stderr } = await gatehouse(['tokens', 'mint', '--sub', 'a', '--data-dir', dir, ...set]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test.each([
    ['is not there', undefined, 'cannot be read (ENOENT)'],
    ['holds something else', 'something else', 'cannot be read'],
  ])('says so when the key file %s', async (_, content, message) => {
    const file = join(dir, `key-${content === undefined}.pem`);
    if (content !== undefined) await writeFile(file, content);
    const { code, stderr } = await tokens(
      'mint',
      '--sub',
      'a',
      '--set',
      `identity.jwt.development.keyFile=${file}`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`identity.jwt.development.keyFile names ${file}`);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('something else');
  });
});

describe('tokens inspect', () => {
  test('tells each check of a token that counts, and exits with 0', async () => {
    const { token } = await mint('--sub', 'user-789', '--tier', 'pro');
    const { code, stdout, stderr } = await inspect(`Bearer ${token}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const check of [
      'form',
      'issuer',
      'header',
      'signature',
      'type',
      'audience',
      'time',
      'claims',
      'tier',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ok +${check} `, 'm'));
    }
    expect(stdout).toContain('"client": "user-789"');
    expect(stdout).toContain('The token counts.');
    expect(stdout).not.toContain(token);
  });

  test('reads a token from a file, and as argument', async () => {
    const { token } = await mint('--sub', 'user-789');
    await writeFile(join(dir, 'token'), token);
    expect((await tokens('inspect', '--file', join(dir, 'token'))).code).toBe(0);
    expect((await tokens('inspect', token)).code).toBe(0);
    expect((await tokens('inspect', token, '--file', join(dir, 'token'))).stderr).toContain('once');
  });

  test('tells every check that fails, not only the first', async () => {
    const { token } = await mint('--sub', 'user-789', '--aud', 'other');
    const [header, , signature] = token.split('.');
    const claims = { ...decodeJwt(token), sub: 7, exp: 1 };
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    const { counts, reason, checks } = await inspected(forged);
    expect({ counts, reason }).toEqual({ counts: false, reason: 'token_signature' });
    const outcomes = Object.fromEntries(
      checks.map(({ check, outcome }: { check: string; outcome: string }) => [check, outcome]),
    );
    expect(outcomes).toEqual({
      form: 'ok',
      issuer: 'ok',
      header: 'ok',
      signature: 'failed',
      type: 'ok',
      audience: 'failed',
      time: 'failed',
      binding: 'ok',
      jti: 'ok',
      claims: 'failed',
    });
    expect((await inspect(forged)).code).toBe(1);
  });

  test('fetches the keys of the one issuer, and says when they are not to be had', async () => {
    const key = ecSigner('one');
    const server = await startTestServer(serveKeys(key.jwk));
    const issuer = (name: string) => ({
      issuer: `https://${name}.example`,
      audiences: ['gatehouse'],
      algorithms: ['ES256'],
      jwksUri: `${server.url}/${name}`,
    });
    const set = ['--set', `identity.jwt.issuers=${JSON.stringify([issuer('a'), issuer('b')])}`];
    const token = signToken(key, claimsOf('https://a.example'));
    expect(await inspected(token, ...set)).toMatchObject({ counts: true, principal: { client: 'user-789' } });
    expect(server.requests).toEqual(['/a']);
    await server.stop();
    const { counts, reason, checks } = await inspected(token, ...set);
    expect({ counts, reason }).toEqual({ reason: 'issuer_unavailable' });
    expect(checks).toContainEqual(expect.objectContaining({ check: 'signature', outcome: 'unknown' }));
  });

  test.each([
    [
      'an issuer that is not configured',
      signToken(ecSigner(), claimsOf('https://other.example')),
      'token_issuer',
    ],
    ['duplicate members', signToken(ecSigner(), '{"iss":"a","iss":"b"}'), 'token_malformed'],
  ])('tells of %s', async (_, token, reason) => {
    expect(await inspected(token)).toMatchObject({ counts: false, reason });
  });

  test('says that a text is no token, without repeating it', async () => {
    const { code, stdout, stderr } = await inspect('a-secret-key');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('gatehouse: this is no JSON Web Token: it has not three parts with dots between.\n');
  });
});
