import { expect, test } from 'vitest';
import { matchPath } from './match-path.ts';

test.each([
  ['/jobs/:id', '/jobs/17c2', { id: '17c2' }],
  ['/clients/:tenant/:client', '/clients/default/a%2Fb%20c', { tenant: 'default', client: 'a/b c' }],
  ['/jobs', '/jobs', {}],
  ['/', '/', {}],
  ['/jobs', '/clients', undefined],
  ['/jobs/:id', '/jobs', undefined],
  ['/jobs/:id', '/jobs/1/2', undefined],
  ['/jobs/:id', '/jobs/%', { id: '%' }],
])('%s and %s', (pattern, path, params) => expect(matchPath(pattern, path)).toEqual(params));
