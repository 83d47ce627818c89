import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { until } from '../../../test/support/until.ts';
import { followFiles } from './file-rules.ts';
import { createLiveRules, type LoadResult } from './live-rules.ts';

async function follow(path: (folder: string) => string, prepare: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-follow-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await prepare(folder);
  const { logger, lines } = recordingLogger();
  const results: LoadResult[] = [];
  const live = createLiveRules({
    source: 'files',
    logger,
    onLoad: (result) => results.push(result),
    now: () => 1000,
  });
  const start = async (startWithoutRules = false) => {
    const watching = await followFiles({
      paths: [path(folder)],
      live,
      startWithoutRules,
      onError: (error) => expect.unreachable(String(error)),
      watch: { settleMs: 20, recheckMs: 3_600_000 },
    });
    onTestFinished(() => watching.close());
  };
  const domains = (expected: string[]) =>
    until(
      () => JSON.stringify(live.status().domains) === JSON.stringify(expected),
      `the domains are ${expected.join(', ')}`,
    );
  return { folder, live, lines, results, start, domains };
}

const rules = (domain: string) => `domain: ${domain}\n`;
const file = (folder: string) => join(folder, 'rules.yaml');
const single = (text: string) => (folder: string) => writeFile(file(folder), text);

/** At once: nobody sees the half of it. */
async function put(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('rules of a file are put into force again when', () => {
  it('the file is written', async () => {
    const { folder, start, domains } = await follow(file, single(rules('a')));
    await start();
    await domains(['a']);
    await writeFile(file(folder), rules('b'));
    await domains(['b']);
  });

  it('another file is renamed to it', async () => {
    const { folder, start, domains } = await follow(file, single(rules('a')));
    await start();
    await writeFile(join(folder, 'new'), rules('b'));
    await rename(join(folder, 'new'), file(folder));
    await domains(['b']);
    // And again: the file that is watched is another one now.
    await writeFile(join(folder, 'new'), rules('c'));
    await rename(join(folder, 'new'), file(folder));
    await domains(['c']);
  });

  it('a ConfigMap is updated by a swap of its ..data link', async () => {
    const version = async (folder: string, name: string, domain: string) => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'rules.yaml'), rules(domain));
      await symlink(name, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    const { folder, start, domains } = await follow(file, async (made) => {
      await version(made, '..2026_01', 'a');
      await symlink('..data/rules.yaml', file(made));
    });
    await start();
    for (const [name, domain] of [
      ['..2026_02', 'b'],
      ['..2026_03', 'c'],
    ] as const) {
      await version(folder, name, domain);
      await domains([domain]);
    }
  });

  it('a folder on its way is replaced by a swap of a link', async () => {
    const { folder, start, domains } = await follow(
      (made) => join(made, 'current/config'),
      async (made) => {
        for (const [name, domain] of [
          ['one', 'a'],
          ['two', 'b'],
        ] as const) {
          await mkdir(join(made, name, 'config'), { recursive: true });
          await writeFile(join(made, name, 'config/rules.yaml'), rules(domain));
        }
        await symlink('one', join(made, 'current'));
      },
    );
    await start();
    await domains(['a']);
    await symlink('two', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'current'));
    await domains(['b']);
    await writeFile(join(folder, 'two/config/rules.yaml'), rules('c'));
    await domains(['c']);
  });

  it('its folder is put aside and another one takes its name', async () => {
    const { folder, start, domains } = await follow(
      (made) => join(made, 'config/rules.yaml'),
      async (made) => {
        await mkdir(join(made, 'config'));
        await writeFile(join(made, 'config/rules.yaml'), rules('a'));
      },
    );
    await start();
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'new/rules.yaml'), rules('b'));
    await rename(join(folder, 'config'), join(folder, 'old'));
    await rename(join(folder, 'new'), join(folder, 'config'));
    await domains(['b']);
    await writeFile(join(folder, 'config/rules.yaml'), rules('c'));
    await domains(['c']);
  });
});

describe('rules of a folder are put into force again when', () => {
  it('a file comes and goes, at any depth', async () => {
    const { folder, start, domains } = await follow((made) => made, single(rules('a')));
    await start();
    await mkdir(join(folder, 'more'));
    await writeFile(join(folder, 'more/b.yaml'), rules('b'));
    await domains(['b', 'a']);
    await rm(join(folder, 'more'), { recursive: true });
    await domains(['a']);
  });
});

describe('a set that cannot be used', () => {
  it('leaves the one in force, and says so until a good one comes', async () => {
    const { folder, live, lines, results, start, domains } = await follow(file, single(rules('a')));
    await start();
    await put(file(folder), 'domain: b\ndescriptor: []\n');
    await until(() => live.status().refused !== undefined, 'the set is refused');
    expect(live.status()).toMatchObject({
      domains: ['a'],
      refused: { problems: [{ line: 2, column: 1, path: 'descriptor', code: 'unknown_key' }] },
      loads: { loaded: 1, refused: 1 },
    });
    expect(live.current()?.has('a')).toBe(true);
    expect(lines).toContainEqual({
      level: 'error',
      code: 'rules_refused',
      count: 1,
      reason: `${file(folder)}:2:1: descriptor: unknown key; did you mean "descriptors"?`,
      message: 'the rate limit rules cannot be used; those in force stay',
    });
    await put(file(folder), rules('c'));
    await domains(['c']);
    expect(live.status().refused).toBeUndefined();
    expect(results).toEqual(['loaded', 'refused', 'loaded']);
  });

  it('is said where a file is removed', async () => {
    const { folder, live, start } = await follow(file, single(rules('a')));
    await start();
    await rm(file(folder));
    await until(() => live.status().refused !== undefined, 'the set is refused');
    expect(live.status()).toMatchObject({
      domains: ['a'],
      refused: { problems: [{ code: 'unreadable_file' }] },
    });
  });

  it('ends the start, unless the service is to wait for a better one', async () => {
    const { folder, live, start, domains } = await follow(file, async () => {});
    await expect(start()).rejects.toThrow(`${file(folder)}: there is no such file or folder`);
    await start(true);
    expect(live.current()).toBeUndefined();
    await put(file(folder), rules('a'));
    await domains(['a']);
  });
});

it('a change that makes no difference loads nothing', async () => {
  const { folder, results, start, domains } = await follow((made) => made, single(rules('a')));
  await start();
  await writeFile(join(folder, 'notes.txt'), 'nothing');
  await put(file(folder), rules('a'));
  await put(join(folder, 'b.yaml'), rules('b'));
  await domains(['b', 'a']);
  expect(results).toEqual(['loaded', 'loaded']);
});
