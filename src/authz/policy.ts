import { allRoutes, type Config } from '../config/index.ts';
import type { Policy } from './decision.ts';
import type { ShadowPolicy } from './denial.ts';
import { inspectionPolicies } from './inspection/policy.ts';
import { tierLimits } from './permissions/limits.ts';
import { createRouteTable } from './routes/table.ts';

export type PolicyConfig = Pick<
  Config,
  'identity' | 'permissions' | 'routes' | 'inspection' | 'tiers' | 'model'
>;

/** What the configuration asks of the requests of callers who are known. */
export function compilePolicy(config: PolicyConfig): Policy {
  return {
    routes: createRouteTable(allRoutes(config.routes)),
    tiers: tierLimits(config),
    onExceeded: config.permissions.onExceeded,
    defaultModel: config.model.name,
    shadow: shadowPolicies(config),
    inspection: inspectionPolicies(config),
  };
}

/** Those that are switched for all requests at once; each route and each inspection policy has a switch of its own. */
function shadowPolicies({ identity, permissions }: PolicyConfig): ReadonlySet<ShadowPolicy> {
  const switches = { permissions, blocklist: identity.blocklist, apiKeys: identity.apiKeys };
  const names = Object.keys(switches) as (keyof typeof switches)[];
  return new Set(names.filter((name) => switches[name].shadow));
}
