import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { formatConfig, writeResolvedConfig } from './resolved-config.ts';

test('what is written is what loadConfig reads back', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
  const file = join(dir, 'gatehouse.yaml');
  const config = loadConfig({
    set: [
      'listen.api=[::1]:9',
      'jobs.backoff=1500ms',
      'jobs.retention=36h',
      'redis.url=unix:///tmp/a%20b.sock',
      'redis.keyPrefix=1',
      'tiers={ms: {description: x}, bytes: {}}',
      'ratelimit.files=[a.yaml, b.yaml]',
      'identity.jwt.issuers=[{issuer: a, audiences: [b], algorithms: [RS256], pemFile: c.pem, maxAge: 4h, claims: {tenant: a.b}}]',
      'identity.introspection={endpoint: "https://a", clientId: b, clientSecretFile: c, audiences: any}',
    ],
    dataDir: dir,
    cwd: dir,
  });
  await writeResolvedConfig(file, config);
  expect(loadConfig({ file, dataDir: dir, cwd: '/' })).toEqual(config);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain('retention: 36h');
  await rm(dir, { recursive: true });
});

test('any duration and size survives', () => {
  const sizes = fc.integer({ min: 2 ** 10, max: 2 ** 30 });
  const base = loadConfig({ dataDir: '/d', cwd: '/' });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), sizes, (ms, bytes) => {
      const text = formatConfig({
        ...base,
        jobs: { ...base.jobs, retention: { ms } },
        envoy: { ...base.envoy, maxBody: { bytes } },
      });
      const duration = /^ {2}retention: (\S+)$/m.exec(text)?.[1];
      const size = /^ {2}maxBody: (\S+)$/m.exec(text)?.[1];
      const read = loadConfig({
        set: [`jobs.retention=${duration}`, `envoy.maxBody=${size}`],
        dataDir: '/d',
        cwd: '/',
      });
      expect([read.jobs.retention.ms, read.envoy.maxBody.bytes]).toEqual([ms, bytes]);
    }),
    { numRuns: 50 },
  );
});
