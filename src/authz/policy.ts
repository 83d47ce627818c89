import { allRoutes, type Config } from '../config/index.ts';
import type { Policy } from './decision.ts';
import type { ShadowPolicy } from './denial.ts';
import { tierLimits } from './permissions/limits.ts';
import { createRouteTable } from './routes/table.ts';

export type PolicyConfig = Pick<Config, 'permissions' | 'routes' | 'inspection' | 'tiers' | 'model'>;

/** What the configuration asks of the requests of callers who are known. */
export function compilePolicy(config: PolicyConfig): Policy {
  return {
    routes: createRouteTable(allRoutes(config.routes)),
    tiers: tierLimits(config),
    onExceeded: config.permissions.onExceeded,
    defaultModel: config.model.name,
    shadow: shadowPolicies(config),
  };
}

function shadowPolicies({ permissions, inspection }: PolicyConfig): ReadonlySet<ShadowPolicy> {
  return new Set([
    ...(permissions.shadow ? (['permissions'] as const) : []),
    ...(inspection.shadow ? (['inspection'] as const) : []),
  ]);
}
