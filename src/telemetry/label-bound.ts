/** What the values beyond the bound are counted under. */
export const OTHER = 'other';

/**
 * Bounds the distinct values of a metric's label: the first ones keep their name, later ones are `other`.
 * @param maxValues how many keep their name
 * @returns the label for a value
 */
export function createLabelBound(maxValues: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= maxValues) return OTHER;
    known.add(value);
    return value;
  };
}
