import { METRICS } from '../../../telemetry/index.ts';
import type { Families } from '../../collect/families.ts';
import type { InspectionState, Verdict } from '../../contract.ts';

/** Adds up what all processes have counted. */
export function countVerdicts(told: readonly Families[]): NonNullable<InspectionState['counts']> {
  const counts = new Map<string, NonNullable<InspectionState['counts']>[number]>();
  for (const { labels, value } of told.flatMap(({ samples }) => samples(METRICS.inspectionVerdicts.name))) {
    const { policy = '', verdict = 'allow', reason_class: reasonClass = '' } = labels;
    const key = JSON.stringify([policy, verdict, reasonClass]);
    const known = counts.get(key) ?? { policy, verdict: verdict as Verdict, reasonClass, count: 0 };
    counts.set(key, { ...known, count: known.count + value });
  }
  return [...counts.values()];
}
