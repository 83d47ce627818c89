/** A metric with all of its samples, as an exposition tells it. */
export interface Family {
  /** With `_total` where it is a counter of that name. */
  name: string;
  type: FamilyType;
  help: string;
  samples: Sample[];
}

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

export interface Sample {
  /** That of the family, or with `_bucket`, `_sum` or `_count` behind it. */
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
  exemplar?: Exemplar | undefined;
}

/** One of the things that a counter or a bucket counted. */
export interface Exemplar {
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Seconds since the epoch. */
  timestampS?: number | undefined;
}
