import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureTlsFiles } from './tls-files.ts';

const DAY_MS = 86_400_000;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
});
afterEach(() => rm(dir, { recursive: true }));

test.each(['localhost', '127.0.0.1', '::1'])(
  'a client that trusts the authority connects to %s',
  async (host) => {
    const files = await ensureTlsFiles(dir, new Date());
    const server = createServer({ cert: await readFile(files.certFile), key: await readFile(files.keyFile) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const ca = await readFile(files.caFile);
    // The name that is checked is `host`; the connection itself goes to where the server listens.
    const client = connect({
      host: '127.0.0.1',
      port: address.port,
      ca,
      checkServerIdentity: (_, certificate) => {
        const problem =
          new X509Certificate(certificate.raw).checkHost(host) ??
          new X509Certificate(certificate.raw).checkIP(host);
        return problem === undefined ? new Error(`not for ${host}`) : undefined;
      },
    });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    client.destroy();
    server.close();
  },
);

test('only the owner can read the key', async () => {
  const { keyFile } = await ensureTlsFiles(dir, new Date());
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
});

test('a certificate with more than a month left is kept', async () => {
  const { certFile } = await ensureTlsFiles(dir, new Date());
  const first = await readFile(certFile, 'utf8');
  await ensureTlsFiles(dir, new Date(Date.now() + 360 * DAY_MS));
  expect(await readFile(certFile, 'utf8')).toBe(first);
});

test('a certificate with less than a month left is replaced by one that is good for longer', async () => {
  const { certFile } = await ensureTlsFiles(dir, new Date());
  const later = new Date(Date.now() + 380 * DAY_MS);
  await ensureTlsFiles(dir, later);
  const renewed = new X509Certificate(await readFile(certFile));
  expect(renewed.validToDate.getTime()).toBeGreaterThan(later.getTime() + 300 * DAY_MS);
});

test.each(['certFile', 'keyFile', 'caFile'] as const)('a damaged %s is made anew', async (which) => {
  const files = await ensureTlsFiles(dir, new Date());
  await writeFile(files[which], 'damaged');
  await ensureTlsFiles(dir, new Date());
  const certificate = new X509Certificate(await readFile(files.certFile));
  const authority = new X509Certificate(await readFile(files.caFile));
  expect(certificate.verify(authority.publicKey)).toBe(true);
});

test("a key that is not the certificate's is replaced", async () => {
  const files = await ensureTlsFiles(dir, new Date());
  const key = await readFile(files.keyFile, 'utf8');
  await rm(files.certFile);
  await ensureTlsFiles(dir, new Date());
  await writeFile(files.keyFile, key);
  await ensureTlsFiles(dir, new Date());
  expect(await readFile(files.keyFile, 'utf8')).not.toBe(key);
});
