import { z } from 'zod';
import { defineRoute } from '../../route.ts';
import { descriptorQuery } from '../descriptor.ts';

/** What is counted for a descriptor now. */
export const peekRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/peek',
  access: 'view',
  operation: {
    id: 'peekLimits',
    summary: 'What is counted for a descriptor now',
    answers: { 200: { json: 'DescriptorLimits' } },
    problems: ['unknown_limit', 'invalid_rules'],
  },
  query: z.strictObject(descriptorQuery),
  async handle({ query: { domain, entry } }, { limits }) {
    return { status: 200, body: { limits: await limits.peek({ domain, entries: entry }) } };
  },
});
