// npm run inspect:train: trains the model that ships, by the data in data/, and writes it and what it can do to
// src/inspect/model/model.json and training/inspect/figures.json. Takes about two minutes.
import { writeFileSync } from 'node:fs';
import { formatShipped, trainShipped } from './train-shipped.ts';

const { model, figures } = trainShipped((message) => process.stderr.write(`${message}\n`));
write('../../src/inspect/model/model.json', model, 1);
write('./figures.json', figures, 2);
process.stdout.write(formatShipped(figures));

function write(file: string, value: unknown, indent: number): void {
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(value, undefined, indent)}\n`);
}
