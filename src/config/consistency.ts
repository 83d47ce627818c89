import { clientPrefixProblems, type Issuers } from './client-prefixes.ts';
import { BUILT_IN_ROUTES } from './routes.ts';
import { SHIPPED_TIERS } from './schema/tiers.ts';

interface Thresholds {
  flag?: number | undefined;
  reject?: number | undefined;
}
interface InspectionPolicy {
  routes?: string[] | undefined;
  tiers?: string[] | undefined;
  thresholds: Thresholds;
}

/** The parts of the configuration that refer to each other. */
interface Related {
  tiers: object;
  routes: Record<string, { tiers?: string[] | undefined; anonymous: boolean }>;
  permissions: { tiers: object };
  inspection: { thresholds: Thresholds; policies: Record<string, InspectionPolicy> };
  model: { tierModels: object };
  budgets: { tiers: object };
  jobs: { tiers: object };
  identity: { anonymous: { enabled: boolean; tier: string } } & Issuers;
}

export interface Inconsistency {
  path: (string | number)[];
  message: string;
}

/** What is right by itself, and does not fit what is said elsewhere. */
export function inconsistencies({
  tiers,
  routes,
  permissions,
  inspection,
  model,
  budgets,
  jobs,
  identity,
}: Related): Inconsistency[] {
  const { anonymous } = identity;
  const known = Object.keys(tiers);
  const oneOfTiers = `expected one of the tiers ${known.join(', ')}`;
  const found: Inconsistency[] = [];
  for (const [name, route] of Object.entries(routes)) {
    for (const [index, tier] of (route.tiers ?? []).entries()) {
      if (!known.includes(tier)) found.push({ path: ['routes', name, 'tiers', index], message: oneOfTiers });
    }
    if (route.anonymous && !anonymous.enabled) {
      found.push({
        path: ['routes', name, 'anonymous'],
        message: 'expected false unless identity.anonymous.enabled is true',
      });
    }
  }
  const byTier = [
    { path: ['permissions', 'tiers'], names: permissions.tiers },
    { path: ['model', 'tierModels'], names: model.tierModels },
    { path: ['budgets', 'tiers'], names: budgets.tiers },
    { path: ['jobs', 'tiers'], names: withoutShipped(jobs.tiers) },
  ];
  for (const { path, names } of byTier) {
    for (const tier of Object.keys(names)) {
      if (!known.includes(tier)) found.push({ path: [...path, tier], message: oneOfTiers });
    }
  }
  found.push(...inspectionInconsistencies(inspection, known, [...BUILT_IN_ROUTES, ...Object.keys(routes)]));
  if (anonymous.enabled && !known.includes(anonymous.tier)) {
    found.push({ path: ['identity', 'anonymous', 'tier'], message: oneOfTiers });
  }
  found.push(...clientPrefixProblems(identity));
  return found;
}

/** What ships for its own tiers stands there also where an operator has tiers of other names. */
function withoutShipped(tiers: object): object {
  return Object.fromEntries(Object.entries(tiers).filter(([name]) => !SHIPPED_TIERS.includes(name)));
}

function inspectionInconsistencies(
  { thresholds, policies }: Related['inspection'],
  tiers: readonly string[],
  routes: readonly string[],
): Inconsistency[] {
  const found: Inconsistency[] = [];
  const unknown = (path: Inconsistency['path'], names: readonly string[] = [], known: readonly string[]) => {
    for (const [index, name] of names.entries()) {
      if (known.includes(name)) continue;
      const message = `expected one of the ${path.at(-1)} ${known.join(', ')}`;
      found.push({ path: [...path, index], message });
    }
  };
  const order = (path: Inconsistency['path'], { flag = 0, reject = 1 }: Thresholds) => {
    if (flag > reject) {
      found.push({
        path: [...path, 'flag'],
        message: `expected at most thresholds.reject, which is ${reject}; flag is ${flag}`,
      });
    }
  };
  order(['inspection', 'thresholds'], thresholds);
  for (const [name, policy] of Object.entries(policies)) {
    const path = ['inspection', 'policies', name];
    unknown([...path, 'routes'], policy.routes, routes);
    unknown([...path, 'tiers'], policy.tiers, tiers);
    order([...path, 'thresholds'], {
      flag: policy.thresholds.flag ?? thresholds.flag,
      reject: policy.thresholds.reject ?? thresholds.reject,
    });
  }
  return found;
}
