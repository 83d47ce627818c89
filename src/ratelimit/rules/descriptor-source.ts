import type { Place } from '../../rule-files/index.ts';
import type { DeniedHits, Rule, StoreFailurePolicy } from './rule.ts';

/** A descriptor as a file writes it. */
export interface DescriptorSource {
  place: Place;
  path: string;
  key: string;
  /** Absent: any value. */
  value: string | undefined;
  rule: Rule | undefined;
  /** All values that fit the wildcard share one bucket. */
  shareThreshold: boolean;
  valueToMetric: boolean;
  below: DescriptorSource[];
}

export interface DomainSource {
  place: Place;
  name: string;
  denied: DeniedHits;
  slotBy: readonly string[];
  onStoreFailure: StoreFailurePolicy | undefined;
  descriptors: DescriptorSource[];
}
