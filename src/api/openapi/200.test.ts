import { expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { app } = startTestApi(createMemoryJobStore(), 'jobs.timeout=1m', 'jobs.maxTimeout=2m');
const document = async () => (await app.inject('/openapi.json')).json();

test('every path is described', async () => {
  const { openapi, info, paths } = await document();
  expect({ openapi, title: info.title }).toEqual({ openapi: '3.1.0', title: 'Claude Code API' });
  expect(Object.keys(paths)).toEqual([
    '/claude/invoke',
    '/claude/stream',
    '/claude/status/{jobId}',
    '/claude/jobs',
    '/claude/jobs/{jobId}',
    '/claude/jobs/{jobId}/artifacts',
    '/claude/jobs/{jobId}/artifacts/{path}',
    '/claude/jobs/{jobId}/events',
    '/claude/sessions/{session}',
    '/health',
    '/ready',
    '/openapi.json',
  ]);
});

test('the request is described by the schema that checks it, with the configured limits', async () => {
  const { paths, components } = await document();
  const { schema } = paths['/claude/invoke'].post.requestBody.content['application/json'];
  expect(schema).toEqual({ $ref: '#/components/schemas/JobRequest' });
  const { properties, required, additionalProperties } = components.schemas.JobRequest;
  expect({ required, additionalProperties }).toEqual({ required: ['prompt'], additionalProperties: false });
  expect(properties.timeout_s).toMatchObject({ type: 'integer', minimum: 1, maximum: 120 });
});

test('every reference leads somewhere', async () => {
  const all = await document();
  const references = [...JSON.stringify(all).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(0);
  for (const [, name] of references) expect(all.components.schemas).toHaveProperty(name ?? '');
});

test('calls that need a key say so', async () => {
  const { paths } = await document();
  expect(paths['/claude/invoke'].post.security).toEqual([{ apiKey: [] }, { bearer: [] }]);
  expect(paths['/health'].get).not.toHaveProperty('security');
});
