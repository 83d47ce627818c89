import type { ApiKey } from './keys.ts';
import type { BudgetState } from './overview.ts';

/** One client of one tenant: who has a key, or whose jobs are among the newest hundred. */
export interface ClientSummary {
  tenant: string;
  client: string;
  /** As its keys and jobs have it. */
  tiers: string[];
  keys: number;
  lastUsedAt: string | null;
  /** Among the newest hundred jobs of all. */
  jobs: { waiting: number; running: number; ended: number; failed: number; costUsd: number };
}

/** `GET /api/clients`, by tenant and client. */
export interface ClientList {
  clients: ClientSummary[];
}

/** `GET /api/clients/detail?tenant=acme&client=service-a&tier=pro` */
export interface ClientDetail {
  tenant: string;
  client: string;
  tier: string;
  keys: ApiKey[];
  limits: ClientLimit[];
  /** Why limits are missing; null where none is. */
  limitsProblem: string | null;
  budgets: BudgetState[];
}

/** One limit that holds for a client, and what is used of it. */
export interface ClientLimit {
  /** What `PUT /api/limits/overrides` needs to change it for this client, or for its tenant where `shared`. */
  target: { domain: string; limit: string; entries: Record<string, string> };
  /** Whether all clients of the tenant share it. */
  shared: boolean;
  /** Such as `60 requests per minute`. */
  description: string;
  /** The figure in force. */
  requests: number | 'unlimited';
  used: number | null;
  remaining: number | null;
  resetMs: number | null;
  /** What an operator has changed of it. */
  override: { id: string; requests: number | 'unlimited'; setBy: string; expiresAt?: string } | null;
}
