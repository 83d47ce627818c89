import { afterEach, expect, it } from 'vitest';
import { modelSettings } from '../../../test/support/model-settings.ts';
import { requestPolicy } from './check-request.ts';
import { createRequestChecker, type RequestChecker } from './request-checker.ts';

let checker: RequestChecker | undefined;
afterEach(() => checker?.close());

const JOB = { model: 'sonnet', tier: 'free', permissions: {}, onUsage() {} };

function request(model: string, characters: number): Uint8Array {
  const messages = [{ role: 'user', content: 'x'.repeat(characters) }];
  return Buffer.from(JSON.stringify({ model, max_tokens: 1, messages }));
}

it('a small request is checked at once', () => {
  checker = createRequestChecker(requestPolicy(modelSettings()));
  expect(checker.check(request('claude-sonnet-5-5', 10), 'messages', JOB)).toMatchObject({ kind: 'passed' });
});

it('a large request is checked by the same rules, and holds nobody up', async () => {
  checker = createRequestChecker(requestPolicy(modelSettings({ tierModels: { free: { '*': 'ours' } } })));
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const size = 24 * 2 ** 20;
  const passed = await checker.check(request('claude-sonnet-5-5', size), 'messages', JOB);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
  expect(passed).toMatchObject({ kind: 'passed', request: { model: 'ours', streams: false } });
  if (passed.kind === 'passed') expect(passed.request.members.length).toBeGreaterThan(size);
  const refused = await checker.check(request('claude-opus-5-5', size), 'messages', JOB);
  expect(refused).toMatchObject({ kind: 'refused', refusal: { reason: 'model_not_allowed' } });
});
