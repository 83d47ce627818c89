/**
 * Of marks the place of their class in the order in which they follow a character, from 1 on: those of one class stay as they
 * stand (https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values).
 */
export function rankMarks(marks: readonly string[]): number[] {
  const classes: string[] = [];
  for (const mark of marks) {
    const place = placeOf(mark, classes);
    const next = classes[place];
    if (next === undefined || isBefore(mark, next)) classes.splice(place, 0, mark);
  }
  return marks.map((mark) => placeOf(mark, classes) + 1);
}

/** The place of a mark's class, or where it belongs. @param classes a mark of each, in their order */
function placeOf(mark: string, classes: readonly string[]): number {
  let low = 0;
  let high = classes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(classes[middle] as string, mark)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the first is put before the second, however they stand. */
function isBefore(first: string, second: string): boolean {
  return first !== second && (second + first).normalize('NFD') === first + second;
}
