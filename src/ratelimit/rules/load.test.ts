import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRules } from './load.ts';
import { matchRule } from './match.ts';
import { RulesError } from './problem.ts';

const SHIPPED = fileURLToPath(new URL('../../../config/ratelimit/gatehouse.yaml', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function files(...texts: string[]): Promise<string[]> {
  return Promise.all(
    texts.map(async (text, index) => {
      const file = join(folder, `${index}.yaml`);
      await writeFile(file, text);
      return file;
    }),
  );
}

describe('loading rules', () => {
  it('gives every domain of all files', async () => {
    const rules = await loadRules(await files('domain: a\n', 'domain: b\n'));
    expect([...rules.keys()]).toEqual(['a', 'b']);
  });

  it('tells what is wrong in all files at once', async () => {
    const paths = await files('domain: a\nx: 1\n', 'domain: a\n');
    const missing = join(folder, 'missing.yaml');
    const error = await loadRules([...paths, missing]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RulesError);
    expect(error).toMatchObject({
      message: [
        `${paths[0]}:2:1: x: unknown key`,
        `${missing}: there is no such file`,
        `${paths[1]}:1:9: domain: domain "a" is already defined in ${paths[0]}:1`,
      ].join('\n'),
    });
  });

  it('says why a file cannot be read', async () => {
    await expect(loadRules([folder])).rejects.toThrow(`${folder}: cannot be read (EISDIR)`);
  });
});

describe('the shipped rules', async () => {
  const tree = (await loadRules([SHIPPED])).get('gatehouse')?.tree;
  const ruleFor = (calls: string, tier: string, per: string) =>
    tree &&
    matchRule(
      tree,
      Object.entries({ calls, tier, per, tenant: 'default', client: 'service-a' }).map(([key, value]) => ({
        key,
        value,
      })),
    )?.rule;

  const tiers: [tier: string, perMinute: number, perHour: number][] = [
    ['free', 10, 100],
    ['pro', 60, 1000],
    ['enterprise', 300, 10_000],
  ];
  for (const [tier, perMinute, perHour] of tiers) {
    it(`allow ${tier} ${perMinute} submissions a minute and ${perHour} an hour, and ten times as many reads`, () => {
      const figures = (calls: string) => [ruleFor(calls, tier, 'minute'), ruleFor(calls, tier, 'hour')];
      const expected = (calls: string, factor: number) => [
        {
          name: `${tier}-${calls}-minute`,
          limits: [{ requests: perMinute * factor, unit: 'minute', unitMultiplier: 1, shadowMode: false }],
          denied: 'free',
        },
        {
          name: `${tier}-${calls}-hour`,
          limits: [{ requests: perHour * factor, unit: 'hour', unitMultiplier: 1, shadowMode: false }],
          denied: 'free',
        },
      ];
      expect(figures('submit')).toMatchObject(expected('submit', 1));
      expect(figures('read')).toMatchObject(expected('read', 10));
    });
  }

  it('limit a tier that they do not know like free', () => {
    expect(ruleFor('submit', 'gold', 'minute')?.name).toBe('free-submit-minute');
    expect(ruleFor('read', 'gold', 'hour')?.name).toBe('free-read-hour');
  });
});
