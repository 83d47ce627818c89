import { z } from 'zod';
import type { ClientDetail } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { clientLimits } from '../client-limits.ts';
import { listKeys } from '../list-keys.ts';

const MAX_NAME_CHARACTERS = 200;
const name = z.string().min(1).max(MAX_NAME_CHARACTERS);

/** One client: its keys, what limits hold for it and what is used of them. */
export const clientRoute = defineRoute({
  method: 'GET',
  path: '/api/clients/detail',
  access: 'view',
  operation: {
    id: 'client',
    summary: 'One client: its keys, what limits hold for it and what is used of them',
    answers: { 200: { json: 'ClientDetail' } },
    problems: ['keys_unavailable'],
  },
  query: z.strictObject({ tenant: name, client: name, tier: name }),
  async handle({ query, visitor }, { keys, limits, spendingOf }) {
    const { tenant, client, tier } = query;
    const [all, held, budgets] = await Promise.all([
      listKeys(keys, visitor),
      clientLimits(limits, query),
      spendingOf({ tenant, tier }),
    ]);
    const body: ClientDetail = {
      ...{ tenant, client, tier },
      keys: all.filter((key) => key.tenant === tenant && key.client === client),
      limits: held.limits,
      limitsProblem: held.problem,
      budgets,
    };
    return { status: 200, body };
  },
});
