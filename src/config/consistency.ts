/** The parts of the configuration that refer to each other. */
interface Related {
  tiers: object;
  routes: Record<string, { tiers?: string[] | undefined; anonymous: boolean }>;
  permissions: { tiers: object };
  identity: { anonymous: { enabled: boolean; tier: string } };
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
  identity: { anonymous },
}: Related): Inconsistency[] {
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
  for (const tier of Object.keys(permissions.tiers)) {
    if (!known.includes(tier)) found.push({ path: ['permissions', 'tiers', tier], message: oneOfTiers });
  }
  if (anonymous.enabled && !known.includes(anonymous.tier)) {
    found.push({ path: ['identity', 'anonymous', 'tier'], message: oneOfTiers });
  }
  return found;
}
