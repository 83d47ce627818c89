import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import { FigureHistory } from './history.ts';

test.each([
  ['', 16, 60],
  ['?series=queueDepth,requestsPerS&minutes=5', 2, 5],
])('%s gives %i series', async (query, count, minutes) => {
  const asked: unknown[] = [];
  const history = new FigureHistory(10_000);
  const of = history.of.bind(history);
  history.of = (names, back) => {
    asked.push([names.length, back]);
    return of(names, back);
  };
  const answer = await startTestAdmin({ collector: { history } }).call(`/api/history${query}`, {
    token: VIEWER_TOKEN,
  });
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.json().series as object)).toHaveLength(count);
  expect(asked).toEqual([[count, minutes]]);
});
