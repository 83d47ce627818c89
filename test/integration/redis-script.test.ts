import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { bindScript, connected, openRedis, type RedisScript } from '../../src/redis/index.ts';
import { startTestRedis } from '../support/redis.ts';

async function echo(keys: string[], args: (string | number)[]): Promise<unknown[]> {
  const script = await echoScript();
  // The first call sends the script's text, the second one its digest alone.
  return [await script(keys, args), await script(keys, args)];
}

async function echoScript(): Promise<RedisScript> {
  const server = await startTestRedis({ appendOnly: false });
  onTestFinished(server.close);
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-script-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'echo.lua');
  await writeFile(file, 'return { KEYS, ARGV }');
  const redis = openRedis(server.address, 'test-script');
  onTestFinished(() => redis.disconnect());
  await connected(redis, 10_000);
  return bindScript(redis, pathToFileURL(file));
}

it('a script gets its keys and arguments as they are, in any script and with any bytes', async () => {
  const keys = ['plain', 'größe', '大きい 🙂', ''];
  const args = ['', 'two\r\nlines', '\u0000', 'ä'.repeat(10_000), 'x'.repeat(100_000)];
  expect(await echo(keys, args)).toEqual([
    [keys, args],
    [keys, args],
  ]);
});

it('a script may have no keys, and numbers for arguments', async () => {
  const told = [[], ['0', '-1', '1.5', '9007199254740991']];
  expect(await echo([], [0, -1, 1.5, Number.MAX_SAFE_INTEGER])).toEqual([told, told]);
});

it('a script that was answered leaves no timer behind', async () => {
  const script = await echoScript();
  await script([], []);
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  for (let call = 0; call < 20; call += 1) await script([], []);
  expect(timers()).toBeLessThan(before + 20);
});
