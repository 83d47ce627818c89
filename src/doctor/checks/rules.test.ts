import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { look } from '../../../test/support/doctor.ts';
import { inspectionRulesCheck, limitRulesCheck } from './rules.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
}

test('rate limit rules are ok with their domains, wrong with the place of each mistake', async () => {
  const good = await file('good.yaml', 'domain: shop\n');
  expect(await look(limitRulesCheck, { set: [`ratelimit.files=[${good}]`] })).toMatchObject({ state: 'ok' });
  const bad = await file('bad.yaml', 'domain: shop\ndescriptors: no list\n');
  expect(await look(limitRulesCheck, { set: [`ratelimit.files=[${bad}]`] })).toEqual({
    state: 'wrong',
    detail: expect.stringContaining(`${bad}:2:`),
  });
});

test('inspection rules are ok as they ship, wrong with the place of a mistake', async () => {
  expect(await look(inspectionRulesCheck)).toEqual({ state: 'ok', detail: 'those that ship' });
  const bad = await file('inspection.yaml', 'rules: no list\n');
  expect(await look(inspectionRulesCheck, { set: [`inspection.rules=[${bad}]`] })).toEqual({
    state: 'wrong',
    detail: expect.stringContaining(bad),
  });
});
