// npm run inspect:evaluate: prints how well the detector does, by cross-validation: each text is seen by a model that saw
// neither it nor a near-duplicate of it. Takes about two minutes.
import { crossValidate } from './cross-validate.ts';
import {
  chooseThresholds,
  disguiseFiguresOf,
  figuresOf,
  formatDisguiseFigures,
  formatFigures,
} from './figures.ts';
import { readItems } from './items.ts';

const validated = crossValidate(readItems(), (message) => process.stderr.write(`${message}\n`));
const thresholds = chooseThresholds(validated.seen);
process.stdout.write(`${formatFigures(figuresOf(validated.seen, thresholds))}\n\n`);
process.stdout.write(`${formatDisguiseFigures(disguiseFiguresOf(validated, thresholds))}\n`);
