import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { gatehouse, temporaryFolder } from '../support/installation.ts';

let dir: string;
beforeEach(async () => {
  dir = await temporaryFolder();
});
afterEach(() => rm(dir, { recursive: true }));

const envoy = (...args: string[]) => gatehouse(['envoy', ...args, '--data-dir', dir]);

test('check has the real Envoy accept the configuration, with certificates that it makes once', async () => {
  expect(await envoy('check')).toEqual({
    code: 0,
    stdout: 'Envoy accepts the configuration.\n',
    stderr: '',
  });
  expect(await readdir(join(dir, 'tls'))).toEqual(['ca.crt', 'localhost.crt', 'localhost.key']);
  const key = join(dir, 'tls/localhost.key');
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  const made = await readFile(key, 'utf8');
  expect(await envoy('check', '--json')).toEqual({ code: 0, stdout: '{"ok":true}\n', stderr: '' });
  expect(await readFile(key, 'utf8')).toBe(made);
});

test('check makes no certificates where the configuration names them, and exits with 1 where those are no good', async () => {
  const [certFile, keyFile] = [join(dir, 'mine.crt'), join(dir, 'mine.key')];
  await writeFile(certFile, 'no certificate');
  await writeFile(keyFile, 'no key');
  const set = ['--set', `envoy.tls.certFile=${certFile}`, '--set', `envoy.tls.keyFile=${keyFile}`];
  const { code, stdout, stderr } = await envoy('check', ...set);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^Envoy refuses the configuration:\n/);
  expect(stderr).toContain(certFile);
  expect(await readdir(dir)).toEqual(['mine.crt', 'mine.key']);

  const json = await envoy('check', '--json', ...set);
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(json.stdout)).toEqual({ ok: false, message: expect.stringContaining(certFile) });
});

test('check without an Envoy says how to get one', async () => {
  const { code, stderr } = await envoy('check', '--set', 'envoy.path=/nowhere/envoy');
  expect(code).toBe(1);
  expect(stderr).toContain("envoy was not found at /nowhere/envoy: run 'make setup'");
});

test('render prints what Envoy is started with, and nothing else', async () => {
  const { code, stdout, stderr } = await envoy('render', '--set', 'listen.envoyHttp=127.0.0.1:18080');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { static_resources, admin } = parse(stdout, { maxAliasCount: -1 }) as {
    static_resources: { listeners: { address: object }[] };
    admin: object;
  };
  expect(admin).toMatchObject({ address: { socket_address: { port_value: 9901 } } });
  expect(static_resources.listeners.map(({ address }) => address)).toContainEqual({
    socket_address: { address: '127.0.0.1', port_value: 18080 },
  });
  expect(stdout).toContain(join(dir, 'tls/localhost.crt'));
  expect(stdout.includes('"${')).toBe(false);
});

test('render --dir writes what Envoy reads into a folder, and prints the file to start it with', async () => {
  await writeFile(join(dir, 'ca.pem'), 'for Envoy to read');
  const folder = join(dir, 'for/envoy');
  const mtls = `identity.mtls.caFile=${join(dir, 'ca.pem')}`;
  const { code, stdout, stderr } = await envoy('render', '--dir', folder, '--set', mtls);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `${join(folder, 'envoy.yaml')}\n`,
    stderr: '',
  });
  expect((await readdir(folder)).sort()).toEqual(['client-authorities.yaml', 'envoy.yaml']);
  expect(await readFile(join(folder, 'envoy.yaml'), 'utf8')).toContain(
    join(folder, 'client-authorities.yaml'),
  );
  expect(await readFile(join(folder, 'client-authorities.yaml'), 'utf8')).toContain(join(dir, 'ca.pem'));
});
