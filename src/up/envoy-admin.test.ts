import { expect, test } from 'vitest';
import { sumActiveRequests } from './envoy-admin.ts';

test("requests of every listener count, the admin interface's own do not", () => {
  const stats = [
    'http.admin.downstream_rq_active: 1',
    'http.ingress.downstream_rq_active: 3',
    'http.in.ner.downstream_rq_active: 4',
    'listener.127.0.0.1_8080.http.ingress.downstream_rq_active: 9',
    'http.ingress.downstream_rq_active_overflow: 9',
  ].join('\n');
  expect(sumActiveRequests(stats)).toBe(7);
});
