// npm run inspect:train: trains the model that ships, by the data in data/, and writes it to src/inspect/model/model.json.
// The same data and code give the same bytes. Takes about two minutes.
import { writeFileSync } from 'node:fs';
import { checksumOf } from '../../src/inspect/model/model.ts';
import { crossValidate } from './cross-validate.ts';
import { chooseThresholds, figuresOf, formatFigures } from './figures.ts';
import { readHarmless, readItems } from './items.ts';
import { scaleCalibration } from './scale-calibration.ts';
import { trainModel } from './train-model.ts';

const items = readItems();
const { judged, calibration } = crossValidate(items, (message) => process.stderr.write(`${message}\n`));
const thresholds = chooseThresholds(judged);
const parts = {
  ...trainModel([...items, ...readHarmless()]),
  calibration: scaleCalibration(calibration, thresholds),
};
writeFileSync(
  new URL('../../src/inspect/model/model.json', import.meta.url),
  `${JSON.stringify({ checksum: checksumOf(parts), ...parts }, undefined, 1)}\n`,
);
process.stdout.write(`${formatFigures(figuresOf(judged, thresholds))}\n`);
