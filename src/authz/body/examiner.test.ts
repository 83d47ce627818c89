import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { INSPECTION_POLICY } from '../../../test/support/inspection-policy.ts';
import { compileRuleBook } from '../../inspect/index.ts';
import type { RulesInForce } from '../inspection/live-rules.ts';
import type { BodyRules, SubmittedBody } from './examine.ts';
import { type BodyExaminer, type BodyExaminerOptions, createBodyExaminer, INLINE_BYTES } from './examiner.ts';

const RULES: BodyRules = {
  maxPromptCharacters: 50_000,
  contentEncodings: ['gzip'],
  inflation: { maxBytes: 20 * 2 ** 20, maxRatio: 2_000 },
};
const never = { signal: new AbortController().signal };

let errors: unknown[] = [];
const opened: BodyExaminer[] = [];
function examinerWith(options: Partial<BodyExaminerOptions> = {}): BodyExaminer {
  const examiner = createBodyExaminer({
    rules: RULES,
    threads: 1,
    onError: (error) => errors.push(error),
    ...options,
  });
  opened.push(examiner);
  return examiner;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((examiner) => examiner.close()));
  errors = [];
});

function submission(bytes: Uint8Array, rest: Partial<SubmittedBody> = {}): SubmittedBody {
  return {
    bytes,
    isPartial: false,
    contentType: 'application/json',
    contentEncoding: undefined,
    repository: undefined,
    branch: undefined,
    inspection: INSPECTION_POLICY,
    ...rest,
  };
}
const small = () => Buffer.from('{"prompt":"hi"}');
/** A body of about so many bytes. */
const large = (bytes: number, prompt = 'hi') =>
  Buffer.from(JSON.stringify({ prompt, context: { notes: 'a'.repeat(bytes) } }));

test('a body of up to 256 KiB is examined at once', () => {
  const examination = examinerWith().examine(submission(Buffer.alloc(INLINE_BYTES, ' ')), never);
  expect(examination).toMatchObject({ kind: 'unreadable', code: 'invalid_json' });
});

test('a larger one is examined on a thread, with the same outcome, and moved there without a copy', async () => {
  const examiner = examinerWith();
  const bytes = large(INLINE_BYTES, '[INST]');
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(bytes).digest('base64url');
  const examination = examiner.examine(submission(bytes), never);
  expect(examination).toBeInstanceOf(Promise);
  expect(bytes.buffer.detached).toBe(true);
  expect(await examination).toEqual({
    kind: 'readable',
    sha256,
    fields: {},
    inspection: {
      policy: { name: 'default', shadow: false },
      verdict: 'reject',
      score: expect.any(Number),
      reasonClass: 'role_marker',
      findings: [{ field: 'prompt', rule: 'inst-token' }],
    },
  });
});

test('a buffer that holds much else is copied, not moved', async () => {
  const bytes = large(INLINE_BYTES);
  const shared = Buffer.concat([bytes, Buffer.alloc(2 * 2 ** 20)]);
  const examination = examinerWith().examine(submission(shared.subarray(0, bytes.length)), never);
  expect(shared.buffer.detached).toBe(false);
  expect(await examination).toMatchObject({ kind: 'readable' });
});

test('a coded body goes to a thread, however small it looks', async () => {
  const bytes = gzipSync(large(15 * 2 ** 20));
  expect(bytes.length).toBeLessThan(INLINE_BYTES);
  const examination = examinerWith().examine(submission(bytes, { contentEncoding: 'gzip' }), never);
  expect(examination).toBeInstanceOf(Promise);
  expect(await examination).toMatchObject({ kind: 'readable' });
});

test('a small body that comes during one of 10 MiB is answered first', async () => {
  const examiner = examinerWith();
  await examiner.examine(submission(large(INLINE_BYTES)), never); // The thread is there now.
  const answered: string[] = [];
  const slow = Promise.resolve(examiner.examine(submission(large(10 * 2 ** 20)), never)).then((examination) =>
    answered.push(`large ${examination.kind}`),
  );
  // A turn of the event loop, in which it would be examined were it not for the thread.
  await new Promise((resolve) => setImmediate(resolve));
  const quick = Promise.resolve(examiner.examine(submission(small()), never)).then((examination) =>
    answered.push(`small ${examination.kind}`),
  );
  await Promise.all([slow, quick]);
  expect(answered).toEqual(['small readable', 'large readable']);
});

describe('a large body is not examined', () => {
  test('when as many wait as may', async () => {
    const examiner = examinerWith({ maxQueued: 1 });
    const kinds = await Promise.all(
      Array.from({ length: 4 }, () => examiner.examine(submission(large(4 * 2 ** 20)), never)),
    );
    const refused = kinds.filter(({ kind }) => kind === 'unexamined');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toEqual({ kind: 'unexamined', reason: 'too_many_large_bodies' });
    expect(kinds[0]).toMatchObject({ kind: 'readable' });
    expect(errors).toEqual([]);
  });

  test('when its caller gave up before', async () => {
    const reason = new Error('gave up');
    const examination = examinerWith().examine(submission(large(INLINE_BYTES)), {
      signal: AbortSignal.abort(reason),
    });
    await expect(examination).rejects.toBe(reason);
  });

  test('any more when its caller gives up meanwhile; the next one is', async () => {
    const examiner = examinerWith();
    const running = examiner.examine(submission(large(4 * 2 ** 20)), never);
    const caller = new AbortController();
    const waiting = examiner.examine(submission(large(4 * 2 ** 20)), caller);
    const reason = new Error('gave up');
    caller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(await running).toMatchObject({ kind: 'readable' });
    expect(await examiner.examine(submission(large(INLINE_BYTES)), never)).toMatchObject({
      kind: 'readable',
    });
  });

  test.each([
    ['throws', '{"prompt":"throw"}', 'thread: throw'],
    ['ends', '{"prompt":"exit"}', 'exit'],
  ])('when the thread %s over it; the next one is, and the operator is told', async (_, start, told) => {
    const thread = new URL('../../../test/support/breaking-examiner-thread.ts', import.meta.url);
    const examiner = examinerWith({ thread });
    const bytes = Buffer.concat([Buffer.from(start), Buffer.alloc(INLINE_BYTES, ' ')]);
    expect(await examiner.examine(submission(bytes), never)).toEqual({
      kind: 'unexamined',
      reason: 'examiner_crashed',
    });
    expect(String(errors[0])).toContain(told);
    expect(await examiner.examine(submission(large(INLINE_BYTES)), never)).toMatchObject({
      kind: 'readable',
    });
  });
});

test('a thread holds a body to the rules that were in force when it came', async () => {
  const rules = (version: number, word: string): RulesInForce => {
    const text = `rules: [{ name: own, class: other, pattern: ${word}, weight: 1, examples: { match: [${word}] } }]`;
    const own = { texts: [{ file: 'own.yaml', text }], allow: [] };
    return { version, own, book: compileRuleBook(own) };
  };
  let inForce = rules(1, 'nightingale');
  const examiner = examinerWith({ inspectionRules: () => inForce });
  const verdictOn = async (prompt: string) => {
    const examination = await examiner.examine(submission(large(INLINE_BYTES, prompt)), never);
    return examination.kind === 'readable' && examination.inspection?.verdict;
  };
  expect(await verdictOn('Project Nightingale')).toBe('reject');
  inForce = rules(2, 'albatross');
  expect(await verdictOn('Project Nightingale')).toBe('allow');
  expect(await verdictOn('Project Albatross')).toBe('reject');
});
