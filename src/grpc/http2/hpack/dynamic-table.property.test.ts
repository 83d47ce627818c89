import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DynamicTable } from './dynamic-table.ts';
import { type FieldName, fieldName } from './field-name.ts';
import { HeaderField } from './header-field.ts';

const MAX_BYTES = 256;
const NAMES = ['a', 'traceparent', 'x-much-longer-than-that'].map(fieldName);

/** RFC 7541 4.1 and 4.4, word for word. */
class Model {
  readonly entries: { name: FieldName; value: string }[] = [];
  maxBytes = MAX_BYTES;

  add(name: FieldName, value: string): void {
    this.entries.unshift({ name, value });
    this.evict();
  }

  evict(): void {
    const bytes = () =>
      this.entries.reduce((sum, { name, value }) => sum + name.text.length + value.length + 32, 0);
    while (bytes() > this.maxBytes) this.entries.pop();
  }
}

const name = fc.constantFrom(...NAMES);
const value = fc.string({ unit: fc.constantFrom('0', '1', 'a', '\u00ff'), maxLength: MAX_BYTES + 10 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('add', 'write'), name, value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize'), maxBytes: fc.nat(MAX_BYTES) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read'), index: fc.nat(10) }) },
);

it('has what a list would have from which the oldest are taken, whatever is added, written and read', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new DynamicTable(MAX_BYTES);
      const model = new Model();
      for (const each of steps) {
        if ('maxBytes' in each) {
          table.resize(each.maxBytes);
          model.maxBytes = each.maxBytes;
          model.evict();
        } else if ('index' in each) {
          expect(table.at(each.index)?.value).toBe(model.entries[each.index]?.value);
        } else {
          // What is written where it was reserved may be of the table's whole size at most.
          if (each.kind === 'add' || each.value.length > MAX_BYTES)
            table.add(HeaderField.of(each.name, each.value));
          else {
            table.values.write(each.value, table.reserve(MAX_BYTES), 'latin1');
            table.addReserved(each.name, each.value.length);
          }
          model.add(each.name, each.value);
        }
      }
      const names = model.entries.map((_, index) => table.nameAt(index));
      const values = model.entries.map((_, index) => table.at(index)?.value);
      expect(names).toEqual(model.entries.map((entry) => entry.name));
      expect(values).toEqual(model.entries.map((entry) => entry.value));
      expect(table.at(model.entries.length)).toBeUndefined();
      expect(table.nameAt(model.entries.length)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
