import { expect, test } from 'vitest';
import type { Overview, SourceState } from '../../contract.ts';
import { missingSentence, stateSentence } from './sentences.ts';

const source = (name: SourceState['source'], state: SourceState['state'], reason: string | null = null) => ({
  ...{ source: name, state, reason, since: '2026-01-01T00:00:00.000Z', readAt: null },
});

test('all is well in one sentence', () => {
  const overview = { sources: [source('envoy', 'ok')], firing: [], figures: { runningJobs: 2 } };
  expect(stateSentence(overview as unknown as Overview)).toBe(
    'Every part answers, no alert fires, 2 jobs running.',
  );
});

test('what does not answer is named, with what is missing because of it', () => {
  const sources = [source('envoy', 'ok'), source('redis', 'down', 'ECONNREFUSED'), source('worker', 'down')];
  expect(missingSentence({ sources })).toBe(
    'Redis does not answer (ECONNREFUSED). Missing: queue, jobs, budgets and limits. ' +
      'The workers do not answer. Missing: workers, tokens and cost.',
  );
  expect(missingSentence({ sources: [source('api', 'pending')] })).toBe('');
});
