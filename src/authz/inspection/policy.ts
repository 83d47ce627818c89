import type { Config } from '../../config/index.ts';
import type { Preset, Thresholds } from '../../inspect/index.ts';

/** How the texts of a submission are judged. */
export interface InspectionPolicy {
  /** `default`, or that of the configuration's policies that fits. */
  name: string;
  preset: Preset;
  thresholds: Thresholds;
  /** What the contents of files can come to at most. */
  files: 'off' | 'flag' | 'reject';
  /** What would be rejected passes, and is logged and counted. */
  shadow: boolean;
}

/** The policy for the submissions of a route and tier; undefined where they are not inspected. */
export type ChoosePolicy = (route: string, tier: string) => InspectionPolicy | undefined;

/** What the configuration asks of the texts of submissions: of several policies that fit the first. */
export function inspectionPolicies({ inspection }: Pick<Config, 'inspection'>): ChoosePolicy {
  const { policies, ...all } = inspection;
  const written = Object.entries(policies).map(([name, { routes, tiers, thresholds, ...own }]) => ({
    routes: routes && new Set(routes),
    tiers: tiers && new Set(tiers),
    policy: policyOf(name, {
      ...all,
      ...defined(own),
      thresholds: { ...all.thresholds, ...defined(thresholds) },
    }),
  }));
  const otherwise = policyOf('default', all);
  return (route, tier) => {
    const fitting = written.find(
      ({ routes, tiers }) => (routes?.has(route) ?? true) && (tiers?.has(tier) ?? true),
    );
    return fitting === undefined ? otherwise : fitting.policy;
  };
}

function policyOf(
  name: string,
  { enabled, preset, thresholds, files, shadow }: Omit<InspectionPolicy, 'name'> & { enabled: boolean },
): InspectionPolicy | undefined {
  return enabled ? { name, preset, thresholds, files, shadow } : undefined;
}

/** Without the members that say nothing. */
function defined<T extends object>(written: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
