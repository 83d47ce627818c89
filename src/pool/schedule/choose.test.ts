import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, chooseWorker, mayServe, type Need, type ReusePolicy } from './choose.ts';

const clients = ['a', 'b', 'c'];
const jobClient = fc.record({ tenant: fc.constantFrom('t', 'u'), client: fc.constantFrom(...clients) });
const opening = fc.constantFrom({}, { appendSystemPrompt: 's' }, { jsonSchema: { type: 'object' } });
const maxTurns = fc.constantFrom(1, 30);
const candidate = fc
  .record({
    maxTurns,
    keepsSession: fc.boolean(),
    opening: fc.option(opening, { nil: undefined }),
    served: fc.option(jobClient, { nil: undefined }),
  })
  // One that has run a job has been opened for it.
  .map((worker): Candidate => (worker.served ? { ...worker, opening: worker.opening ?? {} } : worker));
const need: fc.Arbitrary<Need> = fc.record({
  owner: jobClient,
  maxTurns,
  keepsSession: fc.boolean(),
  opening,
  hasWorkspace: fc.boolean(),
});
const reuse = fc.constantFrom<ReusePolicy>('never', 'client', 'tenant');

describe('whatever waits and whatever a job needs', () => {
  test('no worker runs a job of a client that the policy keeps apart from those it has served', () => {
    fc.assert(
      fc.property(fc.array(candidate), need, reuse, (waiting, job, policy) => {
        const served = chooseWorker(waiting, job, policy)?.served;
        if (served === undefined) return;
        expect(policy).not.toBe('never');
        expect(served.tenant).toBe(job.owner.tenant);
        if (policy === 'client') expect(served.client).toBe(job.owner.client);
      }),
    );
  });

  test('one that is chosen can do what the job needs', () => {
    fc.assert(
      fc.property(fc.array(candidate), need, reuse, (waiting, job, policy) => {
        const chosen = chooseWorker(waiting, job, policy);
        if (chosen === undefined) return;
        expect(chosen.maxTurns).toBe(job.maxTurns);
        expect(chosen.keepsSession).toBe(job.keepsSession);
        if (chosen.opening !== undefined) expect(chosen.opening).toEqual(job.opening);
        if (job.hasWorkspace) expect(chosen.served).toBeDefined();
      }),
    );
  });

  test('one is chosen where any fits', () => {
    fc.assert(
      fc.property(fc.array(candidate), need, reuse, (waiting, job, policy) => {
        const fits = waiting.some((worker) => chooseWorker([worker], job, policy) !== undefined);
        expect(chooseWorker(waiting, job, policy) !== undefined).toBe(fits);
      }),
    );
  });
});

test('a used worker of the client comes first, then an opened one, then one that is only started', () => {
  const owner = { tenant: 't', client: 'a' };
  const job = { owner, maxTurns: 30, keepsSession: false, opening: {}, hasWorkspace: false };
  const started = { maxTurns: 30, keepsSession: false, opening: undefined, served: undefined };
  const opened = { ...started, opening: {} };
  const used = { ...opened, served: owner };
  expect(chooseWorker([started, opened, used], job, 'client')).toBe(used);
  expect(chooseWorker([started, opened, used], job, 'never')).toBe(opened);
  expect(chooseWorker([started], job, 'never')).toBe(started);
});

test('nobody is served after another tenant, whatever the policy', () => {
  fc.assert(
    fc.property(jobClient, jobClient, reuse, (served, owner, policy) => {
      if (served.tenant !== owner.tenant) expect(mayServe(served, owner, policy)).toBe(false);
    }),
  );
});
