import type { ApiKey, ClientSummary, JobSummary } from '../contract.ts';

/** Clients by tenant and name, from what there is of them. */
export function clientSummaries(keys: readonly ApiKey[], jobs: readonly JobSummary[]): ClientSummary[] {
  const clients = new Map<string, ClientSummary>();
  const clientOf = ({ tenant, client, tier }: Pick<JobSummary, 'tenant' | 'client' | 'tier'>) => {
    const name = JSON.stringify([tenant, client]);
    const known = clients.get(name) ?? {
      ...{ tenant, client, tiers: [], keys: 0, lastUsedAt: null },
      jobs: { waiting: 0, running: 0, ended: 0, failed: 0, costUsd: 0 },
    };
    if (!known.tiers.includes(tier)) known.tiers.push(tier);
    clients.set(name, known);
    return known;
  };
  for (const key of keys) {
    const client = clientOf(key);
    client.keys += 1;
    if (key.lastUsedAt !== undefined && key.lastUsedAt > (client.lastUsedAt ?? '')) {
      client.lastUsedAt = key.lastUsedAt;
    }
  }
  for (const job of jobs) {
    const counts = clientOf(job).jobs;
    counts[COUNTED_AS[job.state]] += 1;
    counts.costUsd += job.costUsd ?? 0;
  }
  return [...clients.values()].sort(
    (a, b) => a.tenant.localeCompare(b.tenant) || a.client.localeCompare(b.client),
  );
}

const COUNTED_AS = {
  queued: 'waiting',
  running: 'running',
  completed: 'ended',
  canceled: 'ended',
  failed: 'failed',
  expired: 'failed',
} as const;
