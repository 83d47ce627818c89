import { defineRoute } from '../../route.ts';

/** The levels of the log that operators have set, as far as they hold. */
export const logLevelsRoute = defineRoute({
  method: 'GET',
  path: '/api/logs/levels',
  access: 'view',
  operation: {
    id: 'logLevels',
    summary: 'The levels of the log that operators have set',
    answers: { 200: { json: 'LogLevels' } },
  },
  async handle(_request, { logLevels }) {
    return { status: 200, body: { levels: await logLevels.list() } };
  },
});
