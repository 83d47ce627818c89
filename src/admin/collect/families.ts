import type { Family, Sample } from '../../telemetry/index.ts';

/** What a sample's labels must be; a function judges one label's value, which is empty where there is no such label. */
export type LabelMatch = Readonly<Record<string, string | ((value: string) => boolean)>>;

/** What one /metrics said, to be asked by name. */
export interface Families {
  /** All samples of these labels added up; 0 where there is none: a counter appears when it first counts. */
  sum(name: string, match?: LabelMatch): number;
  /** undefined where there is none, for what cannot be told from silence. */
  max(name: string, match?: LabelMatch): number | undefined;
  samples(name: string, match?: LabelMatch): Sample[];
}

export function indexFamilies(families: readonly Family[]): Families {
  const byName = new Map<string, Sample[]>();
  for (const { samples } of families) {
    for (const sample of samples) {
      const known = byName.get(sample.name);
      if (known === undefined) byName.set(sample.name, [sample]);
      else known.push(sample);
    }
  }
  const samples = (name: string, match: LabelMatch = {}) =>
    (byName.get(name) ?? []).filter(({ labels }) => fits(labels, match));
  return {
    samples,
    sum: (name, match) => samples(name, match).reduce((sum, { value }) => sum + value, 0),
    max(name, match) {
      const values = samples(name, match).map(({ value }) => value);
      return values.length === 0 ? undefined : Math.max(...values);
    },
  };
}

function fits(labels: Sample['labels'], match: LabelMatch): boolean {
  return Object.entries(match).every(([label, wanted]) => {
    const value = labels[label] ?? '';
    return typeof wanted === 'string' ? value === wanted : wanted(value);
  });
}
