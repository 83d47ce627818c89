import type { ClientList } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { listKeys } from '../list-keys.ts';
import { clientSummaries } from '../summaries.ts';

/** Who has keys or has sent jobs lately. */
export const clientsRoute = defineRoute({
  method: 'GET',
  path: '/api/clients',
  access: 'view',
  operation: {
    id: 'clients',
    summary: 'Who has keys or has sent jobs lately',
    answers: { 200: { json: 'ClientList' } },
    problems: ['keys_unavailable'],
  },
  async handle({ visitor }, { keys, jobWatch }) {
    const body: ClientList = {
      clients: clientSummaries(await listKeys(keys, visitor), jobWatch.newest()),
    };
    return { status: 200, body };
  },
});
